//! What storing a question and looking for work cost while the history of answered questions grows: on a file and, where
//! one is given, in a PostgreSQL database.

use std::path::Path;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::sql::{SqlStore, StoreOptions};
use nextcloud_opencode_bot::domain::job::{Settlement, Stage};
use nextcloud_opencode_bot::ports::clock::Clock;
use nextcloud_opencode_bot::ports::queue::{Enqueued, JobQueue};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection};
use tokio::runtime::Runtime;

use super::support::questions::question;
use super::support::report::Report;
use super::support::sample::{median, millis, now};

/// Answered questions.
const HISTORIES: [i64; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// Rooms of all of them.
const ROOMS: i64 = 50;

/// Questions of one round, one after the other.
const QUESTIONS: i64 = 50;

/// As many as a model takes at once.
const SLOTS: usize = 4;

const LEASE: Duration = Duration::from_mins(5);

/// One engine with that many rounds of each history: milliseconds to store, and to look for work.
struct Series {
    engine: &'static str,
    store: Vec<Vec<f64>>,
    look: Vec<Vec<f64>>,
}

/// Measures that many rounds. `database` is the address of an empty PostgreSQL database.
pub(crate) fn run(directory: &Path, database: Option<&str>, rounds: usize, report: &mut Report) {
    let runtime = Runtime::new().expect("a runtime");
    let file = format!("sqlite://{}", directory.join("history.db").display());
    let engines = [("SQLite", Some(file.as_str())), ("PostgreSQL", database)];
    for (engine, url) in engines {
        let Some(url) = url else { continue };
        let mut series = Series { engine, store: Vec::new(), look: Vec::new() };
        runtime.block_on(measure(url, rounds, &mut series));
        series.tell(report);
    }
}

/// Histories grow, so each begins where the one before has ended.
async fn measure(url: &str, rounds: usize, series: &mut Series) {
    let options = StoreOptions { bot: "bot".to_owned(), signs: true };
    SqlStore::open_for_service(url, options.clone()).await.expect("an empty database").close().await;
    let (mut settled, mut message) = (0, 10_000_000);
    for history in HISTORIES {
        settle(url, settled + 1, history).await;
        settled = history;
        let store = SqlStore::open_for_service(url, options.clone()).await.expect("the same database");
        let (mut stored, mut looked) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let times = round(&store, message).await;
            message += QUESTIONS;
            stored.push(median(&times.0));
            looked.push(median(&times.1));
        }
        store.close().await;
        series.store.push(stored);
        series.look.push(looked);
    }
}

/// Rows of answered questions, in words of both engines.
async fn settle(url: &str, first: i64, last: i64) {
    let insert = format!(
        "WITH RECURSIVE n (i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
        INSERT INTO job (bot, room, message, state, asked_at, due_at, line_at, one_to_one)
        SELECT 'bot', 'room' || (i % {ROOMS}), i, 'done', i, i, i, 0 FROM n; ANALYZE"
    );
    let insert = sqlx::raw_sql(AssertSqlSafe(insert));
    if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await.expect("a file");
        insert.execute(&mut connection).await.expect("filled");
        connection.close().await.expect("closed");
    } else {
        let mut connection = PgConnection::connect(url).await.expect("a server");
        insert.execute(&mut connection).await.expect("filled");
        connection.close().await.expect("closed");
    }
}

/// Stores questions, each when the one before is durable, and looks for work as often; in the end nothing waits.
async fn round(store: &SqlStore, first: i64) -> (Vec<f64>, Vec<f64>) {
    let (mut stored, mut looked) = (Vec::new(), Vec::new());
    for message in first..first + QUESTIONS {
        let began = now();
        let outcome = store.enqueue(&question(message, ROOMS), SystemClock.now()).await;
        stored.push(millis(began.elapsed()));
        assert_eq!(outcome.expect("stored"), Enqueued::New);
    }
    loop {
        let time = SystemClock.now();
        let began = now();
        let leased = store.lease(Stage::Ask, SLOTS, time, time + LEASE).await.expect("the store answers");
        if leased.is_empty() {
            return (stored, looked);
        }
        looked.push(millis(began.elapsed()));
        for leased in leased {
            store.settle(&leased.lease, Settlement::Done, time).await.expect("it is ours");
        }
    }
}

impl Series {
    fn tell(self, report: &mut Report) {
        for (what, figures) in [("a question is stored", &self.store), ("a look for work", &self.look)] {
            let grown =
                figures[HISTORIES.len() - 1].iter().zip(&figures[0]).map(|(late, early)| late / early);
            let name = format!("{}: {what}, after a million : after a thousand", self.engine);
            report.ratio(name, grown.collect(), None);
            for (history, times) in HISTORIES.iter().zip(figures) {
                report.figure(
                    format!("{}: {what}, {history} answered before", self.engine),
                    "ms",
                    times.clone(),
                    None,
                );
            }
        }
    }
}
