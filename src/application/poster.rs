//! All that is sent to Talk goes through here: answers, notices and reactions. It counts them, sends them as carefully
//! as Talk's lock-out wants it, together with other processes of the bot, and leaves alone what refuses the signature.

use std::sync::Arc;

use super::caution::{Caution, PAUSE};
use super::insist::insist;
use crate::domain::job::PauseScope;
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::neighbours::Neighbours;
use crate::ports::queue::{JobQueue, QueueError};
use crate::ports::talk::{Talk, TalkError};
use crate::ports::with_causes;
use crate::telemetry::metrics::Metrics;

mod together;

/// Why something was not sent, or how that ended.
#[derive(Debug, thiserror::Error)]
pub enum Unsent {
    /// The room, or the server, refused a signature a while ago: nothing was sent now.
    #[error("the room or the whole Nextcloud is left alone for a while")]
    Held(Timestamp),
    /// It was tried. What a refusal asks for is done already.
    #[error(transparent)]
    Talk(#[from] TalkError),
}

/// Sends to Talk. One value serves all rooms and all that has something to send.
pub struct Poster {
    talk: Arc<dyn Talk>,
    queue: Arc<dyn JobQueue>,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    caution: Caution,
    /// Other processes that send to the same Talk.
    neighbours: Option<Arc<dyn Neighbours>>,
    /// Held by who stores a pause: of two, the later one has to be written last.
    pausing: tokio::sync::Mutex<()>,
}

impl Poster {
    /// Stores pauses in `queue`.
    #[must_use]
    pub fn new(
        talk: Arc<dyn Talk>,
        queue: Arc<dyn JobQueue>,
        clock: Arc<dyn Clock>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            talk,
            queue,
            clock,
            metrics,
            caution: Caution::default(),
            neighbours: None,
            pausing: tokio::sync::Mutex::default(),
        }
    }

    /// Takes over the pauses that an earlier process stored. To be called before anything is sent: what is leased obeys
    /// them anyway, reactions do not.
    pub async fn take_over(&self) -> Result<(), QueueError> {
        for (scope, until) in self.queue.depth(self.clock.now()).await?.pauses {
            self.caution.pause(&scope, until);
            self.caution.stored(&scope, until);
        }
        Ok(())
    }

    /// What sending has shown so far.
    #[must_use]
    pub fn caution(&self) -> &Caution {
        &self.caution
    }

    /// Until when nothing is sent to that room; `None` when it may be.
    #[must_use]
    pub fn held_until(&self, room: &RoomToken) -> Option<Timestamp> {
        self.caution.held_until(room, self.clock.now())
    }

    /// The bot was enabled in that room: it is left alone no longer, and what waited there is sent.
    pub async fn resume(&self, room: &RoomToken) -> Result<(), QueueError> {
        self.caution.resume(room);
        self.queue.resume(room, self.clock.now()).await?;
        if self.neighbours.is_some() {
            // What was read meanwhile may have been older.
            self.caution.resume(room);
        }
        Ok(())
    }

    /// Posts with that message quoted; without from the first time that is refused: it may be gone. In a thread the
    /// post stays there either way.
    pub async fn post(&self, place: &Place, text: &str, quote: &mut Option<MessageId>) -> Result<(), Unsent> {
        match self.post_once(place, text, *quote).await {
            Err(Unsent::Talk(TalkError::Refused(why))) if quote.take().is_some() => {
                tracing::info!(why, "Talk refused the quote; posting without it");
                self.post_once(place, text, None).await
            }
            result => result,
        }
    }

    async fn post_once(&self, place: &Place, text: &str, quote: Option<MessageId>) -> Result<(), Unsent> {
        let result = self.send(&place.room, self.talk.post(place, text, quote)).await;
        if let Some(outcome) = outcome(&result, "posted") {
            self.metrics.talk_post(outcome);
        }
        result
    }

    /// Puts the sign on a message.
    pub async fn react(&self, room: &RoomToken, message: MessageId, sign: Sign) -> Result<(), Unsent> {
        let result = self.send(room, self.talk.react(room, message, sign.emoji())).await;
        if let Some(outcome) = outcome(&result, "done") {
            self.metrics.talk_reaction(outcome);
        }
        result
    }

    /// Takes the sign off a message.
    pub async fn unreact(&self, room: &RoomToken, message: MessageId, sign: Sign) -> Result<(), Unsent> {
        let result = self.send(room, self.talk.unreact(room, message, sign.emoji())).await;
        if let Some(outcome) = outcome(&result, "done") {
            self.metrics.talk_reaction(outcome);
        }
        result
    }

    /// Waits until it may be sent, and then looks whether it still may: what was sent meanwhile may have been refused.
    async fn send(
        &self,
        room: &RoomToken,
        call: impl Future<Output = Result<(), TalkError>> + Send,
    ) -> Result<(), Unsent> {
        let turn = self.caution.turn(room, self.clock.now()).await;
        let _alone = if turn.is_alone() { self.go_alone().await? } else { None };
        if let Some(until) = self.held_until(room) {
            return Err(Unsent::Held(until));
        }
        let result = call.await;
        let now = self.clock.now();
        match &result {
            Ok(()) => {
                let had_refused = self.caution.taken(room, now);
                drop(turn);
                if had_refused {
                    self.tell_taken().await;
                }
            }
            Err(error) => {
                let pauses = self.heed(room, error, now);
                drop(turn);
                for scope in &pauses {
                    self.pause(scope).await;
                }
                if pauses.len() == 1 && matches!(error, TalkError::Unauthorized) {
                    self.count_together(now).await;
                }
            }
        }
        Ok(result?)
    }

    /// Leaves alone what refuses our signature, whatever was sent. Returns whose pauses are to be stored.
    fn heed(&self, room: &RoomToken, error: &TalkError, now: Timestamp) -> Vec<PauseScope> {
        match error {
            TalkError::Unauthorized => self.leave_alone(room, now),
            TalkError::LockedOut { pause } => {
                let until = now + *pause;
                tracing::error!(
                    minutes = pause.as_secs() / 60,
                    "Nextcloud has locked this address out after refused signatures: nothing is sent for a while"
                );
                self.caution.pause(&PauseScope::Server, until);
                vec![PauseScope::Server]
            }
            TalkError::Unavailable(_)
            | TalkError::Failed(_)
            | TalkError::Uncertain(_)
            | TalkError::RoomGone
            | TalkError::TooLong
            | TalkError::Refused(_) => Vec::new(),
        }
    }

    /// After a 401 nothing goes to that room for a while, and after too many of them, nothing at all.
    fn leave_alone(&self, room: &RoomToken, now: Timestamp) -> Vec<PauseScope> {
        let mut pauses = vec![PauseScope::Room(room.clone())];
        if self.caution.unauthorized(room, now).is_some() {
            tell_several();
            pauses.push(PauseScope::Server);
        } else {
            tracing::warn!(
                minutes = PAUSE.as_secs() / 60,
                "Nextcloud refused the signature in one room: nothing is sent there for a while; check that the bot \
                 is enabled in its rooms, and its `response` feature"
            );
        }
        pauses
    }

    /// A store that does not take the pause must not change what becomes of the rest. What is written is the pause as
    /// it is at that time: while the store was away it may have been prolonged, or ended.
    async fn pause(&self, scope: &PauseScope) {
        let write = || async {
            match self.caution.pause_of(scope) {
                Some(until) => {
                    self.queue.pause(scope, until).await.inspect(|()| self.caution.stored(scope, until))
                }
                None => Ok(()),
            }
        };
        let _alone = self.pausing.lock().await;
        if let Err(error) = insist(write).await {
            tracing::error!(error = with_causes(&error), "the pause is not stored");
        }
    }
}

fn tell_several() {
    tracing::error!(
        minutes = PAUSE.as_secs() / 60,
        "Nextcloud refused the signature in several rooms in a row: nothing is sent for a while, since more of it would \
         lock this address out; check that the secret is the one of the bot"
    );
}

/// The metric label of what was tried.
fn outcome(result: &Result<(), Unsent>, well: &'static str) -> Option<&'static str> {
    match result {
        Ok(()) => Some(well),
        Err(Unsent::Talk(error)) => Some(error.kind()),
        Err(Unsent::Held(_)) => None,
    }
}

#[cfg(test)]
mod tests;
