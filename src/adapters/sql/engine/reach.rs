//! Whether the database can be reached at present, known to all that use it: who knows that it is away need not wait to
//! find out.

use std::sync::{Arc, Mutex, PoisonError};

/// An error that several callers are told.
pub(in crate::adapters::sql) type Shared = Arc<sqlx::Error>;

/// Why the database is away, if it is.
#[derive(Debug, Default)]
pub(in crate::adapters::sql) struct Reach(Mutex<Option<Shared>>);

impl Reach {
    /// It is away for that reason, or back.
    pub(in crate::adapters::sql) fn set(&self, away: Option<Shared>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = away;
    }

    pub(in crate::adapters::sql) fn away(&self) -> Option<Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
