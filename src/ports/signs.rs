//! The reactions by which people see how far their questions are, as the store knows them.

use async_trait::async_trait;

use super::Cause;
use crate::domain::job::JobId;
use crate::domain::message::{MessageId, RoomToken};
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;

/// A question whose reaction is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongSign {
    /// The question's job.
    pub job: JobId,
    /// Its room.
    pub room: RoomToken,
    /// Its message.
    pub message: MessageId,
    /// What may be on the message.
    pub shown: Option<Sign>,
    /// What should be.
    pub wanted: Option<Sign>,
}

/// Why the signs could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The store could not write, or did not answer: then it may have written all the same.
    #[error("the store is not available")]
    Unavailable(#[source] Cause),
}

/// The store's knowledge of reactions. A sign is recorded before it is put on a message and after it was taken off, so
/// that none is ever forgotten there.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Signs: Send + Sync {
    /// Questions whose recorded sign is not the wanted one, in rooms that are not paused at `now` (nor the server),
    /// oldest first, at most `limit`. An open question wants `Thinking`, a dead letter `Failed`, every other nothing.
    async fn wrong(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError>;

    /// The same of those only on whose message there may be a sign.
    async fn wrongly_shown(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError>;

    /// Records what may be on the question's message from now on.
    async fn record(&self, job: JobId, shown: Option<Sign>) -> Result<(), SignError>;

    /// The newest open questions that are recorded as showing `Thinking`, at most `limit`: after a start, some of them
    /// may not show it yet.
    async fn thinking(&self, limit: usize) -> Result<Vec<(RoomToken, MessageId)>, SignError>;
}
