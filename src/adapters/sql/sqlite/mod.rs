//! The store in one `SQLite` file: write-ahead log, every commit on the disk before it is answered, one task that
//! writes and a few connections that read.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection};

use self::engine::SqliteEngine;
pub(super) use self::file::{ServiceLock, path};
use self::inspect::{Found, inspect, unreadable};
pub(super) use self::look::look;
#[cfg(test)]
pub(super) use self::schema::MIGRATIONS;
use super::StoreOptions;
use super::engine::{Reach, Readers};
use super::store::{Opened, SqlStore};

mod code;
mod engine;
mod file;
mod inspect;
mod look;
mod open_error;
mod schema;

pub use open_error::FileError;

/// How long to wait for another process that writes. Talk waits 5 s for the answer to a webhook.
const BUSY: Duration = Duration::from_secs(3);

/// Reads are short and few.
const READERS: u32 = 2;

/// Opens the store beside a service that may be working on it.
pub(super) async fn open(url: &str, options: StoreOptions) -> Result<SqlStore, FileError> {
    let path = file::path(url)?;
    if inspect(&path).await? != Found::Store(schema::newest()) {
        return Err(FileError::NotReady(path));
    }
    start(&path, options, None).await
}

/// Opens the store as the one service that works on it; makes it, or brings it up to date, where needed. Leases
/// that a killed service left are free at once.
pub(super) async fn open_for_service(url: &str, options: StoreOptions) -> Result<SqlStore, FileError> {
    let path = file::path(url)?;
    file::make_directory(&path, url)?;
    let found = inspect(&path).await?;
    let lock = ServiceLock::take(&path)?;
    file::make_file(&path)?;
    if found != Found::Store(schema::newest()) {
        make(&path, &found).await?;
    }
    start(&path, options, Some(lock)).await
}

/// Opens a store for who copies it; none may work on it until the lock is dropped. Nothing in it is changed.
pub(super) async fn open_for_transfer(url: &str) -> Result<(SqliteConnection, ServiceLock), FileError> {
    let path = file::path(url)?;
    if inspect(&path).await? == Found::Nothing {
        return Err(FileError::NotReady(path));
    }
    let lock = ServiceLock::take(&path)?;
    if inspect(&path).await? != Found::Store(schema::newest()) {
        return Err(FileError::NotReady(path));
    }
    let connection = connect_options(&path).connect().await.map_err(|error| unreadable(&path, error))?;
    Ok((connection, lock))
}

async fn start(path: &Path, options: StoreOptions, lock: Option<ServiceLock>) -> Result<SqlStore, FileError> {
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(BUSY)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(connect_options(path).read_only(true));
    let engine = SqliteEngine {
        readers: readers.clone(),
        options: connect_options(path).journal_mode(SqliteJournalMode::Wal),
        lock,
    };
    let connection = engine.prove(&options.bot).await.map_err(|error| unreadable(path, error))?;
    let opened = Opened {
        engine: Arc::new(engine),
        connection,
        readers: Readers::Sqlite(readers),
        reach: Arc::<Reach>::default(),
        others: None,
    };
    Ok(SqlStore::start(opened, options))
}

fn connect_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
        .disable_statement_logging()
}

/// Makes the store, or brings it up to date. A new one is made outside write-ahead mode, so that its mark lies in the
/// file itself from the beginning.
async fn make(path: &Path, found: &Found) -> Result<(), FileError> {
    let options = match found {
        Found::Nothing => connect_options(path).journal_mode(SqliteJournalMode::Delete),
        Found::Store(_) => connect_options(path),
    };
    let pool = SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options);
    let made = schema::make(&pool).await;
    pool.close().await;
    match made {
        Ok(()) => Ok(()),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            Err(unreadable(path, error))
        }
        Err(error) => Err(FileError::Failed { path: path.to_owned(), source: Box::new(error) }),
    }
}
