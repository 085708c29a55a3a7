//! A store without a file, for a machine that has none: the stand-in for the one in SQL. It keeps every promise of the
//! store's ports but that of the disk, and does the same in every run: no clock, no chance, no order that is not said.
//!
//! The rows outlive the handle, as a file outlives the process: [`MemoryStore::reopen`] is the restart.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::state::{Disk, Numbers, Rows};
use super::bells::Bells;
use super::sql::StoreOptions;
use crate::domain::time::Timestamp;
use crate::ports::Cause;
use crate::ports::neighbours::Neighbours;

mod conversations;
mod dead_letters;
mod inspect;
mod job;
mod lease;
mod outbox;
mod queue;
mod reply;
mod signs;
mod state;
mod steering;
mod upkeep;
mod waits;

pub use inspect::{JobState, StoredJob};

/// A handle on questions, replies, turns and notices of one bot. Implements every port that needs a store.
///
/// `changed` and `noticed` tell of changes that were made through the same handle, as one process hears nothing of
/// another one's.
pub struct MemoryStore {
    options: StoreOptions,
    disk: Arc<Mutex<Disk>>,
    bells: Bells,
    closed: AtomicBool,
}

/// Two services on the same rows are no subject here.
impl Neighbours for MemoryStore {}

impl MemoryStore {
    /// An empty store, opened as the one service that works on it.
    #[must_use]
    pub fn open(options: StoreOptions) -> Self {
        Self::on(Arc::default(), options)
    }

    /// The same rows as the next process finds them at `now` when this one was killed: this handle is closed, what it
    /// leased is free, what only a wrong clock can have put off so far is due, nothing has rung yet.
    #[must_use]
    pub fn reopen(&self, now: Timestamp) -> Self {
        self.close();
        let next = self.beside(self.options.clone());
        next.disk().rows_of(&next.options.bot).take_over(now);
        next
    }

    /// The same rows beside the service, perhaps for another bot, as an administrator's command opens them.
    #[must_use]
    pub fn beside(&self, options: StoreOptions) -> Self {
        Self::on(Arc::clone(&self.disk), options)
    }

    /// From now on every call through this handle answers that the store is not available.
    pub fn close(&self) {
        let _no_change_meanwhile = self.disk();
        self.closed.store(true, Ordering::Relaxed);
    }

    fn on(disk: Arc<Mutex<Disk>>, options: StoreOptions) -> Self {
        Self { options, disk, bells: Bells::default(), closed: AtomicBool::new(false) }
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<A>(&self, read: impl FnOnce(&Rows) -> A) -> Result<A, Cause> {
        self.change(|rows, _| read(rows))
    }

    /// All of a change is made at once, or nothing.
    fn change<A>(&self, change: impl FnOnce(&mut Rows, &mut Numbers) -> A) -> Result<A, Cause> {
        let mut disk = self.disk();
        if self.closed.load(Ordering::Relaxed) {
            return Err("the store is closed".into());
        }
        let (rows, numbers) = disk.open(&self.options.bot);
        Ok(change(rows, numbers))
    }
}
