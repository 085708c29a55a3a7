//! The one task that writes. It commits in groups: all that waits while one transaction is made durable goes into
//! the next one, so a single caller waits for one commit and many callers wait for hardly more.

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::change::{Command, Group};
use super::code::{DISK_FULL, READ_ONLY, is_of_the_store, primary_code};
use super::file::ServiceLock;
use crate::adapters::bells::{Bells, Wakes};

/// Most changes in one transaction.
const LARGEST_GROUP: usize = 256;

/// After this much quiet the write-ahead log is emptied: it still holds texts that were erased since.
const QUIET: Duration = Duration::from_secs(5);

/// The writing side of a store.
pub(super) struct Writer {
    pub(super) options: SqliteConnectOptions,
    pub(super) bot: Arc<str>,
    /// Opened anew after an error that it cannot be trusted after.
    pub(super) connection: Option<SqliteConnection>,
    /// The store's readers.
    pub(super) readers: SqlitePool,
    pub(super) bells: Arc<Bells>,
    /// Held until the last change is written.
    pub(super) lock: Option<ServiceLock>,
}

impl Writer {
    /// Writes until `closing`, or until nobody is left to send a command; what was sent before is written.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>, closing: CancellationToken) {
        let mut received = Vec::with_capacity(LARGEST_GROUP);
        // A killed service may have left one.
        let mut log_is_empty = false;
        loop {
            let next = receive(&mut commands, &mut received, &closing);
            let count = if log_is_empty { Ok(next.await) } else { tokio::time::timeout(QUIET, next).await };
            match count {
                Ok(0) => break,
                Ok(_) => {
                    self.write(Group::of(received.drain(..))).await;
                    log_is_empty = false;
                }
                Err(_quiet) => {
                    self.empty_log().await;
                    log_is_empty = true;
                }
            }
        }
        self.empty_log().await;
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "the store was not closed in order");
        }
        drop(self.lock);
    }

    /// Writes the group and answers its callers. A change that fails takes the transaction down with it; then each
    /// is tried on its own, and only that one fails.
    async fn write(&mut self, mut group: Group) {
        match self.commit(&mut group).await {
            Err(error) if group.len() > 1 && !is_of_the_store(&error) => {
                for mut alone in group.apart() {
                    let result = self.commit(&mut alone).await;
                    self.answer(alone, result).await;
                }
            }
            result => self.answer(group, result).await,
        }
    }

    async fn answer(&mut self, group: Group, result: sqlx::Result<()>) {
        let result = result.map_err(Arc::new);
        let wakes = if result.is_ok() { group.wakes() } else { Wakes::NOBODY };
        group.answer(&result);
        self.bells.ring(wakes);
        match result.err().and_then(|error| primary_code(&error)) {
            // The log takes more room than what is in it.
            Some(DISK_FULL) => self.empty_log().await,
            Some(READ_ONLY) => self.let_go().await,
            _ => {}
        }
    }

    /// Closes what is open. What was opened while the disk was read-only stays so, and as long as one connection is
    /// open, so does what is opened beside it. A reader at work closes the next time.
    async fn let_go(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = connection.close().await;
        }
        while let Some(reader) = self.readers.try_acquire() {
            let _ = reader.close().await;
        }
    }

    async fn commit(&mut self, group: &mut Group) -> sqlx::Result<()> {
        let result = self.transaction(group).await;
        if result.is_err() {
            self.roll_back().await;
        }
        result
    }

    async fn transaction(&mut self, group: &mut Group) -> sqlx::Result<()> {
        let bot = Arc::clone(&self.bot);
        let connection = self.connection().await?;
        if group.is_one_statement() {
            // Which is a transaction by itself; every further statement costs two changes of thread.
            return group.apply(&bot, connection).await;
        }
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
        group.apply(&bot, connection).await?;
        sqlx::query("COMMIT").execute(connection).await?;
        Ok(())
    }

    /// Some errors end the transaction by themselves, some leave it open. A connection that has nothing to roll back, or
    /// cannot, is in an unknown state and is not used again.
    async fn roll_back(&mut self) {
        if let Some(mut connection) = self.connection.take()
            && sqlx::query("ROLLBACK").execute(&mut connection).await.is_ok()
        {
            self.connection = Some(connection);
        }
    }

    /// Readers, or a lack of space, may be in the way; the next time comes.
    async fn empty_log(&mut self) {
        let result = match self.connection().await {
            Ok(connection) => sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(connection).await,
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            tracing::debug!(error = &error as &dyn std::error::Error, "the write-ahead log stays for now");
        }
    }

    async fn connection(&mut self) -> sqlx::Result<&mut SqliteConnection> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            none => Ok(none.insert(self.options.connect().await?)),
        }
    }
}

/// The next commands; none when there will be no more.
async fn receive(
    commands: &mut mpsc::Receiver<Command>,
    received: &mut Vec<Command>,
    closing: &CancellationToken,
) -> usize {
    tokio::select! {
        biased;
        count = commands.recv_many(received, LARGEST_GROUP) => return count,
        () = closing.cancelled() => commands.close(),
    }
    commands.recv_many(received, LARGEST_GROUP).await
}
