//! How carefully Talk is sent to. A refused signature feeds a lock-out that hits every room, so until Talk has taken
//! something, and again after it refused it, things go one at a time: in that room, and in all of them. When several
//! rooms in a row refuse, it is the secret that is wrong, and the server is left alone.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use self::trust::{RoomGate, ServerGate, Trust, Way};
use crate::domain::job::{JobId, PauseScope};
use crate::domain::message::RoomToken;
use crate::domain::time::Timestamp;
use crate::ports::neighbours::Refusals;

mod trust;

pub(super) use self::trust::Turn;

/// How long a room, or the server, is left alone after refused signatures. Talk counts them over this time.
pub(super) const PAUSE: Duration = Duration::from_mins(30);

/// Answers, notices and reactions on their way at once while nothing is wrong. Together they are fewer than the
/// refused signatures that lead to a lock-out, since all of them may be on their way when the secret turns wrong. Of
/// several processes, all have so many posts together, and one has the notices and reactions.
pub(super) const POSTS_AT_ONCE: usize = 5;
pub(super) const NOTICES_AT_ONCE: usize = 2;
pub(super) const REACTIONS_AT_ONCE: usize = 2;

/// So many different rooms in a row that refuse the signature are no coincidence.
pub(super) const TOO_MANY_ROOMS: usize = 3;

/// So many rooms, and failing jobs, are remembered. Who is forgotten is met as if for the first time.
const REMEMBERED: usize = 4096;

/// What sending has shown so far in this process. Shared by all rooms.
#[derive(Debug, Default)]
pub struct Caution(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    server: Trust<ServerGate>,
    rooms: HashMap<RoomToken, Trust<RoomGate>>,
    /// Rooms that refused the signature since one took it.
    refusing: Vec<RoomToken>,
    /// Jobs whose posts fail in the middle, and since when. Not stored: a new process is patient anew.
    failing: HashMap<JobId, Timestamp>,
    resumptions: u64,
}

impl Seen {
    fn room(&mut self, room: &RoomToken, now: Timestamp) -> &mut Trust<RoomGate> {
        if self.rooms.len() >= REMEMBERED && !self.rooms.contains_key(room) {
            self.rooms.retain(|_, trust| trust.is_used(now));
        }
        self.rooms.entry(room.clone()).or_default()
    }

    fn refused_by(&mut self, room: &RoomToken) {
        if !self.refusing.contains(room) {
            self.refusing.push(room.clone());
        }
    }
}

impl Caution {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when something may be sent to that room. Whether it still may is to be asked afterwards.
    pub(super) async fn turn(&self, room: &RoomToken, now: Timestamp) -> Turn {
        let room = self.pass_room(room, now).await;
        Turn { _room: room, server: self.pass_server().await }
    }

    /// Who waited for the one before, and then finds that it was taken, need not go alone any more.
    async fn pass_room(&self, room: &RoomToken, now: Timestamp) -> Option<OwnedMutexGuard<()>> {
        let gate = {
            let mut seen = self.seen();
            let trust = seen.room(room, now);
            (!trust.trusted).then(|| Arc::clone(&trust.gate))?
        };
        let alone = gate.lock_owned().await;
        (!self.seen().room(room, now).trusted).then_some(alone)
    }

    /// What was believed while somebody waited may have turned out wrong, either way.
    async fn pass_server(&self) -> Way {
        loop {
            let (trusted, gate) = self.server();
            let way = if trusted {
                Way::Together { _with: gate.read_owned().await }
            } else {
                Way::Alone { _before: gate.write_owned().await }
            };
            if self.server().0 == trusted {
                return way;
            }
        }
    }

    fn server(&self) -> (bool, Arc<ServerGate>) {
        let server = &self.seen().server;
        (server.trusted, Arc::clone(&server.gate))
    }

    /// How many jobs may post at the same time now.
    #[must_use]
    pub fn posts_at_once(&self) -> usize {
        if self.seen().server.trusted { POSTS_AT_ONCE } else { 1 }
    }

    /// Until when nothing may be sent to that room, where that is still to come. The store keeps its own account for
    /// what is not under way yet; this one is for what is.
    #[must_use]
    pub fn held_until(&self, room: &RoomToken, now: Timestamp) -> Option<Timestamp> {
        let seen = self.seen();
        let of_room = seen.rooms.get(room).and_then(|room| room.held(now));
        of_room.max(seen.server.held(now))
    }

    /// Talk took something in that room. Returns whether rooms had refused the signature since it did the last time.
    pub(super) fn taken(&self, room: &RoomToken, now: Timestamp) -> bool {
        let mut seen = self.seen();
        seen.server.taken(now);
        seen.room(room, now).taken(now);
        !std::mem::take(&mut seen.refusing).is_empty()
    }

    /// A post of that job failed in the middle: it may have been taken. Returns since when its posts fail so; time
    /// in which nothing arrived at all does not count.
    pub(super) fn failed(&self, job: JobId, now: Timestamp) -> Timestamp {
        let mut seen = self.seen();
        if seen.failing.len() >= REMEMBERED && !seen.failing.contains_key(&job) {
            let oldest = seen.failing.iter().min_by_key(|(_, since)| **since).map(|(job, _)| *job);
            oldest.and_then(|oldest| seen.failing.remove(&oldest));
        }
        let since = seen.failing.entry(job).or_insert(now);
        *since = now.min(*since);
        *since
    }

    /// The posts of that job do not fail in the middle, or not any more.
    pub(super) fn not_failing(&self, job: JobId) {
        self.seen().failing.remove(&job);
    }

    /// The bot was enabled in that room: what it refused before says nothing any more.
    pub(super) fn resume(&self, room: &RoomToken) {
        let mut seen = self.seen();
        seen.refusing.retain(|refusing| refusing != room);
        seen.resumptions += 1;
        if let Some(trust) = seen.rooms.get_mut(room) {
            trust.resume();
        }
    }

    /// Nothing may be sent there until then.
    pub(super) fn pause(&self, scope: &PauseScope, until: Timestamp) {
        let mut seen = self.seen();
        match scope {
            PauseScope::Room(room) => seen.rooms.entry(room.clone()).or_default().hold(until),
            PauseScope::Server => seen.server.hold(until),
        }
    }

    /// The store has that pause now: if it ends there, it ends here.
    pub(super) fn stored(&self, scope: &PauseScope, until: Timestamp) {
        let mut seen = self.seen();
        match scope {
            PauseScope::Room(room) => {
                if let Some(trust) = seen.rooms.get_mut(room) {
                    trust.stored(until);
                }
            }
            PauseScope::Server => seen.server.stored(until),
        }
    }

    /// The signature may have been refused elsewhere, or something may be on its way there that is this process's now.
    pub(super) fn doubt(&self) {
        self.seen().server.trusted = false;
    }

    /// How often rooms were resumed.
    pub(super) fn resumptions(&self) -> u64 {
        self.seen().resumptions
    }

    /// What the store knew after so many resumptions of all processes' pauses. Returns whether that still is so; else
    /// nothing is learned.
    pub(super) fn learn(&self, refusals: &Refusals, resumptions: u64) -> bool {
        let mut seen = self.seen();
        if seen.resumptions != resumptions {
            return false;
        }
        let mut paused = HashSet::new();
        for (scope, until) in &refusals.pauses {
            if let PauseScope::Room(room) = scope {
                seen.rooms.entry(room.clone()).or_default().learn(*until);
                paused.insert(room);
            } else {
                seen.server.learn(*until);
                // Until one takes the signature, the next refusal is one too many again.
                refusals.refusing.iter().for_each(|room| seen.refused_by(room));
                seen.refusing.truncate(TOO_MANY_ROOMS);
            }
        }
        let ended = seen.rooms.iter_mut().filter(|(room, trust)| trust.stored && !paused.contains(room));
        ended.for_each(|(_, trust)| trust.resume());
        true
    }

    /// Until when that was to be left alone last; `None` when it never was, or is not any more.
    pub(super) fn pause_of(&self, scope: &PauseScope) -> Option<Timestamp> {
        let seen = self.seen();
        match scope {
            PauseScope::Room(room) => seen.rooms.get(room)?.held_until,
            PauseScope::Server => seen.server.held_until,
        }
    }

    /// One room refused the signature, and is held for a while. Returns until when the whole server is to be left
    /// alone, if it is.
    pub(super) fn unauthorized(&self, room: &RoomToken, now: Timestamp) -> Option<Timestamp> {
        let mut seen = self.seen();
        seen.server.trusted = false;
        seen.room(room, now).hold(now + PAUSE);
        seen.refused_by(room);
        if seen.refusing.len() < TOO_MANY_ROOMS {
            return None;
        }
        seen.refusing.truncate(TOO_MANY_ROOMS);
        seen.server.hold(now + PAUSE);
        seen.server.held_until
    }
}

#[cfg(test)]
mod tests;
