//! One step of the keeper, and what its end means for the others.

use std::time::Duration;

use super::agenda::{PutOn, Step};
use super::{Mode, SignKeeper};
use crate::application::insist::insist;
use crate::application::poster::Unsent;
use crate::domain::message::RoomToken;
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::queue::QueueError;
use crate::ports::signs::WrongSign;
use crate::ports::talk::TalkError;
use crate::ports::with_causes;

/// After a store that is away.
pub(super) const STORE_WAIT: Duration = Duration::from_secs(5);

/// While Talk cannot be reached, growing with each further try.
const AWAY_WAITS: [Duration; 4] =
    [Duration::from_secs(2), Duration::from_secs(10), Duration::from_mins(1), Duration::from_mins(5)];

/// Before each repetition of a step that Talk failed at. After these it counts as done.
const REPETITIONS: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(15), Duration::from_mins(2)];

/// So many refused reactions in a row are no coincidence: this Talk takes none.
const TOO_MANY_REFUSALS: u32 = 3;

/// So often the signs of a room that refuses the signature are tried. Nobody waits for them, and each try slows this
/// address down for hours.
const TRIES_OF_ROOM: u32 = 2;

/// Why a step did not come to its end.
pub(super) enum Trouble {
    Store(QueueError),
    Talk(Unsent),
}

impl SignKeeper {
    pub(super) async fn step(&self, step: Step) -> (Step, Result<(), Trouble>) {
        let end = match &step {
            Step::PutOn(put) => {
                self.poster.react(&put.room, put.message, put.sign).await.map_err(Trouble::Talk)
            }
            Step::Correct { wrong, tries } => self.correct(wrong, *tries).await,
        };
        (step, end)
    }

    /// Takes off what is on the message, and records what is to be put there next: insisting, since a record that was
    /// written and seems not to be would have nobody put that on.
    async fn correct(&self, wrong: &WrongSign, tries: usize) -> Result<(), Trouble> {
        if let Some(shown) = wrong.shown
            && !self.is_lost(&wrong.room)
            && let Err(error) = self.poster.unreact(&wrong.room, wrong.message, shown).await
            && !self.is_final(&error, tries)
        {
            return Err(Trouble::Talk(error));
        }
        let record = || async {
            let recorded = self.signs.record(wrong.job, wrong.wanted).await;
            recorded.map_err(|error| QueueError::Unavailable(Box::new(error)))
        };
        insist(record).await.map_err(Trouble::Store)
    }

    /// Whether the room is believed to take nothing of the bot any more.
    fn is_lost(&self, room: &RoomToken) -> bool {
        self.refused_by.get(room).is_some_and(|times| *times >= TRIES_OF_ROOM)
    }

    /// Whether a sign that was not taken off is left where it is.
    fn is_final(&self, error: &Unsent, tries: usize) -> bool {
        match error {
            Unsent::Talk(TalkError::Refused(_) | TalkError::RoomGone | TalkError::TooLong) => true,
            Unsent::Talk(TalkError::Failed(_) | TalkError::Uncertain(_)) => {
                self.mode == Mode::Nothing || tries >= REPETITIONS.len()
            }
            Unsent::Held(_)
            | Unsent::Talk(
                TalkError::Unauthorized | TalkError::LockedOut { .. } | TalkError::Unavailable(_),
            ) => false,
        }
    }

    /// Draws the conclusions.
    pub(super) fn note(&mut self, step: Step, end: Result<(), Trouble>) {
        let now = self.clock.now();
        if let Err(Trouble::Talk(Unsent::Talk(TalkError::Unavailable(_)))) = &end {
            self.rest_until = now + AWAY_WAITS[self.away.min(AWAY_WAITS.len() - 1)];
            self.away += 1;
        } else {
            self.away = 0;
        }
        match (step, end) {
            (Step::PutOn(put), Ok(())) => {
                self.refusals = 0;
                self.refused_by.remove(&put.room);
            }
            (Step::PutOn(put), Err(trouble)) => self.not_put_on(put, &trouble, now),
            (Step::Correct { wrong, .. }, Ok(())) => self.corrected(wrong),
            (Step::Correct { wrong, tries }, Err(trouble)) => {
                let (tries, again) = self.not_corrected(&wrong, tries, &trouble, now);
                self.agenda.correct_again(wrong.job, tries, again);
                self.look_at = self.look_at.min(again);
            }
        }
    }

    fn not_put_on(&mut self, put: PutOn, trouble: &Trouble, now: Timestamp) {
        let error = match trouble {
            Trouble::Talk(Unsent::Talk(error)) => error,
            // It is recorded, so nobody else would put it on; that somebody thinks is no news by then.
            Trouble::Talk(Unsent::Held(until)) if put.sign == Sign::Failed => {
                return self.agenda.put_on(PutOn { not_before: *until, ..put });
            }
            Trouble::Talk(Unsent::Held(_)) | Trouble::Store(_) => return,
        };
        match error {
            TalkError::Unavailable(_) => self.agenda.put_on(put),
            TalkError::Failed(_) | TalkError::Uncertain(_) => {
                if let Some(pause) = REPETITIONS.get(put.tries) {
                    self.agenda.put_on(PutOn { tries: put.tries + 1, not_before: now + *pause, ..put });
                }
            }
            TalkError::Refused(_) => self.refused(error),
            TalkError::Unauthorized
            | TalkError::LockedOut { .. }
            | TalkError::RoomGone
            | TalkError::TooLong => {}
        }
    }

    fn refused(&mut self, error: &TalkError) {
        self.refusals += 1;
        if self.refusals >= TOO_MANY_REFUSALS && self.mode == Mode::All {
            let error = with_causes(error);
            tracing::warn!(error, "Talk takes no reactions: questions show no signs until the next start");
            self.mode = Mode::Nothing;
            self.agenda.put_on_nothing();
        }
    }

    fn corrected(&mut self, wrong: WrongSign) {
        self.agenda.corrected(wrong.job);
        if let Some(sign) = wrong.wanted
            && self.mode == Mode::All
            && !self.is_lost(&wrong.room)
        {
            self.agenda.put_on(PutOn::new(wrong.room, wrong.message, sign));
        }
    }

    /// How often it failed by now, and when it is begun again.
    fn not_corrected(
        &mut self,
        wrong: &WrongSign,
        tries: usize,
        trouble: &Trouble,
        now: Timestamp,
    ) -> (usize, Timestamp) {
        match trouble {
            Trouble::Store(error) => {
                tracing::warn!(error = with_causes(error), "a sign cannot be recorded");
                self.rest_until = now + STORE_WAIT;
                (tries, self.rest_until)
            }
            Trouble::Talk(Unsent::Held(until)) => (tries, *until),
            Trouble::Talk(Unsent::Talk(TalkError::Unavailable(_))) => (tries, self.rest_until),
            Trouble::Talk(Unsent::Talk(error)) => {
                if matches!(error, TalkError::Unauthorized) {
                    *self.refused_by.entry(wrong.room.clone()).or_default() += 1;
                }
                let pause = REPETITIONS[tries.min(REPETITIONS.len() - 1)];
                (tries + 1, self.poster.held_until(&wrong.room).unwrap_or(now + pause))
            }
        }
    }
}
