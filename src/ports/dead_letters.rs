//! Questions that were given up, for the administrator.

use async_trait::async_trait;

use super::queue::QueueError;
use crate::domain::job::{Failure, JobId};
use crate::domain::message::{MessageId, RoomToken};
use crate::domain::time::Timestamp;

/// A question that was given up. Its texts stay in the store and are not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The reference that the room and the log were given.
    pub job: JobId,
    /// Where it was asked.
    pub room: RoomToken,
    /// The question's message.
    pub message: MessageId,
    /// Why.
    pub failure: Failure,
    /// When it was acknowledged.
    pub asked_at: Timestamp,
    /// When it was given up.
    pub died_at: Timestamp,
    /// How often it was leased.
    pub attempts: u32,
}

/// Which dead letters are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// Every one.
    All,
    /// That one.
    One(JobId),
}

/// The administrator's side of the queue. May be used while a service works on the same store.
#[async_trait]
pub trait DeadLetters: Send + Sync {
    /// The dead letters, oldest first.
    async fn list(&self) -> Result<Vec<DeadLetter>, QueueError>;

    /// Opens them again, due at once, as if asked now. A stored answer is kept and posted; a stored notice of
    /// failure is dropped, so that the model is asked again. Returns how many.
    async fn retry(&self, which: Selection, now: Timestamp) -> Result<u64, QueueError>;

    /// Erases their texts for good; their identity stays, so that a replayed webhook is still a duplicate.
    /// Returns how many.
    async fn erase(&self, which: Selection) -> Result<u64, QueueError>;
}
