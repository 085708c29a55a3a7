//! The administrator's side of the queue in memory.

use async_trait::async_trait;

use super::MemoryStore;
use super::job::{Row, State};
use super::state::Rows;
use crate::adapters::bells::Wakes;
use crate::domain::time::Timestamp;
use crate::ports::dead_letters::{DeadLetter, DeadLetters, Selection};
use crate::ports::queue::QueueError;

#[async_trait]
impl DeadLetters for MemoryStore {
    async fn list(&self) -> Result<Vec<DeadLetter>, QueueError> {
        self.read(|rows| {
            let mut letters: Vec<_> = rows.jobs().filter_map(Row::dead_letter).collect();
            letters.sort_by_key(|letter| (letter.died_at, letter.job));
            letters
        })
        .map_err(QueueError::Unavailable)
    }

    async fn retry(&self, which: Selection, now: Timestamp) -> Result<u64, QueueError> {
        let retry = |rows: &mut Rows| rows.dead(which).map(|job| job.retry(now)).count();
        let retried = self.change(|rows, _| retry(rows)).map_err(QueueError::Unavailable)?;
        self.bells.ring(Wakes::WORKER);
        Ok(retried as u64)
    }

    async fn erase(&self, which: Selection) -> Result<u64, QueueError> {
        let erase = |rows: &mut Rows| rows.dead(which).map(Row::end).count();
        let erased = self.change(|rows, _| erase(rows)).map_err(QueueError::Unavailable)?;
        Ok(erased as u64)
    }
}

impl Rows {
    fn dead(&mut self, which: Selection) -> impl Iterator<Item = &mut Row> {
        let is_meant = move |job: &Row| match which {
            Selection::All => true,
            Selection::One(id) => job.id == id,
        };
        self.jobs_mut().filter(move |job| job.is_dead() && is_meant(job))
    }
}

impl Row {
    fn dead_letter(&self) -> Option<DeadLetter> {
        let State::Dead { failure, at } = self.state else { return None };
        Some(DeadLetter {
            job: self.id,
            room: self.place.room.clone(),
            message: self.message,
            failure,
            asked_at: self.asked_at,
            died_at: at,
            attempts: self.attempts,
        })
    }

    /// A stored notice of failure goes, so that the model is asked again. What was uncertain is tried as often as if it
    /// were new.
    fn retry(&mut self, now: Timestamp) {
        if self.reply_failure.is_some() {
            self.parts.clear();
        }
        self.parts.iter_mut().for_each(|part| part.uncertain = 0);
        self.open_again(now);
        // Who opens it may have another clock than the service.
        self.due_at = Timestamp::default();
    }
}
