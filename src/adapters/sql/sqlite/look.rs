//! Looking at a store in a file, from which not even a log may remain beside it.

use sqlx::sqlite::SqlitePoolOptions;

use super::file::{self, beside};
use super::inspect::{Found, inspect, unreadable};
use super::{BUSY, FileError, connect_options, schema};
use crate::adapters::sql::engine::Readers;
use crate::adapters::sql::queue::read_depth;
use crate::application::doctor::{StoreFacts, StoreState};
use crate::domain::time::Timestamp;

/// What lies there. A store that this account cannot write is an error, too.
pub(in crate::adapters::sql) async fn look(
    url: &str,
    bot: &str,
    now: Timestamp,
) -> Result<StoreFacts, FileError> {
    let path = file::path(url)?;
    let found = inspect(&path).await?;
    if found != Found::Nothing {
        file::may_write(&path)?;
    }
    let state = match found {
        Found::Nothing => StoreState::Absent,
        Found::Store(schema) if schema < schema::newest() => StoreState::Older(schema),
        Found::Store(schema) => {
            // A connection that only reads would leave the log that it makes. Without one nobody works on the file, so
            // that it can be read as it is.
            let log = beside(&path, "-wal").exists();
            let readers = SqlitePoolOptions::new()
                .max_connections(1)
                .acquire_timeout(BUSY)
                .connect_lazy_with(connect_options(&path).read_only(true).immutable(!log));
            let readers = Readers::Sqlite(readers);
            let depth = read_depth(&readers, bot, now).await;
            readers.close().await;
            StoreState::Ready(schema, depth.map_err(|error| unreadable(&path, error))?)
        }
    };
    Ok(StoreFacts { engine: "SQLite".to_owned(), place: path.display().to_string(), state })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use sqlx::ConnectOptions;

    use super::super::{open_for_service, schema};
    use super::*;
    use crate::adapters::sql::StoreOptions;

    const NOW: Timestamp = Timestamp::from_millis(1000);

    fn files(directory: &Path) -> BTreeSet<(String, u64)> {
        let entries = std::fs::read_dir(directory).expect("a directory");
        let named = |entry: std::io::Result<std::fs::DirEntry>| {
            let entry = entry.expect("an entry");
            (entry.file_name().to_string_lossy().into_owned(), entry.metadata().expect("a file").len())
        };
        entries.map(named).collect()
    }

    async fn state(url: &str) -> StoreState {
        look(url, "bot", NOW).await.expect("readable").state
    }

    #[tokio::test]
    async fn a_look_leaves_everything_as_it_is() {
        let directory = tempfile::tempdir().expect("a directory");
        let url = format!("sqlite://{}", directory.path().join("bot.db").display());
        assert_eq!(state(&url).await, StoreState::Absent);
        assert!(files(directory.path()).is_empty());

        let options = StoreOptions { bot: "bot".to_owned(), signs: false };
        let ready = StoreState::Ready(schema::newest(), crate::ports::queue::Depth::default());
        let store = open_for_service(&url, options).await.expect("opened");
        let before = files(directory.path());
        assert_eq!(state(&url).await, ready, "beside a service");
        assert_eq!(files(directory.path()), before);

        store.close().await;
        let before = files(directory.path());
        assert_eq!(state(&url).await, ready, "without one");
        assert_eq!(files(directory.path()), before);
    }

    #[tokio::test]
    async fn another_schema_is_told() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("bot.db");
        let url = format!("sqlite://{}", path.display());
        let options = StoreOptions { bot: "bot".to_owned(), signs: false };
        open_for_service(&url, options).await.expect("opened").close().await;
        let mut store = connect_options(&path).connect().await.expect("opened");
        let noted = "UPDATE _sqlx_migrations SET version = 99 WHERE version = 2";
        sqlx::query(noted).execute(&mut store).await.expect("changed");
        sqlx::Connection::close(store).await.expect("closed");
        let newer = look(&url, "bot", NOW).await.expect_err("newer").to_string();
        assert!(newer.contains("schema 99"), "{newer}");

        let mut store = connect_options(&path).connect().await.expect("opened");
        let noted = "DELETE FROM _sqlx_migrations WHERE version = 99";
        sqlx::query(noted).execute(&mut store).await.expect("changed");
        sqlx::Connection::close(store).await.expect("closed");
        assert_eq!(state(&url).await, StoreState::Older(1));
    }
}
