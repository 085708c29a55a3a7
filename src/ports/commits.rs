//! Who is told how a store commits. Told by the task that writes, so it must be quick and never wait.

use std::time::Duration;

/// Hears of every transaction of the service's own store.
pub trait Commits: Send + Sync {
    /// So many changes were made durable together, which took so long from the transaction's beginning.
    fn committed(&self, changes: usize, took: Duration);

    /// A transaction was not made, or it is not known whether it was. A change that spoils a transaction is tried on its
    /// own, as are those beside it, so there may be more of these than of failed changes.
    fn failed(&self);
}
