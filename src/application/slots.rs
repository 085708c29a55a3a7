//! How many calls of one kind may run at once, and how many do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A counter of running calls. The limit may change while they run.
#[derive(Debug, Default)]
pub struct Slots(AtomicUsize);

/// One call; dropping it makes room for the next.
#[derive(Debug)]
pub struct Slot(Arc<Slots>);

impl Slots {
    /// How many more may start under `limit`.
    #[must_use]
    pub fn free(&self, limit: usize) -> usize {
        limit.saturating_sub(self.0.load(Ordering::Acquire))
    }

    /// Counts one more.
    #[must_use]
    pub fn take(self: &Arc<Self>) -> Slot {
        self.0.fetch_add(1, Ordering::AcqRel);
        Slot(Arc::clone(self))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
    }
}
