//! Where one at a time passes, of all processes of the bot. Each comes by a connection of its own: with that it leaves,
//! however it ends, and lets the next one in.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

use super::code;
use super::engine::{CONNECT, PATIENCE};
use crate::adapters::sql::engine::late;

/// How to get there.
#[derive(Debug)]
pub(in crate::adapters::sql) struct Gate {
    server: PgConnectOptions,
    lock: i64,
}

impl Gate {
    pub(super) fn new(server: PgConnectOptions, lock: i64) -> Self {
        Self { server, lock }
    }

    /// Returns when nobody else is inside. Who does leaves when what is returned is dropped.
    pub(in crate::adapters::sql) async fn pass(&self) -> sqlx::Result<PgConnection> {
        let mut inside = tokio::time::timeout(CONNECT, self.server.connect()).await.map_err(|_| late())??;
        loop {
            let wait = sqlx::query("SELECT pg_advisory_lock($1)").bind(self.lock).execute(&mut inside);
            match tokio::time::timeout(PATIENCE, wait).await.map_err(|_| late())? {
                Ok(_) => return Ok(inside),
                // The server ends every wait after a while, so that it need not be asked whether it is still there.
                Err(error) if code::is_lock_timeout(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
