//! Whether the database can be reached at present, known to all that use it: who knows that it is away need not wait to
//! find out.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// An error that several callers are told.
pub(in crate::adapters::sql) type Shared = Arc<sqlx::Error>;

/// Why the database is away, if it is.
#[derive(Debug, Default)]
pub(in crate::adapters::sql) struct Reach {
    away: Mutex<Option<Shared>>,
    doubt: Notify,
}

impl Reach {
    /// It is away for that reason, or back.
    pub(in crate::adapters::sql) fn set(&self, away: Option<Shared>) {
        *self.away.lock().unwrap_or_else(PoisonError::into_inner) = away;
    }

    pub(in crate::adapters::sql) fn away(&self) -> Option<Shared> {
        self.away.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A connection was lost, so others may be as well.
    pub(in crate::adapters::sql) fn doubt(&self) {
        self.doubt.notify_one();
    }

    /// Returns when there is doubt whether it can be reached.
    pub(in crate::adapters::sql) async fn doubted(&self) {
        self.doubt.notified().await;
    }
}
