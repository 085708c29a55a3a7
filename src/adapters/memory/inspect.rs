//! A look at what is stored, whoever has it open: for those who check what must always be true.

use super::MemoryStore;
use super::job::{Row, State};
use crate::domain::actor::ActorId;
use crate::domain::conversation::Turn;
use crate::domain::job::{Failure, JobId};
use crate::domain::message::{MessageId, Place};
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::outbox::{Notice, NoticeId};

/// How far a stored job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// The model has to be asked.
    Ask,
    /// Its reply has to be posted.
    Post,
    /// Settled.
    Done,
    /// Given up.
    Dead(Failure),
}

/// A stored job, without its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredJob {
    /// Its number.
    pub id: JobId,
    /// Where it was asked.
    pub place: Place,
    /// Its message.
    pub message: MessageId,
    /// Who asked; `None` once it is settled.
    pub asker: Option<ActorId>,
    /// How far it is.
    pub state: JobState,
    /// When it was acknowledged, or opened again.
    pub asked_at: Timestamp,
    /// Before that time it is not leased.
    pub due_at: Timestamp,
    /// How often it was leased since it was acknowledged, or opened again.
    pub attempts: u32,
    /// Since when it fails.
    pub trouble_since: Option<Timestamp>,
    /// Until when somebody works on it, or worked and has not ended the lease.
    pub leased_until: Option<Timestamp>,
    /// What may be on its message.
    pub sign: Option<Sign>,
    /// Why its stored reply is no answer.
    pub reply_failure: Option<Failure>,
    /// Messages of its stored reply.
    pub parts: usize,
    /// How many texts of it are stored, its asker's name and its reply included. None of a settled one.
    pub texts: usize,
}

/// These answer also when the handle is closed, and change nothing.
impl MemoryStore {
    /// Every job of the bot, settled ones included, by room and message.
    #[must_use]
    pub fn jobs(&self) -> Vec<StoredJob> {
        let mut disk = self.disk();
        disk.rows_of(&self.options.bot).jobs().map(StoredJob::from).collect()
    }

    /// Every turn of the bot, by place and message.
    #[must_use]
    pub fn turns(&self) -> Vec<(Place, Turn)> {
        let mut disk = self.disk();
        let mut turns = Vec::new();
        for (token, room) in &disk.rows_of(&self.options.bot).rooms {
            for (thread, memory) in &room.memories {
                let place = Place { room: token.clone(), thread: *thread };
                turns.extend(memory.turns.values().map(|turn| (place.clone(), turn.turn.clone())));
            }
        }
        turns
    }

    /// Every notice of the bot that is not posted, oldest first.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        let mut disk = self.disk();
        let notices = disk.rows_of(&self.options.bot).notices.iter();
        let notice = |(id, stored): (&i64, &super::outbox::StoredNotice)| Notice {
            id: NoticeId(*id),
            since: stored.since,
            notice: stored.notice.clone(),
        };
        notices.map(notice).collect()
    }
}

impl From<&Row> for StoredJob {
    fn from(row: &Row) -> Self {
        let state = match row.state {
            State::Ask => JobState::Ask,
            State::Post => JobState::Post,
            State::Done => JobState::Done,
            State::Dead { failure, .. } => JobState::Dead(failure),
        };
        Self {
            id: row.id,
            place: row.place.clone(),
            message: row.message,
            asker: row.asker().cloned(),
            state,
            asked_at: row.asked_at,
            due_at: row.due_at,
            attempts: row.attempts,
            trouble_since: row.trouble_since,
            leased_until: row.lease.as_ref().map(|held| held.until),
            sign: row.sign,
            reply_failure: row.reply_failure,
            parts: row.parts.len(),
            texts: 2 * usize::from(row.words.is_some()) + row.parts.len(),
        }
    }
}
