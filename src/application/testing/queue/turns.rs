//! Whose turn it is: rooms that have waited longest first, and nobody's second room before another's first.

use std::collections::HashMap;

use super::{Row, Rows};
use crate::domain::actor::ActorId;
use crate::domain::job::Stage;
use crate::domain::time::Timestamp;

impl Rows {
    /// In the order of their turns.
    pub(super) fn line_up(&self, heads: &mut Vec<usize>) {
        let asking = |row: &&Row| row.end.is_none() && row.stage() == Stage::Ask;
        let place = |head: usize| {
            let room = &self.jobs[head].job.question.place.room;
            let waiting = self.jobs.iter().filter(asking).filter(|row| row.job.question.place.room == *room);
            (waiting.map(|row| row.line).min(), self.jobs[head].job.asked_at)
        };
        heads.sort_by_key(|&head| place(head));
        let mut taken = HashMap::<&ActorId, usize>::new();
        let mut rounds = HashMap::new();
        for &head in &*heads {
            let round = taken.entry(&self.jobs[head].job.question.asker.id).or_default();
            rounds.insert(head, *round);
            *round += 1;
        }
        heads.sort_by_key(|head| rounds[head]);
    }

    pub(super) fn move_back(&mut self, taken: &[usize], now: Timestamp) {
        for &head in taken {
            let asker = self.jobs[head].job.question.asker.id.clone();
            let of_asker = |row: &&mut Row| row.job.question.asker.id == asker;
            self.jobs.iter_mut().filter(of_asker).for_each(|row| row.line = now);
        }
    }
}
