//! The model server as the world has it. Its answers repeat every marker of their prompt, so that a word that came from
//! another room shows, and count their own words, so that a part that is missing shows.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::domain::prompt::Prompt;
use tokio::sync::Notify;

use super::plan::Plan;
use super::world::State;

pub(crate) mod port;

/// What the server knows, and what it was seen to do.
pub(crate) struct ModelServer {
    pub(crate) slots: u32,
    pub(crate) context: u32,
    /// The smallest context it ever had.
    pub(crate) smallest: u32,
    pub(crate) away_until: Duration,
    pub(crate) loads_until: Duration,
    pub(crate) broken_until: Duration,
    calls: usize,
    /// Calls that a process waits for: number, process, begin.
    active: Vec<(usize, u32, Duration)>,
    /// Calls whose process is gone, until the server notices.
    ghosts: Vec<Duration>,
    /// Limits that a process was told, and when.
    told: Vec<(Duration, u32)>,
    bell: Arc<Notify>,
}

impl ModelServer {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            slots: plan.slots,
            context: plan.context,
            smallest: plan.context,
            away_until: Duration::ZERO,
            loads_until: Duration::ZERO,
            broken_until: Duration::ZERO,
            calls: 0,
            active: Vec::new(),
            ghosts: Vec::new(),
            told: Vec::new(),
            bell: Arc::default(),
        }
    }

    /// Another model is in its place.
    pub(crate) fn swap(&mut self, slots: u32, context: u32) {
        (self.slots, self.context) = (slots, context);
        self.smallest = self.smallest.min(context);
        self.bell.notify_one();
    }

    /// A new process knows nothing yet, so it asks one question at once.
    pub(crate) fn forget_what_was_told(&mut self, now: Duration) {
        self.told = vec![(now, 1)];
    }

    pub(crate) fn tell(&mut self, now: Duration) {
        self.told.push((now, self.slots));
    }

    /// How many slots a process may believe in that began its oldest call then: the last number before, and all
    /// since. A question is leased a while before it is asked.
    fn believed(&self, oldest: Duration) -> u32 {
        let since = oldest.saturating_sub(Duration::from_secs(30));
        let before = self.told.iter().rev().find(|(at, _)| *at <= since);
        let later = self.told.iter().filter(|(at, _)| *at > since);
        before.into_iter().chain(later).map(|(_, slots)| *slots).max().unwrap_or(1)
    }

    /// Whether that call has no slot of its own at the server.
    fn is_crowded(&mut self, now: Duration) -> bool {
        self.ghosts.retain(|until| now < *until);
        self.active.len() + self.ghosts.len() > self.slots as usize
    }
}

/// A call begins. Returns its number.
fn begin(world: &mut State, process: u32) -> usize {
    let now = world.now();
    let model = &mut world.model;
    model.calls += 1;
    model.active.push((model.calls, process, now));
    let of_process: Vec<_> = model.active.iter().filter(|(_, of, _)| *of == process).collect();
    let oldest = of_process.iter().map(|(_, _, begun)| *begun).min().unwrap_or(now);
    let (running, most, call) = (of_process.len(), model.believed(oldest), model.calls);
    if running > most as usize {
        world.fail(format!("{running} model calls run at once where {most} may"));
    }
    call
}

/// The text of an answer of so many words.
fn answer(call: usize, prompt: &Prompt, words: u64) -> String {
    let mut text = format!("a{call}z");
    let all: String =
        prompt.messages().iter().map(|message| message.content.as_str()).collect::<Vec<_>>().join("\n");
    for (_, marker) in super::markers::all(&all) {
        let echo = format!("e{marker}x");
        if !text.contains(&format!(" {echo}")) {
            let _ = write!(text, " {echo}");
        }
    }
    for word in 0..words {
        let end = if word % 11 == 10 { "." } else { "" };
        let _ = write!(text, "{}w{call}n{word}{end}", if word % 40 == 39 { "\n\n" } else { " " });
    }
    text
}
