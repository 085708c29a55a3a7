//! What the bot has written, as its store took it: every question from its acknowledgement to its end. Kept beside the
//! store, so that what should be there can be compared with what is.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use nextcloud_opencode_bot::adapters::memory::{JobState, StoredJob};
use nextcloud_opencode_bot::domain::job::{Failure, JobId, Question};
use nextcloud_opencode_bot::domain::message::{MessageId, RoomToken};
use nextcloud_opencode_bot::ports::queue::NewReply;

/// By what a question is known.
pub(crate) type Key = (RoomToken, i64);

/// How a question ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    Answered,
    Dead(Failure),
    /// With the answer to another one.
    Joined(Key),
    Stopped,
    Erased,
}

/// A message of a reply.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) text: String,
    /// Posts of it.
    pub(crate) calls: Vec<usize>,
    /// When it was recorded as posted.
    pub(crate) marked: Option<Duration>,
}

/// A stored reply.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) failure: Option<Failure>,
    pub(crate) parts: Vec<Part>,
}

/// One life of a question: since it was asked, or asked again.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    pub(crate) since: Duration,
    pub(crate) reply: Option<Reply>,
    /// When its reply was leased to be posted first.
    pub(crate) leased_to_post: Option<Duration>,
    pub(crate) end: Option<(Duration, End)>,
    /// Marks and settlements that the store did not take, as its worker was told.
    pub(crate) unwritten: u32,
    /// Leases that were lost, as its worker was told, or ran out.
    pub(crate) lost: u32,
}

/// A question.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) lives: Vec<Life>,
    /// A dead letter whose texts were erased for their age, or with its room.
    pub(crate) letter_erased: bool,
    /// When its sign was recorded as failed.
    pub(crate) failed_sign: Vec<(Duration, u32)>,
}

/// All of it.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) records: BTreeMap<Key, Record>,
    pub(crate) jobs: BTreeMap<JobId, Key>,
    /// Messages that were noted without being questions.
    pub(crate) claimed: BTreeSet<Key>,
    /// Of whose question the reply is being posted, by room.
    pub(crate) posting: BTreeMap<RoomToken, Key>,
    /// Rooms that were erased since a sign was put on there.
    pub(crate) erased_rooms: BTreeSet<RoomToken>,
    /// What was forgotten: place and message, with the first epoch that must not know it.
    pub(crate) forgotten: BTreeMap<(RoomToken, Option<i64>, i64), u64>,
}

/// Why jobs may have ended, when the store is looked at after a change.
#[derive(Debug, Clone)]
pub(crate) enum Cause {
    Reply(Key),
    Stop,
    Erase,
    Age,
    Again,
}

impl Life {
    pub(crate) fn new(since: Duration) -> Self {
        Self { since, reply: None, leased_to_post: None, end: None, unwritten: 0, lost: 0 }
    }
}

impl Record {
    pub(crate) fn life(&mut self) -> &mut Life {
        self.lives.last_mut().expect("one at least")
    }

    pub(crate) fn end(&self) -> Option<&End> {
        self.lives.last().and_then(|life| life.end.as_ref()).map(|(_, end)| end)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.end().is_none()
    }
}

impl Ledger {
    /// A question was stored.
    pub(crate) fn asked(&mut self, question: &Question, now: Duration) {
        let key = (question.place.room.clone(), question.message.0);
        let lives = vec![Life::new(now)];
        let record = Record { lives, letter_erased: false, failed_sign: Vec::new() };
        self.records.insert(key, record);
    }

    pub(crate) fn of_job(&mut self, job: JobId) -> Option<&mut Record> {
        self.jobs.get(&job).and_then(|key| self.records.get_mut(key))
    }

    /// A reply was stored.
    pub(crate) fn replied(&mut self, job: JobId, reply: &NewReply) {
        let part = |text: &String| Part { text: text.clone(), calls: Vec::new(), marked: None };
        let parts = reply.parts.iter().map(part).collect();
        if let Some(record) = self.of_job(job) {
            record.life().reply = Some(Reply { failure: reply.failure, parts });
        }
    }

    /// A post was sent: it is noted with the part of a reply, unless it is a notice.
    pub(crate) fn sent(&mut self, room: &RoomToken, text: &str, call: usize) {
        let Some(record) = self.posting.get(room).and_then(|key| self.records.get_mut(key)) else { return };
        let Some(reply) = record.lives.iter_mut().rev().find_map(|life| life.reply.as_mut()) else { return };
        let of_text = |part: &&mut Part| part.text == text;
        if let Some(part) = reply.parts.iter_mut().filter(of_text).min_by_key(|part| part.marked.is_some()) {
            part.calls.push(call);
        }
    }

    /// That life has ended.
    pub(crate) fn ended(&mut self, key: &Key, end: End, now: Duration) {
        if let Some(record) = self.records.get_mut(key)
            && record.is_open()
        {
            record.life().end = Some((now, end));
        }
    }

    /// Compares with what is stored, after a change that may have touched many jobs.
    pub(crate) fn compare(&mut self, stored: &[StoredJob], cause: &Cause, now: Duration) {
        let of =
            |key: &Key| stored.iter().find(|job| job.message == MessageId(key.1) && job.place.room == key.0);
        for (key, record) in &mut self.records {
            let state = of(key).map(|job| job.state);
            let is_open = matches!(state, Some(JobState::Ask | JobState::Post));
            if record.is_open() && !is_open {
                let end = match cause {
                    Cause::Reply(by) => End::Joined(by.clone()),
                    Cause::Stop | Cause::Again => End::Stopped,
                    Cause::Erase | Cause::Age => End::Erased,
                };
                record.life().end = Some((now, end));
            } else if !record.is_open() && is_open {
                // A stored answer is kept when the administrator has it tried again.
                let kept = record.life().reply.clone().filter(|_| state == Some(JobState::Post));
                record.lives.push(Life { reply: kept, ..Life::new(now) });
                record.letter_erased = false;
            } else if matches!(record.end(), Some(End::Dead(_))) && !matches!(state, Some(JobState::Dead(_)))
            {
                record.letter_erased = true;
            }
        }
    }
}
