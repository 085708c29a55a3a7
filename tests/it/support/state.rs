//! The service's database, as somebody else sees it who has it open.

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::app::open_dead_letters;
use nextcloud_opencode_bot::ports::clock::Clock;
use nextcloud_opencode_bot::ports::dead_letters::{DeadLetters, Selection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::app::TestApp;
use super::process::DEADLINE;

/// What is still to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unfinished {
    /// Open questions.
    pub(crate) questions: i64,
    /// Sentences of the bot that are not posted.
    pub(crate) notices: i64,
    /// Signs that are not taken off, or not put on.
    pub(crate) signs: i64,
}

const UNFINISHED: &str = "SELECT
    (SELECT COUNT(*) FROM job WHERE state IN ('ask', 'post')),
    (SELECT COUNT(*) FROM notice),
    (SELECT COUNT(*) FROM job WHERE sign IS NOT
        CASE state WHEN 'done' THEN NULL WHEN 'dead' THEN 'failed' ELSE 'thinking' END)";

const SIGNS: &str = "SELECT room, message, sign FROM job WHERE sign IS NOT NULL";

impl TestApp {
    /// Opens every dead letter again, as the administrator's command does beside the running service.
    pub(crate) async fn retry_dead_letters(&self) -> u64 {
        let store = open_dead_letters(&self.settings().database_url).await.expect("opened");
        let opened = store.retry(Selection::All, SystemClock.now()).await.expect("opened again");
        store.close().await;
        opened
    }

    /// A statement.
    pub(crate) async fn meddle(&self, sql: &'static str) {
        let mut connection = self.database().await;
        sqlx::raw_sql(sql).execute(&mut connection).await.expect("done");
        connection.close().await.expect("closed");
    }

    /// What the service has still to do.
    pub(crate) async fn unfinished(&self) -> Unfinished {
        let mut connection = self.database().await;
        let counts = sqlx::query_as(UNFINISHED).fetch_one(&mut connection).await;
        let (questions, notices, signs) = counts.expect("readable");
        Unfinished { questions, notices, signs }
    }

    /// The signs that may be on messages: room, message and the sign's word.
    pub(crate) async fn recorded_signs(&self) -> Vec<(String, i64, String)> {
        let mut connection = self.database().await;
        sqlx::query_as(SIGNS).fetch_all(&mut connection).await.expect("readable")
    }

    /// Keeps the service from writing until the connection is closed; it waits for 3 s.
    pub(crate) async fn hold_the_database(&self) -> SqliteConnection {
        let mut connection = self.database().await;
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.expect("held");
        connection
    }

    async fn database(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.directory.path().join("bot.db"));
        options.busy_timeout(DEADLINE).connect().await.expect("opened")
    }

    /// Whether any file of the state holds the text.
    pub(crate) fn is_stored(&self, text: &str) -> bool {
        std::fs::read_dir(self.directory.path()).expect("read").any(|entry| {
            let bytes = std::fs::read(entry.expect("read").path()).expect("read");
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }
}
