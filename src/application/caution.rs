//! How carefully Talk is posted to. A refused signature feeds a lock-out that hits every room, so until Talk has
//! taken a post, and again after it refused one, posts go one at a time; and when several rooms in a row refuse,
//! it is the secret that is wrong, and the server is left alone.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::domain::job::JobId;
use crate::domain::message::RoomToken;
use crate::domain::time::Timestamp;

/// How long a room, or the server, is left alone after refused signatures. Talk counts them over this time.
pub(super) const PAUSE: Duration = Duration::from_mins(30);

/// Posts at once while nothing is wrong: fewer than the refused signatures that lead to a lock-out, since all of
/// these may be on their way when the secret turns wrong.
const POSTS_AT_ONCE: usize = 8;

/// So many different rooms in a row that refuse the signature are no coincidence.
const TOO_MANY_ROOMS: usize = 3;

/// What posts of this process have shown so far. Shared by all rooms.
#[derive(Debug, Default)]
pub struct Caution {
    seen: Mutex<Seen>,
    /// Held by a post that no lease for posting stands for, while these have to go one at a time.
    telling: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The last post whose fate depended on the signature was taken.
    trusted: bool,
    /// Rooms that refused it since one took it.
    refusing: Vec<RoomToken>,
    /// Nothing is sent before.
    held_until: Option<Timestamp>,
    /// Jobs whose posts fail in the middle, and since when. Not stored: a new process is patient anew.
    failing: HashMap<JobId, Timestamp>,
}

impl Caution {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when something may be posted beside the jobs that are leased for posting; what it returns is held
    /// until that is done. Until Talk has taken a post these go one at a time.
    pub(super) async fn turn_to_tell(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        if self.seen().trusted {
            return None;
        }
        Some(self.telling.lock().await)
    }

    /// How many jobs may post at the same time now.
    #[must_use]
    pub fn posts_at_once(&self) -> usize {
        if self.seen().trusted { POSTS_AT_ONCE } else { 1 }
    }

    /// Until when nothing may be sent, where that is still to come. The queue keeps its own account for what is not
    /// leased yet; this one is for what is under way.
    #[must_use]
    pub fn held_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.seen().held_until.filter(|until| *until > now)
    }

    /// Talk took a post.
    pub(super) fn posted(&self) {
        let mut seen = self.seen();
        seen.trusted = true;
        seen.refusing.clear();
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

    /// The server refuses everything until then.
    pub(super) fn locked_out(&self, until: Timestamp) {
        let mut seen = self.seen();
        seen.trusted = false;
        seen.held_until = Some(until);
    }

    /// One room refused the signature. Returns until when the whole server is to be left alone, if it is.
    pub(super) fn unauthorized(&self, room: &RoomToken, now: Timestamp) -> Option<Timestamp> {
        let mut seen = self.seen();
        seen.trusted = false;
        if !seen.refusing.contains(room) {
            seen.refusing.push(room.clone());
        }
        if seen.refusing.len() < TOO_MANY_ROOMS {
            return None;
        }
        seen.refusing.truncate(TOO_MANY_ROOMS);
        seen.held_until = Some(now + PAUSE);
        seen.held_until
    }
}

#[cfg(test)]
mod tests;
