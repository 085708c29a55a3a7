//! The engine of one `SQLite` file, and what only it promises: how it opens, what it leaves in the file, how it
//! fails.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use nextcloud_opencode_bot::adapters::sql::{FileError, OpenError, SqlStore};
use tempfile::TempDir;

use super::{BOT, Store, options};

mod damage;
mod failing;
mod migration;
mod opening;
mod privacy;

/// A directory with at most one store in it.
pub(super) struct Engine {
    directory: TempDir,
}

impl Engine {
    pub(super) fn fresh() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("bot.db")
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.path().display())
    }

    pub(super) async fn try_serve(&self) -> Result<Arc<SqlStore>, FileError> {
        SqlStore::open_for_service(&self.url(), options(BOT)).await.map(Arc::new).map_err(of_file)
    }

    async fn try_beside(&self, bot: &str) -> Result<Arc<SqlStore>, FileError> {
        SqlStore::open(&self.url(), options(bot)).await.map(Arc::new).map_err(of_file)
    }

    /// A statement by somebody else.
    pub(super) async fn meddle(&self, sql: &'static str) {
        use sqlx::{ConnectOptions, Connection};
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.path());
        let mut connection = options.connect().await.expect("opened");
        sqlx::raw_sql(sql).execute(&mut connection).await.expect("done");
        connection.close().await.expect("closed");
    }
}

#[async_trait]
impl super::Engine for Engine {
    async fn serve(&self) -> Store {
        ports(&self.try_serve().await.expect("opened"))
    }

    async fn beside(&self, bot: &str) -> Store {
        ports(&self.try_beside(bot).await.expect("opened"))
    }
}

fn of_file(error: OpenError) -> FileError {
    match error {
        OpenError::File(error) => error,
        OpenError::Server(error) => panic!("no file: {error}"),
    }
}

fn ports(store: &Arc<SqlStore>) -> Store {
    let closed = Arc::clone(store);
    Store::of(store, async move { closed.close().await })
}
