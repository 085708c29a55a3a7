//! Keeps the reactions on questions in agreement with the store: what a question should show is put on, what it
//! should not show any more is taken off. Steps are small, few at once, and nothing ever waits for them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::caution::REACTIONS_AT_ONCE;
use super::poster::Poster;
use super::shifts::Shifts;
use crate::domain::message::{MessageId, RoomToken};
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::signs::Signs;
use crate::ports::with_causes;
use agenda::{Agenda, PutOn};
use futures_util::future::join_all;
use step::STORE_WAIT;

mod agenda;
mod handle;
mod step;

pub use handle::SignsHandle;
pub(crate) use handle::{Call, Calls};

/// Signs that are corrected after one look.
const LOOK: usize = 100;

/// After a start, so many of the newest open questions are reacted to again.
const AFTER_START: usize = 20;

/// The store is looked at this often at least: a pause ends, or another process opens a dead letter again.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// And not more often than this for the sake of time alone.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);

/// What is put on messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// What is wanted.
    All,
    /// Nothing any more: Talk takes no reactions.
    Nothing,
    /// Nothing, by the settings: only what an earlier run left is taken off.
    Off,
}

/// The loop.
pub struct SignKeeper {
    signs: Arc<dyn Signs>,
    poster: Arc<Poster>,
    clock: Arc<dyn Clock>,
    calls: Calls,
    mode: Mode,
    agenda: Agenda,
    /// When the store is to be looked at.
    look_at: Timestamp,
    /// Nothing is begun before.
    rest_until: Timestamp,
    /// How often Talk was away in a row.
    away: usize,
    /// Refused reactions in a row.
    refusals: u32,
    /// How often each room refused the signature in a row.
    refused_by: HashMap<RoomToken, u32>,
}

impl SignKeeper {
    /// A loop that has not started, and what calls it.
    #[must_use]
    pub fn new(signs: Arc<dyn Signs>, poster: Arc<Poster>, clock: Arc<dyn Clock>) -> (SignsHandle, Self) {
        let (handle, calls) = SignsHandle::channel();
        (handle, Self::with(signs, poster, clock, calls, Mode::All))
    }

    /// A loop that only takes off what an earlier run left.
    #[must_use]
    pub fn off(signs: Arc<dyn Signs>, poster: Arc<Poster>, clock: Arc<dyn Clock>) -> Self {
        Self::with(signs, poster, clock, Calls::none(), Mode::Off)
    }

    fn with(
        signs: Arc<dyn Signs>,
        poster: Arc<Poster>,
        clock: Arc<dyn Clock>,
        calls: Calls,
        mode: Mode,
    ) -> Self {
        Self {
            signs,
            poster,
            clock,
            calls,
            mode,
            agenda: Agenda::default(),
            look_at: Timestamp::default(),
            rest_until: Timestamp::default(),
            away: 0,
            refusals: 0,
            refused_by: HashMap::new(),
        }
    }

    /// Works in each of the `shifts`, whose end ends it where it stands: what is not recorded as done is done in the next
    /// one, or by the next process.
    pub async fn run(mut self, shifts: impl Into<Shifts>) {
        let mut shifts = shifts.into();
        while let Some(end) = shifts.next().await {
            self.poster.caution().doubt();
            end.run_until_cancelled(async {
                self.look_at = Timestamp::default();
                self.show_again().await;
                loop {
                    self.go().await;
                }
            })
            .await;
        }
    }

    /// A question that was stored just before the end of the last process may not show its sign.
    async fn show_again(&mut self) {
        if self.mode != Mode::All {
            return;
        }
        match self.signs.thinking(AFTER_START).await {
            Ok(open) => open.into_iter().rev().for_each(|(room, message)| self.show(room, message)),
            Err(error) => {
                tracing::warn!(error = with_causes(&error), "no sign is shown again");
            }
        }
    }

    fn show(&mut self, room: RoomToken, message: MessageId) {
        if self.mode == Mode::All {
            self.agenda.put_on(PutOn::new(room, message, Sign::Thinking));
        }
    }

    fn hear(&mut self, call: Call, now: Timestamp) {
        match call {
            Call::Show(room, message) => self.show(room, message),
            Call::Look => self.look_at = now,
        }
    }

    fn hear_all(&mut self, now: Timestamp) {
        while let Some(call) = self.calls.heard() {
            self.hear(call, now);
        }
    }

    /// A few steps, each in another room; or a wait for some.
    async fn go(&mut self) {
        let now = self.clock.now();
        self.hear_all(now);
        if self.look_at <= now || self.agenda.wants_more() {
            self.look(now).await;
        }
        let at_once = if self.rest_until <= now { REACTIONS_AT_ONCE } else { 0 };
        let steps = self.agenda.take(at_once, now);
        if steps.is_empty() {
            return self.wait(now).await;
        }
        let ends = join_all(steps.into_iter().map(|step| self.step(step))).await;
        for (step, end) in ends {
            self.note(step, end);
        }
    }

    async fn wait(&mut self, now: Timestamp) {
        let ready = self.agenda.has_corrections().then_some(now);
        let next =
            [ready, self.agenda.next_put_on()].into_iter().flatten().fold(self.look_at, Timestamp::min);
        let wait = next.max(self.rest_until).since(now).clamp(SHORTEST_WAIT, LONGEST_WAIT);
        tokio::select! {
            biased;
            call = self.calls.next() => self.hear(call, now),
            () = tokio::time::sleep(wait) => {}
        }
    }

    async fn look(&mut self, now: Timestamp) {
        let wrong = match self.mode {
            Mode::Off => self.signs.wrongly_shown(now, LOOK).await,
            _ => self.signs.wrong(now, LOOK).await,
        };
        match wrong {
            Ok(mut wrong) => {
                self.look_at = now + LONGEST_WAIT;
                // A question that was asked and has ended while this was read is among the wrong ones: its sign, which is
                // still to be put on, must be known before.
                self.hear_all(now);
                let full = wrong.len() == LOOK;
                if self.mode == Mode::Off {
                    for sign in &mut wrong {
                        sign.wanted = None;
                    }
                }
                self.agenda.correct(wrong, full, now);
                let next = self.agenda.next_correction(now);
                self.look_at = next.map_or(self.look_at, |next| next.min(self.look_at));
            }
            Err(error) => {
                tracing::warn!(error = with_causes(&error), "the signs cannot be read");
                self.look_at = now + STORE_WAIT;
            }
        }
    }
}

#[cfg(test)]
mod tests;
