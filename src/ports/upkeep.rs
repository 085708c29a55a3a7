//! What is erased, and when.

use async_trait::async_trait;

use super::Cause;
use crate::domain::actor::ActorId;
use crate::domain::job::JobId;
use crate::domain::message::RoomToken;
use crate::domain::time::Timestamp;

/// What a sweep erases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    /// Turns, and the texts of dead letters, from before that time; nothing when it is `None`. What shows
    /// on the messages that these letters failed stays there.
    pub texts_before: Option<Timestamp>,
    /// Identities of questions that were settled and asked before that time. What is erased of a room raises its
    /// floor: no message up to it is ever taken again.
    pub identities_before: Timestamp,
}

/// How much a sweep erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Turns.
    pub turns: u64,
    /// Dead letters.
    pub dead_letters: u64,
    /// Identities.
    pub identities: u64,
}

/// Why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// The store could not write, or did not answer: then it may have written all the same.
    #[error("the store is not available")]
    Unavailable(#[source] Cause),
}

/// Erases. Every write is durable when it returns.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Erases what is remembered of the room and all its threads, as `ConversationStore::forget` does for one place.
    /// Open questions stay.
    async fn clear_room(&self, room: &RoomToken) -> Result<(), UpkeepError>;

    /// Erases everything of a room that the bot has left but the identities of its messages and that it was welcomed:
    /// turns, open questions, dead letters, notices. No sign is left to be taken off. Returns the questions that were
    /// open.
    async fn erase_room(&self, room: &RoomToken) -> Result<Vec<JobId>, UpkeepError>;

    /// Erases what that person asked, in every room: turns, open questions, dead letters; and the turns of which it is
    /// not known who asked, as of those from before the store kept that. Conversations that lose a turn begin a new
    /// epoch. Returns the questions that were open.
    async fn erase_person(&self, person: &ActorId) -> Result<Vec<JobId>, UpkeepError>;

    /// Erases what is too old.
    async fn sweep(&self, sweep: Sweep) -> Result<Swept, UpkeepError>;

    /// `true` the first time for that room.
    async fn welcome(&self, room: &RoomToken) -> Result<bool, UpkeepError>;
}
