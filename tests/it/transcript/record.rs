//! What each room saw, as people read it: every event of the room, and below it what the bot did about it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use nextcloud_opencode_bot::adapters::demo::talk::{Message, MessageKind, Room};

use super::script::{Line, Model, PEOPLE, ROOMS};
use super::stage::Stage;

const HEAD: &str = "\
What each room saw of the events in events.txt, written by the test that replays them. Below an event stands what came
of it: in square brackets why the bot did nothing, then its messages, each with the message that it quotes, and the
reactions of whatever message has other ones now. A dot in the middle (·) is the invisible character that keeps an @
from calling somebody.
";

/// The rooms' transcripts so far.
pub(super) struct Records {
    before: Vec<Room>,
    texts: BTreeMap<String, String>,
}

impl Records {
    pub(super) fn begin(stage: &Stage) -> Self {
        Self { before: stage.rooms(), texts: BTreeMap::new() }
    }

    /// Writes down what has changed since the last line.
    pub(super) fn note(&mut self, stage: &Stage, line: &Line, verdict: &str) {
        let now = stage.rooms();
        for (before, now) in self.before.iter().zip(&now) {
            let changes = changes(stage, before, now);
            let heading = match line {
                Line::Deed(deed) if deed.room == now.token => heading(stage, &deed.words, verdict),
                _ if changes.is_empty() => continue,
                Line::Deed(deed) => format!("(elsewhere: {})\n", deed.words),
                Line::Model(Model::GoesOn) => "(the model goes on)\n".to_owned(),
                Line::Model(_) => "(the model)\n".to_owned(),
            };
            self.texts.entry(now.token.clone()).or_default().push_str(&(heading + &changes));
        }
        self.before = now;
    }

    /// The whole file.
    pub(super) fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for (name, token) in ROOMS {
            let title = self.before.iter().find(|room| room.token == token).map(|room| room.name.as_str());
            let _ = write!(text, "\n\n==== {name}: {} ====\n\n", title.unwrap_or_default());
            text.push_str(self.texts.get(token).map_or("", String::as_str));
        }
        text
    }
}

fn heading(stage: &Stage, words: &str, verdict: &str) -> String {
    let name = stage.name_of(stage.newest).filter(|_| words.contains(" says") || words.contains(" shares"));
    let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
    match verdict {
        "200 queued" => format!("{words}{name}\n"),
        other => format!("{words}{name}\n    [{}]\n", other.trim_start_matches("200 ignored ")),
    }
}

fn changes(stage: &Stage, before: &Room, now: &Room) -> String {
    let mut text = String::new();
    for message in &now.messages {
        let known = before.message(message.id);
        if known.is_none() && message.kind == MessageKind::Bot {
            text.push_str(&said(stage, now, message));
        }
        let reactions = |message: &Message| message.reactions.clone();
        if known.map(reactions).unwrap_or_default() != message.reactions && !message.deleted {
            text.push_str(&reacted(stage, message));
        }
    }
    text
}

fn said(stage: &Stage, room: &Room, message: &Message) -> String {
    let to = match message.reply_to {
        Some(newest) if newest == stage.newest => " answers".to_owned(),
        Some(other) => format!(" answers {}", label(stage, room.message(other), other)),
        None => String::new(),
    };
    let thread = room.threads.iter().find(|thread| Some(thread.id) == message.thread);
    let thread = thread.map(|thread| format!(" in the thread {}", thread.title)).unwrap_or_default();
    let words = message.text.replace('\u{200B}', "·").replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let words = words.replace('\n', "\n          ");
    let lines = format!("    Halo{to}{thread}: {words}");
    lines.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

fn reacted(stage: &Stage, message: &Message) -> String {
    let by = |actor: &str| PEOPLE.iter().find(|(_, id)| *id == actor).map_or("Halo", |(name, _)| name);
    let reactions = message.reactions.0.iter();
    let shown: Vec<_> = reactions.map(|(emoji, actor)| format!("{emoji} {}", by(actor.as_str()))).collect();
    let shown = if shown.is_empty() { "nothing any more".to_owned() } else { shown.join(", ") };
    format!("    on {}: {shown}\n", label(stage, Some(message), message.id))
}

/// The name of a message, or how it begins.
fn label(stage: &Stage, message: Option<&Message>, id: i64) -> String {
    let beginning = |message: &Message| message.text.lines().next().unwrap_or("").chars().take(30).collect();
    let text: String = message.map(beginning).unwrap_or_default();
    stage.name_of(id).map_or_else(|| format!("“{}”", text.replace('\u{200B}', "·")), str::to_owned)
}
