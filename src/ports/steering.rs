//! What people do with questions that were asked: stop them, ask them again.

use async_trait::async_trait;

use super::Cause;
use crate::domain::actor::ActorId;
use crate::domain::job::JobId;
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::domain::time::Timestamp;
use crate::ports::queue::Enqueued;

/// Which questions of a room are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// All.
    Everybody,
    /// Those of that person.
    Person(ActorId),
    /// That one.
    Message(MessageId),
}

/// By what a question is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pointer {
    /// The newest one of a place.
    Newest(Place),
    /// The question, or the message with that text which the bot posted for it: Talk does not tell the bot the ids of
    /// its own messages. Of answers with the same text, that to the newest question before the message.
    Message {
        /// The room.
        room: RoomToken,
        /// The number of the question, or of the bot's message.
        id: MessageId,
        /// The text of that message at present.
        text: String,
    },
}

/// How far a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Not answered yet.
    Open,
    /// Answered.
    Answered,
    /// Given up.
    Dead,
}

/// A question that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Where.
    pub place: Place,
    /// Its message.
    pub message: MessageId,
    /// Who asked.
    pub asker: ActorId,
    /// How far it is.
    pub progress: Progress,
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum SteeringError {
    /// The store could not write, or did not answer: then it may have written all the same.
    #[error("the store is not available")]
    Unavailable(#[source] Cause),
}

/// Steers questions. Every write is durable when it returns.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Steering: Send + Sync {
    /// Takes note of a message that is no question for the model, so that its repetition is a `Duplicate`. Shares its
    /// identities with `JobQueue::enqueue`.
    async fn claim(
        &self,
        place: &Place,
        message: MessageId,
        now: Timestamp,
    ) -> Result<Enqueued, SteeringError>;

    /// The question, where it is known: while it is open or dead, and as long as its turn is remembered.
    async fn find(&self, pointer: &Pointer) -> Result<Option<Asked>, SteeringError>;

    /// Ends the room's open questions that are meant, without an answer, and erases their texts and the notices that
    /// reply to them. Who works on them finds the lease lost. Returns them.
    async fn stop(&self, room: &RoomToken, whose: &Whose) -> Result<Vec<JobId>, SteeringError>;

    /// Opens a question again that was answered or given up, as if asked now: its turn is forgotten, its old answer
    /// stays in the room. `false` when nothing is known of it or it is open.
    async fn again(
        &self,
        room: &RoomToken,
        message: MessageId,
        now: Timestamp,
    ) -> Result<bool, SteeringError>;

    /// Open questions of that room.
    async fn open_in(&self, room: &RoomToken) -> Result<u64, SteeringError>;
}
