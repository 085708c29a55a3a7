//! The outbox in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::MemoryStore;
use super::state::{Numbers, Rows};
use crate::adapters::bells::Wakes;
use crate::domain::message::{MessageId, RoomToken};
use crate::domain::time::Timestamp;
use crate::ports::outbox::{NewNotice, Notice, NoticeEnd, NoticeId, Outbox, OutboxError};

/// A notice until it is posted or given up.
pub(super) struct StoredNotice {
    pub(super) notice: NewNotice,
    pub(super) since: Timestamp,
    pub(super) due_at: Timestamp,
}

#[async_trait]
impl Outbox for MemoryStore {
    async fn add(&self, notice: &NewNotice, now: Timestamp) -> Result<(), OutboxError> {
        let added = self.change(|rows, numbers| rows.add_notice(notice, now, numbers));
        added.map_err(OutboxError::Unavailable)?;
        self.bells.ring(Wakes::OUTBOX);
        Ok(())
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Notice>, OutboxError> {
        self.read(|rows| {
            let first = rows.first_notices().into_iter();
            let due = first.filter(|(_, stored)| {
                stored.due_at <= now && !rows.is_paused(&stored.notice.place.room, now)
            });
            let notice = |(id, stored): (_, &StoredNotice)| Notice {
                id,
                since: stored.since,
                notice: stored.notice.clone(),
            };
            due.take(limit).map(notice).collect()
        })
        .map_err(OutboxError::Unavailable)
    }

    async fn end(&self, notice: NoticeId, end: NoticeEnd) -> Result<(), OutboxError> {
        self.change(|rows, _| match end {
            NoticeEnd::Gone => drop(rows.notices.remove(&notice.0)),
            NoticeEnd::RetryAt(at) => {
                if let Some(stored) = rows.notices.get_mut(&notice.0) {
                    stored.due_at = at;
                }
            }
        })
        .map_err(OutboxError::Unavailable)
    }

    async fn next_notice(&self, now: Timestamp) -> Result<Option<Timestamp>, OutboxError> {
        self.read(|rows| {
            let first = rows.first_notices().into_iter();
            let ready_at = first.map(|(_, stored)| {
                let paused_until = rows.paused_until(&stored.notice.place.room);
                paused_until.map_or(stored.due_at, |until| until.max(stored.due_at))
            });
            ready_at.filter(|ready_at| *ready_at > now).min()
        })
        .map_err(OutboxError::Unavailable)
    }

    async fn noticed(&self) {
        self.bells.notices.notified().await;
    }
}

impl Rows {
    /// Due at once, also when the clock is set back: at the epoch.
    pub(super) fn add_notice(&mut self, notice: &NewNotice, now: Timestamp, numbers: &mut Numbers) {
        let due_at = Timestamp::default();
        let stored = StoredNotice { notice: notice.clone(), since: now, due_at };
        self.notices.insert(numbers.next_notice().0, stored);
    }

    /// Erases what was to be said to that message.
    pub(super) fn erase_notices_to(&mut self, room: &RoomToken, message: MessageId) {
        self.notices
            .retain(|_, stored| stored.notice.place.room != *room || stored.notice.reply_to != Some(message));
    }

    /// The oldest of each room, oldest first.
    fn first_notices(&self) -> Vec<(NoticeId, &StoredNotice)> {
        let mut rooms = BTreeSet::new();
        let notices = self.notices.iter().map(|(id, stored)| (NoticeId(*id), stored));
        notices.filter(|(_, stored)| rooms.insert(&stored.notice.place.room)).collect()
    }
}
