//! Questions that wait, in memory.

use async_trait::async_trait;

use super::MemoryStore;
use super::job::{Row, State};
use super::state::Rows;
use crate::adapters::bells::Wakes;
use crate::domain::job::JobId;
use crate::domain::time::Timestamp;
use crate::ports::outbox::NewNotice;
use crate::ports::waits::{WaitError, Waiting, Waits};

#[async_trait]
impl Waits for MemoryStore {
    async fn waiting(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Waiting>, WaitError> {
        self.read(|rows| {
            let waiting = rows.jobs().filter(|job| job.is_untold() && job.asked_at <= before);
            let mut waiting: Vec<_> = waiting.filter(|job| !rows.is_paused(&job.place.room, now)).collect();
            waiting.sort_by_key(|job| (job.asked_at, job.id));
            let waiting = waiting.into_iter().take(limit).map(|job| Waiting {
                job: job.id,
                place: job.place.clone(),
                message: job.message,
                asked_at: job.asked_at,
                ahead: rows.ahead_of(job),
            });
            waiting.collect()
        })
        .map_err(WaitError::Unavailable)
    }

    async fn oldest_waiting(&self) -> Result<Option<Timestamp>, WaitError> {
        let oldest =
            self.read(|rows| rows.jobs().filter(|job| job.is_untold()).map(|job| job.asked_at).min());
        oldest.map_err(WaitError::Unavailable)
    }

    async fn tell(&self, job: JobId, notice: &NewNotice, now: Timestamp) -> Result<bool, WaitError> {
        let told = self.change(|rows, numbers| {
            let told = rows.tell(job);
            if told {
                rows.add_notice(notice, now, numbers);
            }
            told
        });
        let told = told.map_err(WaitError::Unavailable)?;
        self.bells.ring(Wakes::OUTBOX);
        Ok(told)
    }
}

impl Row {
    /// Whether it waits and its room was told nothing.
    fn is_untold(&self) -> bool {
        self.state == State::Ask && !self.told
    }
}

impl Rows {
    /// Before a question stand those that are worked on, those of its room with a smaller message, and those of other
    /// rooms that have waited longer.
    fn ahead_of(&self, job: &Row) -> u64 {
        if job.lease.is_some() {
            return 0;
        }
        let is_before = |other: &&Row| {
            let before = if other.place.room == job.place.room {
                other.message < job.message
            } else {
                (other.line_at, other.id) < (job.line_at, job.id)
            };
            other.state == State::Ask && other.id != job.id && (other.lease.is_some() || before)
        };
        self.jobs().filter(is_before).count() as u64
    }

    /// Of every question that waits in its room. `false` when it does not, or was told.
    fn tell(&mut self, job: JobId) -> bool {
        let Some(job) = self.job(job).filter(|job| job.is_untold()) else { return false };
        let token = job.place.room.clone();
        let waiting = self.room(&token).jobs.values_mut().filter(|job| job.is_untold());
        waiting.for_each(|job| job.told = true);
        true
    }
}
