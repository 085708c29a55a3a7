//! The store's knowledge of reactions, in memory.

use async_trait::async_trait;

use super::MemoryStore;
use super::state::Rows;
use crate::domain::job::JobId;
use crate::domain::message::{MessageId, RoomToken};
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::signs::{SignError, Signs, WrongSign};

#[async_trait]
impl Signs for MemoryStore {
    async fn wrong(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError> {
        self.read(|rows| rows.wrong_signs(now).take(limit).collect()).map_err(SignError::Unavailable)
    }

    async fn wrongly_shown(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError> {
        self.read(|rows| rows.wrong_signs(now).filter(|sign| sign.shown.is_some()).take(limit).collect())
            .map_err(SignError::Unavailable)
    }

    async fn record(&self, job: JobId, shown: Option<Sign>) -> Result<(), SignError> {
        self.change(|rows, _| {
            if let Some(job) = rows.job_mut(job) {
                job.sign = shown;
            }
        })
        .map_err(SignError::Unavailable)
    }

    async fn thinking(&self, limit: usize) -> Result<Vec<(RoomToken, MessageId)>, SignError> {
        self.read(|rows| {
            let thinking = rows.jobs().filter(|job| job.is_open() && job.sign == Some(Sign::Thinking));
            let mut thinking: Vec<_> = thinking.collect();
            thinking.sort_by_key(|job| std::cmp::Reverse(job.id));
            thinking.into_iter().take(limit).map(|job| (job.place.room.clone(), job.message)).collect()
        })
        .map_err(SignError::Unavailable)
    }
}

impl Rows {
    /// Those that nothing holds back, oldest first.
    fn wrong_signs(&self, now: Timestamp) -> impl Iterator<Item = WrongSign> {
        let wrong = self.jobs().filter(|job| job.sign != job.wanted_sign());
        let mut wrong: Vec<_> = wrong.filter(|job| !self.is_paused(&job.place.room, now)).collect();
        wrong.sort_by_key(|job| job.id);
        wrong.into_iter().map(|job| WrongSign {
            job: job.id,
            room: job.place.room.clone(),
            message: job.message,
            shown: job.sign,
            wanted: job.wanted_sign(),
        })
    }
}
