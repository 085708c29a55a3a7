//! Questions that wait for long, so that their rooms can be told.

use async_trait::async_trait;

use super::Cause;
use crate::domain::job::JobId;
use crate::domain::message::{MessageId, Place};
use crate::domain::time::Timestamp;
use crate::ports::outbox::NewNotice;

/// A question without an answer whose room was told nothing yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its job.
    pub job: JobId,
    /// Where it was asked.
    pub place: Place,
    /// Its message.
    pub message: MessageId,
    /// When it was acknowledged.
    pub asked_at: Timestamp,
    /// Questions of all rooms that stand before it, running ones included; none before one that runs itself.
    pub ahead: u64,
}

/// Why the waiting could not be read or told.
#[derive(Debug, thiserror::Error)]
pub enum WaitError {
    /// The store could not write, or did not answer: then it may have written all the same.
    #[error("the store is not available")]
    Unavailable(#[source] Cause),
}

/// The waiting questions. Only those count that need `Stage::Ask`.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Waits: Send + Sync {
    /// Those acknowledged at `before` or earlier whose room was not told, in rooms that are not paused at `now` (nor
    /// the server), oldest first, at most `limit`.
    async fn waiting(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Waiting>, WaitError>;

    /// When the oldest was acknowledged whose room was not told; `None` when there is none.
    async fn oldest_waiting(&self) -> Result<Option<Timestamp>, WaitError>;

    /// Stores the notice and, in the same commit, that every question that waits in the job's room is told of. `false`,
    /// and nothing is stored, when the job waits no longer or was told.
    async fn tell(&self, job: JobId, notice: &NewNotice, now: Timestamp) -> Result<bool, WaitError>;
}
