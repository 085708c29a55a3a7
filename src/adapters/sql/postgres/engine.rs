//! The writing side of a database. Its limits are such that a webhook which cannot be stored is refused long before
//! Talk, which waits 5 s, has given it up.

use std::io::{Error, ErrorKind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgListener};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};
use tokio_util::sync::CancellationToken;

use super::channel::Channel;
use super::code;
use super::listen::{Ear, LOOK};
use super::lock::Locks;
use super::presence::{self, Missing};
use crate::adapters::bells::{Bells, Wakes};
use crate::adapters::sql::engine::{Connection, Reach, late};
use crate::adapters::sql::others::Others;
use crate::adapters::sql::take_over::take_over;
use crate::adapters::sql::writer::Engine;

/// How long the server may work on a statement.
pub(super) const STATEMENT: Duration = Duration::from_secs(2);

/// How long a statement may wait for somebody else.
pub(super) const LOCK: Duration = Duration::from_secs(1);

/// How long a new connection may take.
pub(super) const CONNECT: Duration = Duration::from_secs(2);

/// How long a change, or an answer, may take in all.
pub(super) const PATIENCE: Duration = Duration::from_millis(2500);

/// What a connection is asked first: whether it can write, and that a commit is on the disk when it is answered.
const PREPARE: &str = "SELECT pg_is_in_recovery(), set_config('synchronous_commit',
    CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END,
    false)";

/// How the database is written to.
pub(super) struct PostgresEngine {
    options: PgConnectOptions,
    locks: Locks,
    channel: Channel,
    begin: String,
    /// Of a service, and its first connection.
    ear: Option<(Ear, Mutex<Option<PgListener>>)>,
}

impl PostgresEngine {
    /// Of a process with that name.
    pub(super) fn new(options: PgConnectOptions, locks: Locks, process: &str) -> Self {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        let begin = format!("{begin}; SELECT pg_advisory_xact_lock({})", locks.turn());
        let channel = Channel::new(&locks, process);
        let options = channel.known_to(options);
        Self { options, locks, channel, begin, ear: None }
    }

    /// Makes it that of a service, whose life others see.
    pub(super) async fn appear(&mut self, bot: &str, process: &str) -> sqlx::Result<()> {
        let ear = Ear::new(self.options.clone(), self.channel.clone(), self.locks.clone(), bot, process);
        let listener = ear.connect().await?;
        self.ear = Some((ear, Mutex::new(Some(listener))));
        Ok(())
    }

    /// What a service does first: what dead ones worked on is free.
    pub(super) async fn take_over(&self, connection: &mut Connection, bot: &str) -> sqlx::Result<()> {
        let dead = self.dead(connection, bot).await?;
        self.begin(connection).await?;
        if let Connection::Postgres(connection) = connection {
            for process in dead {
                if presence::is_gone(&mut *connection, &self.locks, &process).await? {
                    presence::free(&mut *connection, bot, &process).await?;
                }
            }
        }
        take_over(connection, bot).await?;
        connection.run("COMMIT").await
    }

    /// Which processes count as dead, of those that hold leases. Takes no time where all of these live.
    async fn dead(&self, connection: &mut Connection, bot: &str) -> sqlx::Result<Vec<String>> {
        let Connection::Postgres(connection) = connection else { return Ok(Vec::new()) };
        let mut missing = Missing::default();
        loop {
            let mut gone = Vec::new();
            for process in presence::leasing(&mut *connection, bot).await? {
                if presence::is_gone(&mut *connection, &self.locks, &process).await? {
                    gone.push(process);
                }
            }
            let all_live = gone.is_empty();
            let dead = missing.look(gone);
            if all_live || !dead.is_empty() {
                return Ok(dead);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn connect_to_primary(&self) -> sqlx::Result<PgConnection> {
        let mut connection = self.options.connect().await?;
        let (standby, _): (bool, String) = sqlx::query_as(PREPARE).fetch_one(&mut connection).await?;
        if standby {
            let error = Error::new(ErrorKind::ReadOnlyFilesystem, "the server is a standby");
            return Err(sqlx::Error::Io(error));
        }
        Ok(connection)
    }
}

#[async_trait]
impl Engine for PostgresEngine {
    async fn connect(&self) -> sqlx::Result<Connection> {
        let connection =
            tokio::time::timeout(CONNECT, self.connect_to_primary()).await.map_err(|_| late())??;
        Ok(Connection::Postgres(connection))
    }

    /// Statements see what was committed before each, so without the turn another writer could come between them.
    async fn begin(&self, connection: &mut Connection) -> sqlx::Result<()> {
        connection.run(AssertSqlSafe(self.begin.as_str())).await
    }

    /// In one way there and back.
    async fn commit(&self, connection: &mut Connection, wakes: Wakes) -> sqlx::Result<()> {
        if wakes == Wakes::NOBODY {
            return connection.run("COMMIT").await;
        }
        connection.run(AssertSqlSafe(format!("{}; COMMIT", self.channel.statement(wakes)))).await
    }

    async fn listen(&self, others: &Others, bells: &Bells, reach: &Reach, closing: CancellationToken) {
        if let Some((ear, first)) = &self.ear {
            let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
            ear.listen(first, others, bells, reach, closing).await;
        }
    }

    fn patience(&self) -> Option<Duration> {
        Some(PATIENCE)
    }

    fn is_of_the_store(&self, error: &sqlx::Error) -> bool {
        code::is_of_the_store(error)
    }

    fn ends_connection(&self, error: &sqlx::Error) -> bool {
        code::is_lost(error)
    }

    /// Finds out whether the server is still there before a webhook does.
    async fn rest(&self, connection: &mut Connection) -> sqlx::Result<()> {
        connection.run("SELECT 1").await
    }

    fn rests_on(&self) -> bool {
        true
    }

    async fn after(&self, _: &sqlx::Error, _: &mut Option<Connection>) {}
}
