//! Other processes of the same bot that work on the same store.

use std::future::pending;

use async_trait::async_trait;

use super::queue::QueueError;
use crate::domain::job::{PauseScope, Stage};
use crate::domain::message::RoomToken;
use crate::domain::time::Timestamp;

/// What another process did that concerns this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It ended questions that may be worked on here.
    Ended,
    /// It changed questions, and with that perhaps what reactions they should have.
    Signs,
    /// It learned another id of the bot.
    OwnActors,
    /// It left something alone that refused the signature, or does not any more.
    Refusals,
}

/// What refused the signature of any process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusals {
    /// What is left alone, and until when.
    pub pauses: Vec<(PauseScope, Timestamp)>,
    /// Rooms of these that refused a process which had nothing taken since.
    pub refusing: Vec<RoomToken>,
}

/// While this lives, nothing else goes alone in any process.
pub type Alone = Box<dyn Send>;

/// The other processes. Without any, which is what the provided methods tell, every duty is this one's for ever.
#[async_trait]
pub trait Neighbours: Send + Sync {
    /// Whether there may be any.
    fn may_exist(&self) -> bool {
        false
    }

    /// Returns while the duty is this process's: to do what is to be done once, and not by each. Of all processes one
    /// has it, and another one soon when that one is gone.
    async fn on_duty(&self) {}

    /// Returns while the duty is another's.
    async fn off_duty(&self) {
        pending::<()>().await;
    }

    /// From now on all processes together lease no more jobs of that stage than that: so many can the model answer at
    /// once, and so many posts are safe. For each room that refuses the signature it is one post less, but never none.
    fn share(&self, _stage: Stage, _at_once: usize) {}

    /// Returns when nothing goes alone in any process. It does not outlast a connection that is lost.
    async fn alone(&self) -> Result<Alone, QueueError> {
        Ok(Box::new(()))
    }

    /// What is left alone at `now`. All that was stored before is in it.
    async fn refusals(&self, _now: Timestamp) -> Result<Refusals, QueueError> {
        Ok(Refusals::default())
    }

    /// The signature of this process was taken: rooms that refused it do not count any more.
    async fn taken(&self) -> Result<(), QueueError> {
        Ok(())
    }

    /// The next news. Some may be missing, and some may come twice.
    async fn news(&self) -> News {
        pending().await
    }
}
