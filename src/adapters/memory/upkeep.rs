//! What is erased, and when, in memory.

use async_trait::async_trait;

use super::MemoryStore;
use super::conversations::Memory;
use super::job::{Row, State};
use super::state::Rows;
use crate::adapters::bells::Wakes;
use crate::domain::actor::ActorId;
use crate::domain::job::JobId;
use crate::domain::message::RoomToken;
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::steering::Whose;
use crate::ports::upkeep::{Sweep, Swept, Upkeep, UpkeepError};

#[async_trait]
impl Upkeep for MemoryStore {
    async fn clear_room(&self, room: &RoomToken) -> Result<(), UpkeepError> {
        self.change(|rows, _| rows.clear_room(room)).map_err(UpkeepError::Unavailable)
    }

    async fn erase_room(&self, room: &RoomToken) -> Result<Vec<JobId>, UpkeepError> {
        let stopped = self.change(|rows, _| rows.erase_room(room)).map_err(UpkeepError::Unavailable)?;
        self.bells.ring(Wakes::EVERYBODY);
        Ok(stopped)
    }

    async fn erase_person(&self, person: &ActorId) -> Result<Vec<JobId>, UpkeepError> {
        let stopped = self.change(|rows, _| rows.erase_person(person)).map_err(UpkeepError::Unavailable)?;
        self.bells.ring(Wakes::EVERYBODY);
        Ok(stopped)
    }

    async fn sweep(&self, sweep: Sweep) -> Result<Swept, UpkeepError> {
        self.change(|rows, _| rows.sweep(sweep)).map_err(UpkeepError::Unavailable)
    }

    async fn welcome(&self, room: &RoomToken) -> Result<bool, UpkeepError> {
        let welcomed = self.change(|rows, _| std::mem::replace(&mut rows.room(room).welcomed, true));
        welcomed.map(|before| !before).map_err(UpkeepError::Unavailable)
    }
}

impl Rows {
    /// Of every place of the room that has a conversation, or will have one of an answer that is made now.
    fn clear_room(&mut self, token: &RoomToken) {
        let room = self.room(token);
        for job in room.jobs.values().filter(|job| job.is_open()) {
            room.memories.entry(job.place.thread).or_default();
        }
        room.memories.values_mut().for_each(Memory::begin_anew);
    }

    fn erase_room(&mut self, token: &RoomToken) -> Vec<JobId> {
        self.clear_room(token);
        let stopped = self.stop(token, &Whose::Everybody);
        let room = self.room(token);
        for job in room.jobs.values_mut() {
            job.end();
            job.sign = None;
        }
        room.paused_until = None;
        self.notices.retain(|_, stored| stored.notice.place.room != *token);
        stopped
    }

    fn erase_person(&mut self, person: &ActorId) -> Vec<JobId> {
        for memory in self.rooms.values_mut().flat_map(|room| room.memories.values_mut()) {
            memory.retain(|turn| turn.asker != *person);
        }
        let mut stopped = Vec::new();
        for job in self.jobs_mut().filter(|job| job.asker() == Some(person)) {
            if job.is_open() {
                stopped.push((job.id, job.place.room.clone(), job.message));
            }
            job.end();
        }
        for (_, room, message) in &stopped {
            self.erase_notices_to(room, *message);
        }
        stopped.into_iter().map(|(id, ..)| id).collect()
    }

    fn sweep(&mut self, sweep: Sweep) -> Swept {
        let mut swept = Swept::default();
        if let Some(before) = sweep.texts_before {
            let memories = self.rooms.values_mut().flat_map(|room| room.memories.values_mut());
            swept.turns = memories.map(|memory| memory.retain(|turn| turn.at >= before)).sum();
            swept.dead_letters = self.sweep_dead_letters(before);
        }
        swept.identities = self.sweep_identities(sweep.identities_before);
        swept
    }

    /// Signs of a failure stay on the messages: nobody has to do anything about them.
    fn sweep_dead_letters(&mut self, before: Timestamp) -> u64 {
        let is_old = |job: &&mut Row| matches!(job.state, State::Dead { at, .. } if at < before);
        let old = self.jobs_mut().filter(is_old).map(|job| {
            job.end();
            job.sign = job.sign.filter(|sign| *sign != Sign::Failed);
        });
        old.count() as u64
    }

    fn sweep_identities(&mut self, before: Timestamp) -> u64 {
        let is_old = |job: &&Row| job.state == State::Done && job.sign.is_none() && job.asked_at < before;
        let old: Vec<_> = self.jobs().filter(is_old).map(|job| job.id).collect();
        for id in &old {
            self.remove(*id);
        }
        old.len() as u64
    }
}
