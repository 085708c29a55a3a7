//! The queue in memory: what the port promises, without durability.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::Notify;

use super::cause;
use super::conversations::Memory;
use crate::domain::job::{
    Job, JobId, Lease, Part, PartState, PauseScope, Question, Reply, Settlement, Stage,
};
use crate::domain::message::{Place, RoomToken};
use crate::domain::time::Timestamp;
use crate::ports::outbox::NewNotice;
use crate::ports::queue::{Depth, Enqueued, JobQueue, Leased, NewReply, QueueError};

mod joining;
mod turns;

#[derive(Default)]
pub(crate) struct MemoryQueue {
    rows: Mutex<Rows>,
    /// Of each stage.
    bells: [Notify; 2],
    /// So many of the next leases fail.
    pub(crate) failing_leases: AtomicU32,
    /// How often jobs were asked for.
    pub(crate) looks: AtomicU32,
}

#[derive(Default)]
pub(super) struct Rows {
    pub(super) jobs: Vec<Row>,
    pub(super) pauses: Vec<(PauseScope, Timestamp)>,
    leases: u32,
    pub(super) memories: HashMap<Place, Memory>,
    pub(super) notices: Vec<(Timestamp, NewNotice)>,
}

pub(super) struct Row {
    pub(super) job: Job,
    due: Timestamp,
    /// In line since.
    line: Timestamp,
    pub(super) lease: Option<(String, Timestamp)>,
    pub(super) end: Option<Settlement>,
    /// Whether the room was told that it waits.
    pub(super) told: bool,
}

impl Row {
    pub(super) fn stage(&self) -> Stage {
        if self.job.reply.is_some() { Stage::Post } else { Stage::Ask }
    }
}

impl Rows {
    fn heads(&self) -> Vec<usize> {
        let open = |row: &&Row| row.end.is_none();
        let is_head = |row: &Row| {
            let question = &row.job.question;
            self.jobs.iter().filter(open).all(|other| {
                other.job.question.place.room != question.place.room
                    || other.job.question.message >= question.message
            })
        };
        (0..self.jobs.len()).filter(|&i| open(&&self.jobs[i]) && is_head(&self.jobs[i])).collect()
    }

    fn paused_until(&self, room: &RoomToken, stage: Stage) -> Timestamp {
        let holds = |scope: &PauseScope| match scope {
            PauseScope::Room(paused) => paused == room,
            PauseScope::Server => stage == Stage::Post,
        };
        let of_scope = self.pauses.iter().filter(|(scope, _)| holds(scope));
        of_scope.map(|(_, until)| *until).max().unwrap_or_default()
    }

    fn ready_at(&self, row: &Row) -> Timestamp {
        let leased_until = row.lease.as_ref().map_or_else(Timestamp::default, |(_, until)| *until);
        row.due.max(leased_until).max(self.paused_until(&row.job.question.place.room, row.stage()))
    }

    fn held(&mut self, lease: &Lease) -> Result<&mut Row, QueueError> {
        let holds = |row: &Row| row.lease.as_ref().is_some_and(|(token, _)| *token == lease.token);
        self.jobs.iter_mut().find(|row| holds(row)).ok_or(QueueError::LeaseLost(lease.job))
    }

    fn parts(&mut self, lease: &Lease) -> Result<&mut Vec<Part>, QueueError> {
        let reply = self.held(lease)?.job.reply.as_mut();
        Ok(&mut reply.ok_or(QueueError::Corrupt { job: lease.job, what: "reply" })?.parts)
    }
}

impl MemoryQueue {
    pub(super) fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        self.bells.iter().for_each(Notify::notify_one);
    }

    /// How the job of that message ended.
    pub(crate) fn end_of(&self, message: i64) -> Option<Settlement> {
        self.rows().jobs.iter().find(|row| row.job.question.message.0 == message).and_then(|row| row.end)
    }

    /// Ends the job of that message, whoever works on it.
    pub(crate) fn stop(&self, message: i64) {
        let mut rows = self.rows();
        let row = rows.jobs.iter_mut().find(|row| row.job.question.message.0 == message).expect("asked");
        (row.lease, row.end) = (None, Some(Settlement::Done));
        self.ring();
    }

    /// How many are neither settled nor leased, and how many are leased.
    pub(crate) fn waiting_and_leased(&self) -> (usize, usize) {
        let rows = self.rows();
        let open = rows.jobs.iter().filter(|row| row.end.is_none());
        let leased = open.clone().filter(|row| row.lease.is_some()).count();
        (open.count() - leased, leased)
    }
}

fn parts(texts: &[String]) -> Vec<Part> {
    let part = |(index, text): (u32, &String)| Part {
        index,
        text: text.clone(),
        state: PartState::Waiting,
        uncertain: 0,
    };
    (0..).zip(texts).map(part).collect()
}

#[async_trait]
impl JobQueue for MemoryQueue {
    async fn enqueue(&self, question: &Question, now: Timestamp) -> Result<Enqueued, QueueError> {
        let mut rows = self.rows();
        let id = JobId(i64::try_from(rows.jobs.len()).expect("few") + 1);
        let question = question.clone();
        let job = Job {
            id,
            question,
            asked_at: now,
            attempts: 0,
            trouble_since: None,
            follow_ups: Vec::new(),
            reply: None,
        };
        rows.jobs.push(Row { job, due: now, line: now, lease: None, end: None, told: false });
        self.bells[Stage::Ask as usize].notify_one();
        Ok(Enqueued::New)
    }

    async fn lease(
        &self,
        stage: Stage,
        limit: usize,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Leased>, QueueError> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        let fails = |left: u32| left.checked_sub(1);
        if self.failing_leases.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fails).is_ok() {
            return Err(QueueError::Unavailable(cause()));
        }
        let mut rows = self.rows();
        let mut ready = rows.heads();
        ready.retain(|&i| rows.jobs[i].stage() == stage && rows.ready_at(&rows.jobs[i]) <= now);
        match stage {
            Stage::Ask => rows.line_up(&mut ready),
            Stage::Post => ready.sort_by_key(|&i| rows.jobs[i].job.asked_at),
        }
        ready.truncate(limit);
        if stage == Stage::Ask {
            rows.move_back(&ready, now);
        }
        let mut leased = Vec::new();
        for i in ready {
            rows.leases += 1;
            let token = rows.leases.to_string();
            let follow_ups = rows.follow_ups(i);
            let row = &mut rows.jobs[i];
            row.lease = Some((token.clone(), until));
            row.job.attempts += 1;
            let lease = Lease { job: row.job.id, token };
            leased.push(Leased { lease, job: Job { follow_ups, ..row.job.clone() } });
        }
        Ok(leased)
    }

    async fn renew(&self, lease: &Lease, until: Timestamp) -> Result<(), QueueError> {
        self.rows().held(lease)?.lease = Some((lease.token.clone(), until));
        Ok(())
    }

    async fn save_reply(&self, lease: &Lease, reply: &NewReply) -> Result<(), QueueError> {
        let mut rows = self.rows();
        let row = rows.held(lease)?;
        row.job.reply = Some(Reply { failure: reply.failure, parts: parts(&reply.parts) });
        row.job.trouble_since = None;
        row.due = Timestamp::default();
        row.lease = None;
        let place = row.job.question.place.clone();
        if let Some(new) = &reply.turn {
            rows.memories.entry(place).or_default().add(new);
        }
        rows.end_those_it_is_for(lease.job, reply);
        self.ring();
        Ok(())
    }

    async fn mark_part(
        &self,
        lease: &Lease,
        index: u32,
        state: PartState,
        uncertain: u32,
    ) -> Result<(), QueueError> {
        let mut rows = self.rows();
        let part = rows.parts(lease)?.iter_mut().find(|part| part.index == index).expect("a part of the job");
        (part.state, part.uncertain) = (state, uncertain);
        Ok(())
    }

    async fn split_part(&self, lease: &Lease, index: u32, texts: &[String]) -> Result<(), QueueError> {
        let mut rows = self.rows();
        let all = rows.parts(lease)?;
        let place = all.iter().position(|part| part.index == index).expect("a part of the job");
        all.splice(place..=place, parts(texts));
        for (index, part) in (0..).zip(all) {
            part.index = index;
        }
        Ok(())
    }

    async fn settle(&self, lease: &Lease, settlement: Settlement, now: Timestamp) -> Result<(), QueueError> {
        let mut rows = self.rows();
        let row = rows.held(lease)?;
        row.lease = None;
        match settlement {
            Settlement::Done | Settlement::Dead(_) => row.end = Some(settlement),
            Settlement::RetryAt { at, trouble_since } => {
                (row.due, row.job.trouble_since) = (at, trouble_since);
                // That makes no work now, so it need not ring.
                return Ok(());
            }
            Settlement::HandBack => row.due = now,
        }
        self.ring();
        Ok(())
    }

    async fn pause(&self, scope: &PauseScope, until: Timestamp) -> Result<(), QueueError> {
        let mut rows = self.rows();
        rows.pauses.retain(|(known, _)| known != scope);
        rows.pauses.push((scope.clone(), until));
        Ok(())
    }

    async fn resume(&self, room: &RoomToken, _now: Timestamp) -> Result<(), QueueError> {
        self.rows().pauses.retain(|(scope, _)| *scope != PauseScope::Room(room.clone()));
        self.ring();
        Ok(())
    }

    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, QueueError> {
        let rows = self.rows();
        let ready = rows.heads().into_iter().map(|i| rows.ready_at(&rows.jobs[i]));
        Ok(ready.filter(|ready| *ready > now).min())
    }

    async fn changed(&self, stage: Stage) {
        self.bells[stage as usize].notified().await;
    }

    async fn depth(&self, now: Timestamp) -> Result<Depth, QueueError> {
        let lasts = |pause: &&(PauseScope, Timestamp)| pause.1 > now;
        Ok(Depth { pauses: self.rows().pauses.iter().filter(lasts).cloned().collect(), ..Depth::default() })
    }
}
