//! The store in one `SQLite` file: write-ahead log, every commit on the disk before it is answered, one task that
//! writes and a few connections that read.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::change::{Change, Command, Waiting};
use self::file::ServiceLock;
use self::inspect::{Found, inspect, unreadable};
use self::writer::Writer;
use super::{LONGEST_DELAY, LONGEST_PAUSE, StoreOptions, statements};
use crate::adapters::bells::Bells;
use crate::adapters::clock::SystemClock;
use crate::ports::Cause;
use crate::ports::clock::Clock;
use crate::ports::neighbours::Neighbours;

mod change;
mod code;
mod conversations;
mod dead_letters;
mod enqueue;
mod file;
mod inspect;
mod lease;
mod open_error;
mod outbox;
mod queue;
mod reply;
mod schema;
mod settle;
mod signs;
mod steering;
mod sweep;
mod upkeep;
mod waits;
mod writer;

pub use open_error::OpenError;

/// How long to wait for another process that writes. Talk waits 5 s for the answer to a webhook.
const BUSY: Duration = Duration::from_secs(3);

/// Changes that wait for the writer; beyond, callers wait for a place.
const WAITING: usize = 1024;

/// Reads are short and few.
const READERS: u32 = 2;

/// Questions, replies, turns and notices of one bot. Implements every port that needs a store.
pub struct SqliteStore {
    bot: String,
    signs: bool,
    writes: mpsc::Sender<Command>,
    readers: SqlitePool,
    bells: Arc<Bells>,
    closing: CancellationToken,
    tasks: TaskTracker,
}

/// A file has one service.
impl Neighbours for SqliteStore {}

impl SqliteStore {
    /// Opens the store beside a service that may be working on it.
    pub async fn open(url: &str, options: StoreOptions) -> Result<Self, OpenError> {
        let path = file::path(url)?;
        if inspect(&path).await? != Found::Store(schema::newest()) {
            return Err(OpenError::NotReady(path));
        }
        Self::start(&path, options, None).await
    }

    /// Opens the store as the one service that works on it; makes it, or brings it up to date, where needed. Leases
    /// that a killed service left are free at once.
    pub async fn open_for_service(url: &str, options: StoreOptions) -> Result<Self, OpenError> {
        let path = file::path(url)?;
        file::make_directory(&path)?;
        let found = inspect(&path).await?;
        let lock = ServiceLock::take(&path)?;
        file::make_file(&path)?;
        if found != Found::Store(schema::newest()) {
            make(&path, &found).await?;
        }
        Self::start(&path, options, Some(lock)).await
    }

    async fn start(path: &Path, options: StoreOptions, lock: Option<ServiceLock>) -> Result<Self, OpenError> {
        let StoreOptions { bot, signs } = options;
        let readers = connect_options(path).read_only(true);
        let options = connect_options(path).journal_mode(SqliteJournalMode::Wal);
        let connection = connect_writer(&options, &bot, lock.is_some()).await;
        let connection = Some(connection.map_err(|error| unreadable(path, error))?);
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(BUSY)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(readers);
        let (writes, commands) = mpsc::channel(WAITING);
        let bells = Arc::<Bells>::default();
        let closing = CancellationToken::new();
        let tasks = TaskTracker::new();
        let task = Writer {
            options,
            bot: bot.as_str().into(),
            connection,
            readers: readers.clone(),
            bells: Arc::clone(&bells),
            lock,
        };
        tasks.spawn(task.run(commands, closing.clone()));
        Ok(Self { bot, signs, writes, readers, bells, closing, tasks })
    }

    /// Writes what waits, empties the write-ahead log and lets go of the file. Later calls fail.
    pub async fn close(&self) {
        // The writer last: only the last connection removes the log, and only one that writes can.
        self.readers.close().await;
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn write<C: Change>(&self, change: C) -> Result<C::Answer, Cause> {
        self.submit(change, |waiting| Command::Other(Box::new(waiting))).await
    }

    /// Returns after the commit.
    async fn submit<W, A>(
        &self,
        write: W,
        command: impl FnOnce(Waiting<W, A>) -> Command,
    ) -> Result<A, Cause> {
        let (caller, answer) = oneshot::channel();
        let waiting = Waiting { write, outcome: None, caller };
        self.writes.send(command(waiting)).await.map_err(|_| "the store is closed")?;
        Ok(answer.await.map_err(|_| "the store is closed")??)
    }
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
async fn make(path: &Path, found: &Found) -> Result<(), OpenError> {
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
        Err(error) => Err(OpenError::Failed { path: path.to_owned(), source: Box::new(error) }),
    }
}

/// What an earlier service left: its leases are free, and what only a wrong clock can have put off so far is due.
async fn take_over(connection: &mut SqliteConnection, bot: &str) -> sqlx::Result<()> {
    let now = SystemClock.now();
    let (latest_due, latest_end) = ((now + LONGEST_DELAY).as_millis(), (now + LONGEST_PAUSE).as_millis());
    sqlx::query(statements::FREE_LEASES).bind(bot).execute(&mut *connection).await?;
    sqlx::query(statements::END_LONG_PAUSES).bind(bot).bind(latest_end).execute(&mut *connection).await?;
    for hurry in [statements::HURRY_JOBS, statements::HURRY_NOTICES] {
        let hurry = sqlx::query(hurry).bind(bot).bind(now.as_millis()).bind(latest_due);
        hurry.execute(&mut *connection).await?;
    }
    Ok(())
}

/// A connection that has proved that it may write.
async fn connect_writer(
    options: &SqliteConnectOptions,
    bot: &str,
    sole: bool,
) -> sqlx::Result<SqliteConnection> {
    let mut connection = options.connect().await?;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
    if sole {
        take_over(&mut connection, bot).await?;
    }
    sqlx::query("COMMIT").execute(&mut connection).await?;
    Ok(connection)
}
