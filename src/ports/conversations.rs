//! What was said before, per room and thread, and what the bot has learnt about itself.

use async_trait::async_trait;

use super::Cause;
use crate::domain::actor::ActorId;
use crate::domain::conversation::Conversation;
use crate::domain::message::{MessageId, Place, RoomToken};

/// Why the conversations could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store did not answer or could not write. A change was not made or, when only the word of it was lost, was.
    #[error("the store is not available")]
    Unavailable(#[source] Cause),
}

/// The memory of rooms and their threads. A place's turns are read by that place only. Turns are added by
/// `JobQueue::save_reply`, in one commit with the reply.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait ConversationStore: Send + Sync {
    /// What the place remembers: every turn of its window.
    async fn recent(&self, place: &Place) -> Result<Conversation, StoreError>;

    /// Erases the place's turns and begins a new epoch; durable when it returns. An answer that was made of the
    /// erased turns and comes later is posted, but leaves no turn.
    async fn forget(&self, place: &Place) -> Result<(), StoreError>;

    /// Erases the turn of that question, wherever in the room it stands, and begins a new epoch there. `false` when
    /// there is none.
    async fn forget_turn(&self, room: &RoomToken, question: MessageId) -> Result<bool, StoreError>;

    /// The actor ids the bot is known to have on its Nextcloud.
    async fn own_actors(&self) -> Result<Vec<ActorId>, StoreError>;

    /// Remembers one more; may be called again with the same.
    async fn add_own_actor(&self, actor: &ActorId) -> Result<(), StoreError>;
}
