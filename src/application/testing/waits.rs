//! The waiting questions of the queue in memory, and what their rooms were told.

use async_trait::async_trait;

use super::MemoryQueue;
use super::queue::{Row, Rows};
use crate::domain::job::{JobId, PauseScope, Stage};
use crate::domain::time::Timestamp;
use crate::ports::outbox::NewNotice;
use crate::ports::waits::{WaitError, Waiting, Waits};

impl Row {
    fn asks(&self) -> bool {
        self.end.is_none() && self.stage() == Stage::Ask
    }
}

impl Rows {
    fn is_paused(&self, row: &Row, now: Timestamp) -> bool {
        let room = &row.job.question.place.room;
        let holds = |scope: &PauseScope| match scope {
            PauseScope::Room(paused) => paused == room,
            PauseScope::Server => true,
        };
        self.pauses.iter().any(|(scope, until)| holds(scope) && *until > now)
    }
}

impl MemoryQueue {
    /// What was to be said, and when that was stored.
    pub(crate) fn notices(&self) -> Vec<(Timestamp, NewNotice)> {
        self.rows().notices.clone()
    }
}

#[async_trait]
impl Waits for MemoryQueue {
    async fn waiting(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Waiting>, WaitError> {
        let rows = self.rows();
        let asking = rows.jobs.iter().filter(|row| row.asks());
        let waiting = (0..).zip(asking).map(|(ahead, row)| {
            (
                row,
                Waiting {
                    job: row.job.id,
                    place: row.job.question.place.clone(),
                    message: row.job.question.message,
                    asked_at: row.job.asked_at,
                    ahead,
                },
            )
        });
        let is_meant = |row: &Row| !row.told && row.job.asked_at <= before && !rows.is_paused(row, now);
        Ok(waiting.filter(|(row, _)| is_meant(row)).map(|(_, waiting)| waiting).take(limit).collect())
    }

    async fn oldest_waiting(&self) -> Result<Option<Timestamp>, WaitError> {
        let rows = self.rows();
        Ok(rows.jobs.iter().filter(|row| row.asks() && !row.told).map(|row| row.job.asked_at).min())
    }

    async fn tell(&self, job: JobId, notice: &NewNotice, now: Timestamp) -> Result<bool, WaitError> {
        let mut rows = self.rows();
        if !rows.jobs.iter().any(|row| row.job.id == job && row.asks() && !row.told) {
            return Ok(false);
        }
        let room = &notice.place.room;
        let in_room = |row: &&mut Row| row.asks() && row.job.question.place.room == *room;
        rows.jobs.iter_mut().filter(in_room).for_each(|row| row.told = true);
        rows.notices.push((now, notice.clone()));
        Ok(true)
    }
}
