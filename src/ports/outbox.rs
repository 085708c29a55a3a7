//! What the bot itself has to say in rooms besides answers: kept until Talk has taken it.

use async_trait::async_trait;

use super::Cause;
use crate::domain::message::{MessageId, Place};
use crate::domain::time::Timestamp;

/// A message to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Where.
    pub place: Place,
    /// The message it replies to.
    pub reply_to: Option<MessageId>,
    /// The text, ready to be posted.
    pub text: String,
}

/// Number of a stored notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoticeId(pub i64);

/// A stored notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: NoticeId,
    /// When it was stored.
    pub since: Timestamp,
    /// What it says, and where.
    pub notice: NewNotice,
}

/// What becomes of a notice that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeEnd {
    /// Posted, or given up: it is erased.
    Gone,
    /// It is tried again then, and holds the room's later notices back until then.
    RetryAt(Timestamp),
}

/// Why the outbox could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The store could not write, or did not answer: then it may have written all the same.
    #[error("the store is not available")]
    Unavailable(#[source] Cause),
}

/// The outbox. Every write is durable when it returns. A notice may be posted twice when the process dies between the
/// post and `end`.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Stores a notice, due at once.
    async fn add(&self, notice: &NewNotice, now: Timestamp) -> Result<(), OutboxError>;

    /// The oldest notice of each room that is due and not paused (room or server), oldest first, at most `limit`.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Notice>, OutboxError>;

    /// Records what became of one. One that is gone already stays gone.
    async fn end(&self, notice: NoticeId, end: NoticeEnd) -> Result<(), OutboxError>;

    /// When the next notice that waits for time to pass is due; `None` when none waits.
    async fn next_notice(&self, now: Timestamp) -> Result<Option<Timestamp>, OutboxError>;

    /// Returns after a notice was stored, also one that came before this call and after the last.
    async fn noticed(&self);
}
