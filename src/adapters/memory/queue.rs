//! The queue in memory: what comes in, what holds it back, and its figures.

use async_trait::async_trait;

use super::MemoryStore;
use super::job::{Held, Row, State};
use super::state::Rows;
use crate::adapters::bells::Wakes;
use crate::domain::job::{Lease, PartState, PauseScope, Question, Settlement, Stage};
use crate::domain::message::RoomToken;
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::queue::{Depth, Enqueued, JobQueue, Leased, NewReply, QueueError};

#[async_trait]
impl JobQueue for MemoryStore {
    async fn enqueue(&self, question: &Question, now: Timestamp) -> Result<Enqueued, QueueError> {
        let sign = self.options.signs.then_some(Sign::Thinking);
        let row = Row::question(question.clone(), now, sign);
        let stored = self.change(|rows, numbers| rows.take_in(row, numbers));
        let stored = stored.map_err(QueueError::Unavailable)?;
        if stored == Enqueued::New {
            self.bells.ring(Wakes::ASKING);
        }
        Ok(stored)
    }

    async fn lease(
        &self,
        stage: Stage,
        limit: usize,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Leased>, QueueError> {
        self.change(|rows, numbers| {
            let token = numbers.next_token();
            rows.lease(stage, limit, now, &Held { token, until })
        })
        .map_err(QueueError::Unavailable)
    }

    async fn renew(&self, lease: &Lease, until: Timestamp) -> Result<(), QueueError> {
        let token = lease.token.clone();
        let renew = |rows: &mut Rows| rows.held(lease).map(|row| row.lease = Some(Held { token, until }));
        self.change(|rows, _| renew(rows)).map_err(QueueError::Unavailable)?
    }

    async fn save_reply(&self, lease: &Lease, reply: &NewReply) -> Result<(), QueueError> {
        let saved = self.change(|rows, _| rows.save_reply(lease, reply)).map_err(QueueError::Unavailable)?;
        self.bells.ring(Wakes::SPEAKING);
        saved
    }

    async fn mark_part(
        &self,
        lease: &Lease,
        index: u32,
        state: PartState,
        uncertain: u32,
    ) -> Result<(), QueueError> {
        let marked = self.change(|rows, _| rows.mark_part(lease, index, state, uncertain));
        marked.map_err(QueueError::Unavailable)?
    }

    async fn split_part(&self, lease: &Lease, index: u32, texts: &[String]) -> Result<(), QueueError> {
        let split = self.change(|rows, _| rows.split_part(lease, index, texts));
        split.map_err(QueueError::Unavailable)?
    }

    async fn settle(&self, lease: &Lease, settlement: Settlement, now: Timestamp) -> Result<(), QueueError> {
        let settled = self.change(|rows, _| rows.held(lease).map(|row| row.settle(settlement, now)));
        let settled = settled.map_err(QueueError::Unavailable)?;
        self.bells.ring(Wakes::WORKER);
        settled
    }

    async fn pause(&self, scope: &PauseScope, until: Timestamp) -> Result<(), QueueError> {
        self.change(|rows, _| rows.pause(scope, until)).map_err(QueueError::Unavailable)?;
        self.bells.ring(Wakes::WORKER);
        Ok(())
    }

    async fn resume(&self, room: &RoomToken, now: Timestamp) -> Result<(), QueueError> {
        self.change(|rows, _| rows.resume(room, now)).map_err(QueueError::Unavailable)?;
        self.bells.ring(Wakes::EVERYBODY);
        Ok(())
    }

    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, QueueError> {
        self.read(|rows| rows.next_due(now)).map_err(QueueError::Unavailable)
    }

    async fn changed(&self, stage: Stage) {
        self.bells.of(stage).notified().await;
    }

    async fn depth(&self, now: Timestamp) -> Result<Depth, QueueError> {
        self.read(|rows| rows.depth(now)).map_err(QueueError::Unavailable)
    }
}

impl Row {
    fn settle(&mut self, settlement: Settlement, now: Timestamp) {
        self.lease = None;
        match settlement {
            Settlement::Done => self.end(),
            Settlement::RetryAt { at, trouble_since } => {
                (self.due_at, self.trouble_since) = (at, trouble_since);
            }
            Settlement::Dead(failure) => self.state = State::Dead { failure, at: now },
            Settlement::HandBack => self.due_at = now,
        }
    }
}

impl Rows {
    fn pause(&mut self, scope: &PauseScope, until: Timestamp) {
        match scope {
            PauseScope::Room(room) => self.room(room).paused_until = Some(until),
            PauseScope::Server => self.server_paused_until = Some(until),
        }
    }

    fn resume(&mut self, token: &RoomToken, now: Timestamp) {
        let room = self.room(token);
        if room.paused_until.take_if(|until| *until > now).is_none() {
            return;
        }
        for job in room.jobs.values_mut().filter(|job| job.is_open()) {
            job.due_at = job.due_at.min(now);
        }
        for notice in self.notices.values_mut().filter(|notice| notice.notice.place.room == *token) {
            notice.due_at = notice.due_at.min(now);
        }
    }

    fn depth(&self, now: Timestamp) -> Depth {
        let server = self.server_paused_until.map(|until| (PauseScope::Server, until));
        let rooms = self.rooms.iter().filter_map(|(token, room)| {
            room.paused_until.map(|until| (PauseScope::Room(token.clone()), until))
        });
        let mut depth = Depth::default();
        depth.pauses.extend(server.into_iter().chain(rooms).filter(|(_, until)| *until > now));
        for job in self.jobs() {
            depth.dead += u64::from(job.is_dead());
            depth.leased += u64::from(job.lease.as_ref().is_some_and(|held| held.until >= now));
            if job.is_open() {
                depth.open += 1;
                depth.oldest = Some(depth.oldest.map_or(job.asked_at, |oldest| oldest.min(job.asked_at)));
            }
        }
        depth
    }
}
