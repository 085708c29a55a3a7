//! The durable queue of questions: the one place where an acknowledged question lives until it is settled.

use async_trait::async_trait;

use super::Cause;
use crate::domain::conversation::Turn;
use crate::domain::job::{Failure, Job, JobId, Lease, PartState, PauseScope, Question, Settlement, Stage};
use crate::domain::message::{MessageId, RoomToken};
use crate::domain::time::Timestamp;

/// A job with the right to work on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// Names the right in every write.
    pub lease: Lease,
    /// The work.
    pub job: Job,
}

/// What became of an enqueued question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It is stored and will be worked on.
    New,
    /// Its message was stored before; nothing changed.
    Duplicate,
}

/// A reply to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReply {
    /// `None` for an answer; else why there is none.
    pub failure: Option<Failure>,
    /// The messages to post, in order; at least one.
    pub parts: Vec<String>,
    /// The turn to remember; `None` for a failure notice, and for an answer without a word.
    pub turn: Option<NewTurn>,
    /// Follow-ups that the answer is for as well.
    pub joined: Vec<JobId>,
}

/// A turn to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTurn {
    /// The question and its answer.
    pub turn: Turn,
    /// When it was answered.
    pub at: Timestamp,
    /// Of the conversation that the answer was made of. When the room is in another epoch by now, the turn is not kept.
    pub epoch: u64,
    /// Where the room's window begins from now on: turns of earlier messages are erased, and this one is not kept when
    /// it is of one. `None` leaves the window's beginning where it is.
    pub window_start: Option<MessageId>,
}

/// How full the queue is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Depth {
    /// Jobs not settled, leased ones included.
    pub open: u64,
    /// Of these, jobs that somebody works on.
    pub leased: u64,
    /// Jobs given up and kept for `dead-letters`.
    pub dead: u64,
    /// When the oldest open job was acknowledged.
    pub oldest: Option<Timestamp>,
    /// What is not sent to at present, and until when.
    pub pauses: Vec<(PauseScope, Timestamp)>,
}

/// Why the queue could not do it.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The store could not write, or did not answer: then it may have written all the same.
    #[error("the store is not available")]
    Unavailable(#[source] Cause),
    /// Somebody else holds the job now, or it is settled: stop working on it.
    #[error("the lease of job {0} is lost")]
    LeaseLost(JobId),
    /// The row cannot be read.
    #[error("job {job} is damaged in the store: {what}")]
    Corrupt {
        /// Which.
        job: JobId,
        /// The column at fault.
        what: &'static str,
    },
}

/// The queue. Every write is durable when it returns. Order is kept per room: only a room's oldest open job, its
/// head, can be leased, and a head that waits for a retry lets nothing overtake it. The oldest is the one with the
/// smallest message id: webhooks may overtake each other on their way, Talk's ids do not.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait JobQueue: Send + Sync {
    /// Stores the question once: room and message id are its identity, also after it was settled.
    async fn enqueue(&self, question: &Question, now: Timestamp) -> Result<Enqueued, QueueError>;

    /// Leases up to `limit` heads that need `stage`, are due, not paused and held by nobody.
    /// A room pause holds both stages back, a server pause only `Stage::Post`.
    ///
    /// When there are more than `limit`, the oldest go first for `Stage::Post`. For `Stage::Ask` rooms stand in line:
    /// a room's place is that of whoever in it has waited longest since asking, or since a question of theirs was
    /// leased for asking, in any room. So while a head waits, at most one question of each other person is taken,
    /// but for those that stand before somebody else's in their room.
    async fn lease(
        &self,
        stage: Stage,
        limit: usize,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Leased>, QueueError>;

    /// Prolongs a lease.
    async fn renew(&self, lease: &Lease, until: Timestamp) -> Result<(), QueueError>;

    /// Stores the reply and, in the same commit, the turn, and ends the lease: the job is due at once in stage
    /// `Post`, and its trouble is over. `joined` and, of an answer, every question that waits in the same place with
    /// the same asker and the same text as one that it answers, are done with it. A notice that replies to the question
    /// is erased: nobody needs to hear any more that it waits.
    async fn save_reply(&self, lease: &Lease, reply: &NewReply) -> Result<(), QueueError>;

    /// Records how far a part is and how many posts of it ended unknown.
    async fn mark_part(
        &self,
        lease: &Lease,
        index: u32,
        state: PartState,
        uncertain: u32,
    ) -> Result<(), QueueError>;

    /// Puts several smaller parts in the place of one that was too long; later parts move back. Returns nothing:
    /// the caller settles with `RetryAt` and sees them at the next lease.
    async fn split_part(&self, lease: &Lease, index: u32, texts: &[String]) -> Result<(), QueueError>;

    /// Ends the lease. `Done` erases the job's texts and keeps its identity.
    async fn settle(&self, lease: &Lease, settlement: Settlement, now: Timestamp) -> Result<(), QueueError>;

    /// Holds everything in that scope back until then; a later call replaces an earlier one.
    async fn pause(&self, scope: &PauseScope, until: Timestamp) -> Result<(), QueueError>;

    /// Ends the pause of that room, if it lasts: everything that waits there, notices included, is due at once.
    async fn resume(&self, room: &RoomToken, now: Timestamp) -> Result<(), QueueError>;

    /// When the next job that is not due or paused now will be; `None` when nothing waits for time to pass.
    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, QueueError>;

    /// Returns after a change that may have made work of that stage, also one that came before this call and after the
    /// last for that stage.
    async fn changed(&self, stage: Stage);

    /// Figures for probes and metrics.
    async fn depth(&self, now: Timestamp) -> Result<Depth, QueueError>;
}
