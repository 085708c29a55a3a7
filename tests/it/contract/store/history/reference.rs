//! The model: what a store must answer, in the simplest words, with no thought of speed.

use std::time::Duration;

use nextcloud_opencode_bot::domain::job::{
    Failure, Job, JobId, Lease, Part, PartState, PauseScope, Question, Reply, Settlement, Stage,
};
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::queue::{Depth, Enqueued, Leased, NewReply};

use super::line::{Head, line_up};
use super::rooms::Memory;

mod dead_letters;
mod joining;
mod steering;

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    Done,
    Dead(Failure, Timestamp),
}

struct Entry {
    /// Its number is only known once it was leased.
    job: Job,
    state: State,
    due_at: Timestamp,
    line_at: Timestamp,
    lease: Option<(String, Timestamp)>,
}

impl Entry {
    fn stage(&self) -> Stage {
        if self.job.reply.is_some() { Stage::Post } else { Stage::Ask }
    }

    fn room(&self) -> &str {
        self.job.question.place.room.as_str()
    }

    fn open_again(&mut self, now: Timestamp) {
        (self.state, self.due_at, self.line_at) = (State::Open, now, now);
        (self.job.asked_at, self.job.attempts, self.job.trouble_since) = (now, 0, None);
    }

    fn held_until(&self) -> Option<Timestamp> {
        self.lease.as_ref().map(|(_, until)| *until)
    }
}

#[derive(Default)]
pub(super) struct Reference {
    entries: Vec<Entry>,
    pauses: Vec<(PauseScope, Timestamp)>,
    pub(super) memory: Memory,
}

impl Reference {
    pub(super) fn enqueue(&mut self, question: Question, now: Timestamp) -> Enqueued {
        let known = |entry: &&Entry| {
            entry.job.question.place.room == question.place.room
                && entry.job.question.message == question.message
        };
        if self.entries.iter().find(known).is_some() {
            return Enqueued::Duplicate;
        }
        let id = JobId(-1);
        let job = Job {
            id,
            question,
            asked_at: now,
            attempts: 0,
            trouble_since: None,
            follow_ups: Vec::new(),
            reply: None,
        };
        self.entries.push(Entry { job, state: State::Open, due_at: now, line_at: now, lease: None });
        Enqueued::New
    }

    fn heads(&self) -> Vec<usize> {
        let open = |entry: &Entry| entry.state == State::Open;
        let is_head = |entry: &Entry| {
            open(entry)
                && !self.entries.iter().any(|other| {
                    open(other)
                        && other.room() == entry.room()
                        && other.job.question.message < entry.job.question.message
                })
        };
        (0..self.entries.len()).filter(|&nth| is_head(&self.entries[nth])).collect()
    }

    /// When nothing holds that head back any more.
    fn ready_at(&self, entry: &Entry) -> Timestamp {
        let in_room = self.entries.iter().filter(|other| other.room() == entry.room());
        let leases = in_room.filter_map(Entry::held_until).map(|until| until + Duration::from_millis(1));
        let holds = |scope: &PauseScope| match scope {
            PauseScope::Room(room) => room.as_str() == entry.room(),
            PauseScope::Server => entry.stage() == Stage::Post,
        };
        let pauses = self.pauses.iter().filter(|(scope, _)| holds(scope)).map(|(_, until)| *until);
        leases.chain(pauses).fold(entry.due_at, Timestamp::max)
    }

    pub(super) fn lease(
        &mut self,
        stage: Stage,
        limit: usize,
        now: Timestamp,
        until: Timestamp,
        leased: &[Leased],
    ) {
        let mut ready = self.heads();
        ready.retain(|&nth| {
            let entry = &self.entries[nth];
            entry.stage() == stage && self.ready_at(entry) <= now
        });
        let by_age = |nth: &usize| (self.entries[*nth].job.asked_at, *nth);
        match stage {
            Stage::Ask => ready = line_up(ready.into_iter().map(|nth| self.in_line(nth)).collect()),
            Stage::Post => ready.sort_by_key(by_age),
        }
        ready.truncate(limit);
        ready.sort_by_key(by_age);
        assert_eq!(leased.len(), ready.len(), "leased {leased:?}");
        for (one, nth) in leased.iter().zip(ready) {
            if stage == Stage::Ask {
                self.move_back(nth, now);
            }
            let entry = &mut self.entries[nth];
            entry.job.attempts += 1;
            entry.job.id = one.job.id;
            entry.lease = Some((one.lease.token.clone(), until));
            let expected = Job { follow_ups: one.job.follow_ups.clone(), ..entry.job.clone() };
            assert_eq!(one.job, expected);
            self.compare_follow_ups(nth, &one.job.follow_ups);
        }
    }

    fn asking(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.state == State::Open && entry.stage() == Stage::Ask)
    }

    fn in_line(&self, nth: usize) -> Head {
        let entry = &self.entries[nth];
        let in_room = self.asking().filter(|other| other.room() == entry.room());
        Head {
            nth,
            asker: entry.job.question.asker.id.as_str().to_owned(),
            asked_at: entry.job.asked_at,
            waiting_since: in_room.map(|other| other.line_at).collect(),
        }
    }

    fn move_back(&mut self, nth: usize, now: Timestamp) {
        let asker = self.entries[nth].job.question.asker.id.clone();
        for entry in &mut self.entries {
            if entry.state == State::Open
                && entry.stage() == Stage::Ask
                && entry.job.question.asker.id == asker
            {
                entry.line_at = now;
            }
        }
    }

    fn held(&mut self, lease: &Lease) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| {
            entry.job.id == lease.job && entry.lease.as_ref().is_some_and(|(token, _)| *token == lease.token)
        })
    }

    /// The message of the job that was leased, and the epoch of its room.
    pub(super) fn message_and_epoch(&self, lease: &Lease) -> (i64, u64) {
        let entry = self.entries.iter().find(|entry| entry.job.id == lease.job).expect("leased once");
        (entry.job.question.message.0, self.memory.epoch(entry.room()))
    }

    pub(super) fn renew(&mut self, lease: &Lease, until: Timestamp) -> bool {
        self.held(lease).map(|entry| entry.lease = Some((lease.token.clone(), until))).is_some()
    }

    pub(super) fn save_reply(&mut self, lease: &Lease, new: &NewReply) -> bool {
        let Some(entry) = self.held(lease).filter(|entry| entry.job.reply.is_none()) else { return false };
        entry.job.reply = Some(Reply { failure: new.failure, parts: numbered(new.parts.clone()) });
        entry.job.trouble_since = None;
        entry.due_at = Timestamp::from_millis(0);
        entry.lease = None;
        let room = entry.room().to_owned();
        if let Some(turn) = &new.turn {
            self.memory.add(&room, turn);
        }
        self.end_those_it_is_for(lease.job, new);
        true
    }

    fn parts(&mut self, lease: &Lease) -> Option<&mut Vec<Part>> {
        self.held(lease)?.job.reply.as_mut().map(|reply| &mut reply.parts)
    }

    pub(super) fn mark_part(
        &mut self,
        lease: &Lease,
        index: usize,
        state: PartState,
        uncertain: u32,
    ) -> bool {
        let part = self.parts(lease).and_then(|parts| parts.get_mut(index));
        part.map(|part| (part.state, part.uncertain) = (state, uncertain)).is_some()
    }

    pub(super) fn split_part(&mut self, lease: &Lease, index: usize, texts: &[String]) -> bool {
        let Some(parts) = self.parts(lease) else { return false };
        parts.splice(index..=index, numbered(texts.to_vec()));
        for (index, part) in (0..).zip(parts) {
            part.index = index;
        }
        true
    }

    pub(super) fn settle(&mut self, lease: &Lease, settlement: Settlement, now: Timestamp) -> bool {
        let Some(entry) = self.held(lease) else { return false };
        entry.lease = None;
        match settlement {
            Settlement::Done => entry.state = State::Done,
            Settlement::RetryAt { at, trouble_since } => {
                entry.due_at = at;
                entry.job.trouble_since = trouble_since;
            }
            Settlement::Dead(failure) => entry.state = State::Dead(failure, now),
            Settlement::HandBack => entry.due_at = now,
        }
        true
    }

    pub(super) fn pause(&mut self, scope: PauseScope, until: Timestamp) {
        self.pauses.retain(|(known, _)| *known != scope);
        self.pauses.push((scope, until));
    }

    pub(super) fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let heads = self.heads();
        heads.iter().map(|&nth| self.ready_at(&self.entries[nth])).filter(|at| *at > now).min()
    }

    pub(super) fn depth(&self, now: Timestamp) -> Depth {
        let open: Vec<_> = self.entries.iter().filter(|entry| entry.state == State::Open).collect();
        let mut pauses: Vec<_> = self.pauses.iter().filter(|(_, until)| *until > now).cloned().collect();
        pauses.sort_by_key(|(scope, _)| match scope {
            PauseScope::Server => String::new(),
            PauseScope::Room(room) => room.as_str().to_owned(),
        });
        Depth {
            open: open.len() as u64,
            leased: open.iter().filter(|entry| entry.held_until().is_some_and(|end| end >= now)).count()
                as u64,
            dead: self.dead_letters().len() as u64,
            oldest: open.iter().map(|entry| entry.job.asked_at).min(),
            pauses,
        }
    }
}

fn numbered(texts: Vec<String>) -> Vec<Part> {
    let part = |(index, text)| Part { index, text, state: PartState::Waiting, uncertain: 0 };
    (0..).zip(texts).map(part).collect()
}
