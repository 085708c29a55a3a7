//! Everything from the file of a stopped service into an empty database on a server, in one transaction there: either
//! all of it arrives, counted, or nothing.

use std::fmt::Write;

use futures_util::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection, TypeInfo, ValueRef};

use super::tables::{TABLES, Table};
use super::{OpenError, postgres, sqlite};
use crate::ports::{Cause, with_causes};

/// Nothing was copied; both are as they were, but for empty tables on the server.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// One of them cannot be opened, or a service works on the file.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There is something on the server already.
    #[error("the database {place} has {rows} rows in the table {table}: give one with nothing in it")]
    Filled {
        /// Server and database.
        place: String,
        /// The first table that is not empty.
        table: &'static str,
        /// Its rows.
        rows: i64,
    },
    /// Not all arrived.
    #[error("of the table {table} {arrived} rows of {sent} arrived")]
    Uneven {
        /// The table.
        table: &'static str,
        /// Rows in the file.
        sent: i64,
        /// Rows on the server.
        arrived: i64,
    },
    /// The file could not be read to its end.
    #[error("the table {table} of the file cannot be read")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// What `SQLite` says.
        #[source]
        source: Cause,
    },
    /// The server refused something.
    #[error("the database {place} cannot be filled")]
    Refused {
        /// Server and database.
        place: String,
        /// What the server says.
        #[source]
        source: Cause,
    },
}

/// About so many bytes are sent at once.
const PIECE: usize = 1 << 16;

/// Copies, and answers each table with its rows, and the database in words.
pub async fn transfer(from: &str, to: &str) -> Result<(Vec<(&'static str, u64)>, String), TransferError> {
    let (mut file, lock) = sqlite::open_for_transfer(from).await.map_err(OpenError::from)?;
    let (mut server, place, is_older) = postgres::open_for_transfer(to).await.map_err(OpenError::from)?;
    let refused =
        |source: sqlx::Error| TransferError::Refused { place: place.clone(), source: source.into() };
    if is_older {
        // What somebody uses is for the version that uses it.
        let mut looking = server.begin().await.map_err(refused)?;
        empty(&mut looking, &place).await?;
        looking.rollback().await.map_err(refused)?;
        postgres::bring_up_to_date(to).await.map_err(OpenError::from)?;
    }
    let mut filling = server.begin().await.map_err(refused)?;
    empty(&mut filling, &place).await?;
    // The administrator's commands may change dead letters meanwhile.
    sqlx::raw_sql("BEGIN").execute(&mut file).await.map_err(|source| unreadable("job", source))?;
    let mut copied = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        copied.push((table.name, copy(&mut file, &mut filling, table, &place).await?));
    }
    filling.commit().await.map_err(refused)?;
    // Plans are made for what is there. All has arrived by now, so this is no failure; the server does it later by itself.
    if let Err(error) = sqlx::raw_sql("ANALYZE").execute(&mut server).await {
        tracing::warn!(error = with_causes(&error), "the database was not analysed yet");
    }
    let _ = (server.close().await, file.close().await);
    drop(lock);
    Ok((copied, place))
}

/// Makes sure that there is nothing, and that nobody else puts anything there meanwhile.
async fn empty(server: &mut PgConnection, place: &str) -> Result<(), TransferError> {
    let refused =
        |source: sqlx::Error| TransferError::Refused { place: place.to_owned(), source: source.into() };
    for Table { name, .. } in TABLES {
        let lock = format!("LOCK TABLE {name} IN EXCLUSIVE MODE");
        sqlx::raw_sql(AssertSqlSafe(lock)).execute(&mut *server).await.map_err(refused)?;
        let rows = count_there(server, name).await.map_err(refused)?;
        if rows > 0 {
            return Err(TransferError::Filled { place: place.to_owned(), table: name, rows });
        }
    }
    Ok(())
}

async fn copy(
    file: &mut SqliteConnection,
    server: &mut PgConnection,
    table: Table,
    place: &str,
) -> Result<u64, TransferError> {
    let Table { name, columns, numbered } = table;
    let unreadable = |source| unreadable(name, source);
    let refused =
        |source: sqlx::Error| TransferError::Refused { place: place.to_owned(), source: source.into() };
    let mut into =
        server.copy_in_raw(&format!("COPY {name} ({columns}) FROM STDIN")).await.map_err(refused)?;
    let (mut piece, mut sent) = (String::new(), 0);
    {
        let select = sqlx::query(AssertSqlSafe(format!("SELECT {columns} FROM {name}")));
        let mut rows = select.fetch(&mut *file);
        while let Some(row) = rows.try_next().await.map_err(unreadable)? {
            line(&row, &mut piece).map_err(unreadable)?;
            sent += 1;
            if piece.len() >= PIECE {
                into.send(std::mem::take(&mut piece).into_bytes()).await.map_err(refused)?;
            }
        }
    }
    into.send(piece.into_bytes()).await.map_err(refused)?;
    into.finish().await.map_err(refused)?;
    let arrived = count_there(server, name).await.map_err(refused)?;
    if arrived != sent {
        return Err(TransferError::Uneven { table: name, sent, arrived });
    }
    if let Some(column) = numbered {
        let last = last_number(file, name).await.map_err(unreadable)?;
        go_on_after(server, name, column, last).await.map_err(refused)?;
    }
    Ok(sent.unsigned_abs())
}

fn unreadable(table: &'static str, source: sqlx::Error) -> TransferError {
    TransferError::Unreadable { table, source: source.into() }
}

async fn count_there(server: &mut PgConnection, table: &str) -> sqlx::Result<i64> {
    let count = format!("SELECT COUNT(*) FROM {table}");
    sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(server).await
}

/// The last number that was given out, of rows long gone as well: none is used again.
async fn last_number(file: &mut SqliteConnection, table: &str) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = $1")
        .bind(table)
        .fetch_optional(file)
        .await
}

async fn go_on_after(
    server: &mut PgConnection,
    table: &str,
    column: &str,
    last: Option<i64>,
) -> sqlx::Result<()> {
    let Some(last) = last.filter(|last| *last > 0) else { return Ok(()) };
    let set = sqlx::query("SELECT setval(pg_get_serial_sequence($1, $2), $3)");
    set.bind(table).bind(column).bind(last).execute(server).await.map(drop)
}

/// The row in the text form of `COPY`.
fn line(row: &SqliteRow, piece: &mut String) -> sqlx::Result<()> {
    for index in 0..row.len() {
        if index > 0 {
            piece.push('\t');
        }
        let value = row.try_get_raw(index)?;
        if value.is_null() {
            piece.push_str("\\N");
        } else if value.type_info().name() == "TEXT" {
            escape(row.try_get(index)?, piece);
        } else {
            write!(piece, "{}", row.try_get::<i64, _>(index)?).expect("writing to a String does not fail");
        }
    }
    piece.push('\n');
    Ok(())
}

/// What would be taken for a sign of the form; U+0000 as where it is stored otherwise.
fn escape(text: &str, piece: &mut String) {
    for character in text.chars() {
        match character {
            '\\' => piece.push_str("\\\\"),
            '\t' => piece.push_str("\\t"),
            '\n' => piece.push_str("\\n"),
            '\r' => piece.push_str("\\r"),
            '\0' => piece.push('\u{FFFD}'),
            other => piece.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_taken_for_a_sign_of_the_form() {
        let mut piece = String::new();
        escape("a\tb\nc\rd\\N\0\\.", &mut piece);
        assert_eq!(piece, "a\\tb\\nc\\rd\\\\N\u{FFFD}\\\\.");
    }
}
