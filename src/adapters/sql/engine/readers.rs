//! The connections that read.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{PgPool, SqlitePool};

use super::{Reach, late};
use crate::ports::Cause;

/// Connections that read.
#[derive(Debug)]
pub(in crate::adapters::sql) enum Readers {
    Sqlite(SqlitePool),
    Postgres(PgReaders),
}

impl Readers {
    pub(in crate::adapters::sql) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(readers) => readers.pool.close().await,
        }
    }
}

/// Connections to a server, which may be away or silent.
#[derive(Debug)]
pub(in crate::adapters::sql) struct PgReaders {
    pub(in crate::adapters::sql) pool: PgPool,
    pub(in crate::adapters::sql) reach: Arc<Reach>,
    /// How long an answer may take, the way to the server included.
    pub(in crate::adapters::sql) patience: Duration,
}

impl PgReaders {
    /// Reads; fails at once while the server is known to be away.
    pub(super) async fn read<'p, T, F>(&'p self, read: impl FnOnce(&'p PgPool) -> F) -> sqlx::Result<T>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        if let Some(cause) = self.reach.away() {
            let cause: Cause = match &*cause {
                // Which begins with the same words as what is made of it.
                sqlx::Error::Io(error) => error.to_string().into(),
                _ => cause.into(),
            };
            return Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::NotConnected, cause)));
        }
        tokio::time::timeout(self.patience, read(&self.pool)).await.map_err(|_| late())?
    }
}
