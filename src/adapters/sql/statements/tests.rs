//! No statement walks through settled history, as the engine itself tells.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row, SqliteConnection};

use super::*;

const SCHEMA: &str = include_str!("../../../../migrations/sqlite/0001_queue.sql");

/// Every statement but [`ENQUEUE`], with values to bind.
const STATEMENTS: [(&str, &str); 35] = [
    (LEASE_TO_ASK, "halo 1000 16 token 61000"),
    (LEASE_TO_POST, "halo 1000 16 token 61000"),
    (MOVE_BACK, "halo 1000 token"),
    (PARTS, "halo 7"),
    (RENEW, "halo 7 token 61000"),
    (FREE_LEASES, "halo"),
    (SAVE_REPLY, "halo 7 token internal"),
    (ADD_PART, "halo 7 0 text"),
    (ADD_TURN, "halo room1 7 Mira question answer"),
    (MOVE_WINDOW, "halo room1 0 7"),
    (TRIM_TURNS, "halo room1"),
    (MARK_PART, "halo 7 token 0 1 0"),
    (TAKE_PART, "halo 7 token 0"),
    (MOVE_PARTS, "halo 7 0 1"),
    (MOVE_PARTS_BACK, "halo 7"),
    (DONE, "halo 7 token"),
    (ERASE_PARTS, "halo 7"),
    (RETRY_AT, "halo 7 token 1000 900"),
    (DIE, "halo 7 token internal 1000"),
    (HAND_BACK, "halo 7 token 1000"),
    (PAUSE, "halo room1 1000"),
    (NEXT_DUE, "halo 1000"),
    (DEPTH, "halo 1000"),
    (PAUSES, "halo 1000"),
    (DEAD_LETTERS, "halo"),
    (DROP_NOTICES, "halo 7"),
    (FORGET_UNCERTAIN, "halo 7"),
    (REOPEN, "halo 7 1000"),
    (DROP_REPLIES, "halo 7"),
    (DROP, "halo 7"),
    (RECENT, "halo room1"),
    (FORGET, "halo room1"),
    (BEGIN_EPOCH, "halo room1 0"),
    (OWN_ACTORS, "halo"),
    (ADD_OWN_ACTOR, "halo bots/bot-1"),
];

/// Some open jobs after many settled ones: plans depend on what is there.
async fn filled_store() -> SqliteConnection {
    let mut store = SqliteConnectOptions::new().connect().await.expect("in memory");
    sqlx::raw_sql(SCHEMA).execute(&mut store).await.expect("made");
    let fill = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
        INSERT INTO job (bot, room, message, state, asker, one_to_one, asked_at, due_at, line_at)
        SELECT 'halo', 'room' || (i % 20), i, CASE WHEN i < 1900 THEN 'done' ELSE 'ask' END, 'users/u' || (i % 7), 0,
            i, i, i FROM n";
    sqlx::query(fill).execute(&mut store).await.expect("filled");
    store
}

/// The steps of the statement. The values are bound: the engine looks at them when it plans.
async fn plan(store: &mut SqliteConnection, statement: &str, values: &str) -> Vec<String> {
    let mut explain = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")));
    for value in values.split(' ') {
        explain = match value.parse::<i64>() {
            Ok(number) => explain.bind(number),
            Err(_) => explain.bind(value),
        };
    }
    let steps = explain.fetch_all(store).await.expect("a valid statement");
    steps.iter().map(|step| step.get("detail")).collect()
}

#[tokio::test]
async fn no_statement_scans_a_table() {
    let mut store = filled_store().await;
    let enqueue = format!("{ENQUEUE} VALUES ($1, $2, $3, 'ask', $4, $5, $6, $7, $8, $8, $8) {ENQUEUE_ONCE}");
    let enqueue = [(enqueue.as_str(), "halo room1 7 users/mira Mira text 0 1000")];
    for (statement, values) in STATEMENTS.into_iter().chain(enqueue) {
        for step in plan(&mut store, statement, values).await {
            // What a subquery gives is no table; its own steps are listed as well.
            let scanned = step.strip_prefix("SCAN ").filter(|what| !what.starts_with("(subquery-"));
            assert!(matches!(scanned, None | Some("head" | "first" | "ready")), "{step} in {statement}");
        }
    }
}
