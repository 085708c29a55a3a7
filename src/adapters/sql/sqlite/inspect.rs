//! What lies at a path, found out without changing a byte there: a database that is not ours, newer or damaged must
//! stay as it is, also beside it no file may appear.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::code::{self, primary_code};
use super::file::{beside, failed};
use super::open_error::FileError;
use super::schema::{self, APPLICATION_ID};

/// What may be opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No file, or a database with nothing in it.
    Nothing,
    /// A store of ours with that schema; 0 when its making was interrupted.
    Store(i64),
}

/// Looks.
pub(super) async fn inspect(path: &Path) -> Result<Found, FileError> {
    match std::fs::metadata(path) {
        // Whoever opens a pipe waits for somebody who may never come.
        Ok(file) if !file.is_file() => return Err(FileError::NotAFile(path.to_owned())),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(failed(path, error)),
    }
    if is_filled(&beside(path, "-journal")) {
        return interrupted(path);
    }
    let log = beside(path, "-wal").exists();
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let marked = match mark_and_tables(&options.clone().immutable(true)).await {
        // A file that a running service is writing may look torn without its log.
        Err(_) if log => mark_and_tables(&options).await,
        marked => marked,
    };
    let (mark, tables) = marked.map_err(|error| unreadable(path, error))?;
    match mark {
        APPLICATION_ID => check(path, &options.immutable(!log)).await,
        0 if tables == 0 && !log => Ok(Found::Nothing),
        _ => Err(FileError::Foreign(path.to_owned())),
    }
}

/// A journal means that a change was cut off in the middle, as in the making of a store. `SQLite` cannot read such
/// a file before it has undone the change, and it may do that in our own only.
fn interrupted(path: &Path) -> Result<Found, FileError> {
    let mut header = [0; 72];
    let read = File::open(path).and_then(|mut file| match file.metadata()?.len() {
        0 => Ok(false),
        _ => file.read_exact(&mut header).map(|()| true),
    });
    match read {
        Ok(false) => Ok(Found::Nothing),
        Ok(true) if header[68..] == APPLICATION_ID.to_be_bytes()[4..] => Ok(Found::Store(0)),
        Ok(true) => Err(FileError::Foreign(path.to_owned())),
        Err(error) => Err(failed(path, error)),
    }
}

fn is_filled(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() > 0)
}

async fn connect(options: &SqliteConnectOptions) -> sqlx::Result<SqliteConnection> {
    options.clone().disable_statement_logging().connect().await
}

/// The mark and the number of tables. Immutable leaves no trace but looks past a log; our own mark never is in one:
/// it is written before the first.
async fn mark_and_tables(options: &SqliteConnectOptions) -> sqlx::Result<(i64, i64)> {
    let mut connection = connect(options).await?;
    let result = async {
        let mark = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut connection).await?;
        let tables =
            sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema").fetch_one(&mut connection).await?;
        Ok((mark, tables))
    };
    let result = result.await;
    connection.close().await?;
    result
}

/// Our own store: whole, and of a schema that is known here?
async fn check(path: &Path, options: &SqliteConnectOptions) -> Result<Found, FileError> {
    let mut connection = connect(options).await.map_err(|error| unreadable(path, error))?;
    let result = async {
        let problem: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut connection).await?;
        Ok((problem, schema::version(&mut connection).await?))
    };
    let result = result.await.map_err(|error| unreadable(path, error));
    let _ = connection.close().await;
    let (path, known) = (path.to_owned(), schema::newest());
    match result? {
        (problem, _) if problem != "ok" => Err(FileError::Damaged { path, why: problem }),
        (_, found) if found > known => Err(FileError::Newer { path, found, known }),
        (_, found) => Ok(Found::Store(found)),
    }
}

/// Sorts an error of `SQLite`.
pub(super) fn unreadable(path: &Path, error: sqlx::Error) -> FileError {
    let path = path.to_owned();
    match primary_code(&error) {
        Some(code::CORRUPT | code::NOT_A_DATABASE) => FileError::Damaged { path, why: error.to_string() },
        Some(code::READ_ONLY | code::CANNOT_OPEN) => FileError::NotWritable { path, source: Box::new(error) },
        _ => FileError::Failed { path, source: Box::new(error) },
    }
}
