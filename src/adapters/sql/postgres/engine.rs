//! The writing side of a database. Its limits are such that a webhook which cannot be stored is refused long before
//! Talk, which waits 5 s, has given it up.

use std::future::pending;
use std::io::{Error, ErrorKind};
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

use super::channel::Channel;
use super::code;
use super::listen::listen;
use super::lock::Locks;
use crate::adapters::bells::{Bells, Wakes};
use crate::adapters::sql::engine::{Connection, Reach};
use crate::adapters::sql::take_over::take_over;
use crate::adapters::sql::writer::Engine;

/// How long the server may work on a statement.
pub(super) const STATEMENT: Duration = Duration::from_secs(2);

/// How long a statement may wait for somebody else, and a service for another one to be gone.
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
}

impl PostgresEngine {
    pub(super) fn new(options: PgConnectOptions, locks: Locks, channel: Channel) -> Self {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        let begin = format!("{begin}; SELECT pg_advisory_xact_lock({})", locks.turn);
        let options = channel.known_to(options);
        Self { options, locks, channel, begin }
    }

    /// What the service does first.
    pub(super) async fn take_over(&self, connection: &mut Connection, bot: &str) -> sqlx::Result<()> {
        self.begin(connection).await?;
        take_over(connection, bot).await?;
        connection.run("COMMIT").await
    }

    async fn connect_and_lock(&self) -> sqlx::Result<PgConnection> {
        let mut connection = self.options.connect().await?;
        let (standby, _): (bool, String) = sqlx::query_as(PREPARE).fetch_one(&mut connection).await?;
        if standby {
            let error = Error::new(ErrorKind::ReadOnlyFilesystem, "the server is a standby");
            return Err(sqlx::Error::Io(error));
        }
        if let Some(service) = self.locks.service {
            let lock = sqlx::query("SELECT pg_advisory_lock($1)").bind(service);
            lock.execute(&mut connection).await.map_err(in_use)?;
        }
        Ok(connection)
    }
}

/// A lock that could not be had is another service's.
fn in_use(error: sqlx::Error) -> sqlx::Error {
    if code::is_lock_timeout(&error) {
        let error = Error::new(ErrorKind::ResourceBusy, "another service works on the database");
        return sqlx::Error::Io(error);
    }
    error
}

#[async_trait]
impl Engine for PostgresEngine {
    /// That is the service's while it lasts, so that nobody writes as the service who is it no longer.
    async fn connect(&self) -> sqlx::Result<Connection> {
        let late = |_| sqlx::Error::Io(ErrorKind::TimedOut.into());
        let connection = tokio::time::timeout(CONNECT, self.connect_and_lock()).await.map_err(late)??;
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

    /// Only a service has somebody to wake.
    async fn listen(&self, bells: &Bells, reach: &Reach) {
        if self.locks.service.is_none() {
            return pending().await;
        }
        listen(self.options.clone(), &self.channel, bells, reach).await;
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
