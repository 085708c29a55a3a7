//! What is the same of both engines: connections, rows and statements with their values. Everything that reads or
//! changes rows is written against this, in the shape of the driver's own calls.

mod query;
mod reach;
mod readers;
mod row;
mod statement;
mod value;

use std::io::ErrorKind;

use sqlx::{PgConnection, SqlSafeStr, SqliteConnection};

pub(super) use self::query::{Query, query};
pub(super) use self::reach::{Reach, Shared};
pub(super) use self::readers::{PgReaders, Readers};
pub(super) use self::row::{Column, Row};
pub(super) use self::statement::Statement;
use self::value::Value;

/// An open connection.
#[derive(Debug)]
pub(super) enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The engine did not answer in time.
pub(super) fn late() -> sqlx::Error {
    sqlx::Error::Io(ErrorKind::TimedOut.into())
}

/// What a statement runs on.
pub(super) enum Target<'t> {
    Connection(&'t mut Connection),
    Readers(&'t Readers),
}

impl<'t> From<&'t mut Connection> for Target<'t> {
    fn from(connection: &'t mut Connection) -> Self {
        Self::Connection(connection)
    }
}

impl<'t> From<&'t Readers> for Target<'t> {
    fn from(readers: &'t Readers) -> Self {
        Self::Readers(readers)
    }
}

impl Connection {
    /// Runs statements without values, such as those of a transaction.
    pub(super) async fn run(&mut self, text: impl SqlSafeStr) -> sqlx::Result<()> {
        match self {
            // Kept prepared.
            Self::Sqlite(connection) => sqlx::query(text).execute(connection).await.map(drop),
            Self::Postgres(connection) => sqlx::raw_sql(text).execute(connection).await.map(drop),
        }
    }

    pub(super) async fn close(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(connection) => sqlx::Connection::close(connection).await,
            Self::Postgres(connection) => sqlx::Connection::close(connection).await,
        }
    }
}
