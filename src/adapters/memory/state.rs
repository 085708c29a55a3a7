//! What is stored: the rows of every bot, each kind in the order of its keys.

use std::collections::{BTreeMap, BTreeSet};

use super::conversations::Memory;
use super::job::Row;
use super::outbox::StoredNotice;
use crate::domain::job::{JobId, Lease};
use crate::domain::message::{MessageId, RoomToken, ThreadId};
use crate::domain::time::Timestamp;
use crate::ports::outbox::NoticeId;
use crate::ports::queue::{Enqueued, QueueError};

/// What outlives the process.
#[derive(Default)]
pub(super) struct Disk {
    numbers: Numbers,
    bots: BTreeMap<String, Rows>,
}

impl Disk {
    pub(super) fn open(&mut self, bot: &str) -> (&mut Rows, &mut Numbers) {
        (entry(&mut self.bots, bot), &mut self.numbers)
    }

    pub(super) fn rows_of(&mut self, bot: &str) -> &mut Rows {
        self.open(bot).0
    }
}

/// The last numbers that were given out, of all bots. None is ever given out again.
#[derive(Default)]
pub(super) struct Numbers {
    job: i64,
    notice: i64,
    leases: u64,
}

impl Numbers {
    /// Of a question that may turn out to be known: then its number is lost, as it is in SQL.
    pub(super) fn next_job(&mut self) -> JobId {
        self.job += 1;
        JobId(self.job)
    }

    pub(super) fn next_notice(&mut self) -> NoticeId {
        self.notice += 1;
        NoticeId(self.notice)
    }

    /// Stands in for the random one.
    pub(super) fn next_token(&mut self) -> String {
        self.leases += 1;
        format!("lease {}", self.leases)
    }
}

/// All of one bot.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) rooms: BTreeMap<RoomToken, Room>,
    /// Where each job is found.
    keys: BTreeMap<JobId, (RoomToken, MessageId)>,
    pub(super) server_paused_until: Option<Timestamp>,
    pub(super) notices: BTreeMap<i64, StoredNotice>,
    pub(super) own_actors: BTreeSet<String>,
}

/// All of one room.
#[derive(Default)]
pub(super) struct Room {
    pub(super) jobs: BTreeMap<MessageId, Row>,
    /// By thread. One that was never talked in has none.
    pub(super) memories: BTreeMap<Option<ThreadId>, Memory>,
    /// Every message up to it counts as known.
    pub(super) floor: Option<MessageId>,
    pub(super) welcomed: bool,
    pub(super) paused_until: Option<Timestamp>,
}

impl Rows {
    pub(super) fn room(&mut self, token: &RoomToken) -> &mut Room {
        entry(&mut self.rooms, token)
    }

    pub(super) fn jobs(&self) -> impl Iterator<Item = &Row> {
        self.rooms.values().flat_map(|room| room.jobs.values())
    }

    pub(super) fn jobs_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.rooms.values_mut().flat_map(|room| room.jobs.values_mut())
    }

    pub(super) fn job(&self, id: JobId) -> Option<&Row> {
        let (room, message) = self.keys.get(&id)?;
        self.rooms.get(room)?.jobs.get(message)
    }

    pub(super) fn job_mut(&mut self, id: JobId) -> Option<&mut Row> {
        let (room, message) = self.keys.get(&id)?;
        self.rooms.get_mut(room)?.jobs.get_mut(message)
    }

    /// The job that the lease is still for.
    pub(super) fn held(&mut self, lease: &Lease) -> Result<&mut Row, QueueError> {
        let row = self.job_mut(lease.job).filter(|row| row.is_held_by(&lease.token));
        row.ok_or(QueueError::LeaseLost(lease.job))
    }

    /// Stores it under a new number, if its message is not known.
    pub(super) fn take_in(&mut self, row: Row, numbers: &mut Numbers) -> Enqueued {
        if self.room(&row.place.room).floor >= Some(row.message) {
            return Enqueued::Duplicate;
        }
        let row = Row { id: numbers.next_job(), ..row };
        if self.room(&row.place.room).jobs.contains_key(&row.message) {
            return Enqueued::Duplicate;
        }
        self.insert(row);
        Enqueued::New
    }

    pub(super) fn insert(&mut self, row: Row) {
        self.keys.insert(row.id, (row.place.room.clone(), row.message));
        self.room(&row.place.room).jobs.insert(row.message, row);
    }

    /// Erases a job with its identity. No message up to it is taken in again.
    pub(super) fn remove(&mut self, id: JobId) {
        if let Some((token, message)) = self.keys.remove(&id) {
            let room = self.room(&token);
            room.jobs.remove(&message);
            room.floor = room.floor.max(Some(message));
        }
    }

    /// Until when the room or the server is not sent to.
    pub(super) fn paused_until(&self, room: &RoomToken) -> Option<Timestamp> {
        let of_room = self.rooms.get(room).and_then(|room| room.paused_until);
        of_room.max(self.server_paused_until)
    }

    pub(super) fn is_paused(&self, room: &RoomToken, now: Timestamp) -> bool {
        self.paused_until(room) > Some(now)
    }
}

fn entry<'a, K, Q, V>(map: &'a mut BTreeMap<K, V>, key: &Q) -> &'a mut V
where
    K: std::borrow::Borrow<Q> + Ord,
    Q: ToOwned<Owned = K> + Ord + ?Sized,
    V: Default,
{
    map.entry(key.to_owned()).or_default()
}
