//! How carefully Talk is sent to. A refused signature feeds a lock-out that hits every room, so until Talk has taken
//! something, and again after it refused it, things go one at a time: in that room, and in all of them. When several
//! rooms in a row refuse, it is the secret that is wrong, and the server is left alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use crate::domain::job::{JobId, PauseScope};
use crate::domain::message::RoomToken;
use crate::domain::time::Timestamp;

/// How long a room, or the server, is left alone after refused signatures. Talk counts them over this time.
pub(super) const PAUSE: Duration = Duration::from_mins(30);

/// Answers, notices and reactions on their way at once while nothing is wrong. Together they are fewer than the
/// refused signatures that lead to a lock-out, since all of them may be on their way when the secret turns wrong.
pub(super) const POSTS_AT_ONCE: usize = 5;
pub(super) const NOTICES_AT_ONCE: usize = 2;
pub(super) const REACTIONS_AT_ONCE: usize = 2;

/// So many different rooms in a row that refuse the signature are no coincidence.
const TOO_MANY_ROOMS: usize = 3;

/// Held by what goes alone.
type Gate = Arc<tokio::sync::Mutex<()>>;

/// What sending has shown so far in this process. Shared by all rooms.
#[derive(Debug, Default)]
pub struct Caution(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    server: Trust,
    rooms: HashMap<RoomToken, Trust>,
    /// Rooms that refused the signature since one took it.
    refusing: Vec<RoomToken>,
    /// Jobs whose posts fail in the middle, and since when. Not stored: a new process is patient anew.
    failing: HashMap<JobId, Timestamp>,
}

/// What is known of a room, or of the server.
#[derive(Debug, Default)]
struct Trust {
    /// The last thing whose fate depended on the signature was taken.
    trusted: bool,
    /// Nothing is sent before.
    held_until: Option<Timestamp>,
    gate: Gate,
}

impl Trust {
    fn held(&self, now: Timestamp) -> Option<Timestamp> {
        self.held_until.filter(|until| *until > now)
    }

    fn hold(&mut self, until: Timestamp) {
        (self.trusted, self.held_until) = (false, Some(until));
    }

    /// What was on its way before a pause began shows nothing of the time after it.
    fn taken(&mut self, now: Timestamp) {
        self.trusted = self.held(now).is_none();
    }
}

/// The right to send one thing now. What goes alone lets nothing else go until this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _room: Option<OwnedMutexGuard<()>>,
    _server: Option<OwnedMutexGuard<()>>,
}

impl Caution {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when something may be sent to that room. Whether it still may is to be asked afterwards.
    pub(super) async fn turn(&self, room: &RoomToken) -> Turn {
        Turn {
            _room: self.pass(|seen| seen.rooms.entry(room.clone()).or_default()).await,
            _server: self.pass(|seen| &mut seen.server).await,
        }
    }

    /// Who waited for the one before, and then finds that it was taken, need not go alone any more.
    async fn pass(&self, of: impl Fn(&mut Seen) -> &mut Trust) -> Option<OwnedMutexGuard<()>> {
        let gate = {
            let mut seen = self.seen();
            let trust = of(&mut seen);
            (!trust.trusted).then(|| Arc::clone(&trust.gate))?
        };
        let alone = gate.lock_owned().await;
        (!of(&mut self.seen()).trusted).then_some(alone)
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

    /// Talk took something in that room.
    pub(super) fn taken(&self, room: &RoomToken, now: Timestamp) {
        let mut seen = self.seen();
        seen.refusing.clear();
        seen.server.taken(now);
        seen.rooms.entry(room.clone()).or_default().taken(now);
    }

    /// A post of that job failed in the middle: it may have been taken. Returns since when its posts fail so; time
    /// in which nothing arrived at all does not count.
    pub(super) fn failed(&self, job: JobId, now: Timestamp) -> Timestamp {
        let mut seen = self.seen();
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
        if let Some(trust) = seen.rooms.get_mut(room) {
            trust.held_until = None;
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
        seen.rooms.entry(room.clone()).or_default().hold(now + PAUSE);
        if !seen.refusing.contains(room) {
            seen.refusing.push(room.clone());
        }
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
