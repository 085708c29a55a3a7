//! The writing side of a file. It is there, or fails, at every change; what it needs in quiet times is that its
//! write-ahead log is emptied, which still holds texts that were erased since.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tokio_util::sync::CancellationToken;

use super::code::{self, DISK_FULL, READ_ONLY, primary_code};
use super::file::ServiceLock;
use crate::adapters::bells::{Bells, Wakes};
use crate::adapters::sql::engine::{Connection, Reach, query};
use crate::adapters::sql::others::Others;
use crate::adapters::sql::statements;
use crate::adapters::sql::take_over::take_over;
use crate::adapters::sql::writer::Engine;

/// How the file is written to.
pub(super) struct SqliteEngine {
    pub(super) options: SqliteConnectOptions,
    /// The store's readers.
    pub(super) readers: SqlitePool,
    /// Held until the last change is written.
    pub(super) lock: Option<ServiceLock>,
}

impl SqliteEngine {
    /// A connection that has proved that it may write.
    pub(super) async fn prove(&self, bot: &str) -> sqlx::Result<Connection> {
        let mut connection = self.connect().await?;
        self.begin(&mut connection).await?;
        if self.lock.is_some() {
            query(statements::FREE_LEASES).bind(bot).execute(&mut connection).await?;
            take_over(&mut connection, bot).await?;
        }
        connection.run("COMMIT").await?;
        Ok(connection)
    }

    /// Closes what is open. What was opened while the disk was read-only stays so, and as long as one connection is
    /// open, so does what is opened beside it. A reader at work closes the next time.
    async fn let_go(&self, writer: Option<Connection>) {
        if let Some(connection) = writer {
            let _ = connection.close().await;
        }
        while let Some(reader) = self.readers.try_acquire() {
            let _ = reader.close().await;
        }
    }
}

#[async_trait]
impl Engine for SqliteEngine {
    async fn connect(&self) -> sqlx::Result<Connection> {
        self.options.connect().await.map(Connection::Sqlite)
    }

    async fn begin(&self, connection: &mut Connection) -> sqlx::Result<()> {
        connection.run("BEGIN IMMEDIATE").await
    }

    async fn commit(&self, connection: &mut Connection, _: Wakes) -> sqlx::Result<()> {
        connection.run("COMMIT").await
    }

    /// Whoever works beside the service on a file is seen at its next look.
    async fn listen(&self, _: &Others, _: &Bells, _: &Reach, _: CancellationToken) {}

    fn patience(&self) -> Option<Duration> {
        None
    }

    fn is_of_the_store(&self, error: &sqlx::Error) -> bool {
        code::is_of_the_store(error)
    }

    fn ends_connection(&self, _: &sqlx::Error) -> bool {
        false
    }

    async fn rest(&self, connection: &mut Connection) -> sqlx::Result<()> {
        connection.run("PRAGMA wal_checkpoint(TRUNCATE)").await
    }

    fn rests_on(&self) -> bool {
        false
    }

    async fn after(&self, error: &sqlx::Error, connection: &mut Option<Connection>) {
        match primary_code(error) {
            // The log takes more room than what is in it.
            Some(DISK_FULL) => {
                if connection.is_none() {
                    *connection = self.connect().await.ok();
                }
                if let Some(connection) = connection {
                    let _ = self.rest(connection).await;
                }
            }
            Some(READ_ONLY) => self.let_go(connection.take()).await,
            _ => {}
        }
    }
}
