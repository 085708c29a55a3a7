//! No statement walks through settled history, as the engine itself tells.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row, SqliteConnection};

use super::*;
use crate::adapters::sql::sqlite::MIGRATIONS;

/// Every statement, with values to bind.
const STATEMENTS: [(Statement, &str); 91] = [
    (LEASE_TO_ASK, "halo 1000 16 token 61000"),
    (LEASE_TO_POST, "halo 1000 16 token 61000"),
    (ASKED, "halo 1000"),
    (MOVE_BACK, "halo 1000 token"),
    (FOLLOW_UPS, "halo 1950"),
    (PARTS, "halo 7"),
    (RENEW, "halo 7 token 61000"),
    (FREE_LEASES, "halo"),
    (HURRY_JOBS, "halo 1000 61000"),
    (HURRY_NOTICES, "halo 1000 61000"),
    (END_LONG_PAUSES, "halo 61000"),
    (SAVE_REPLY, "halo 7 token internal"),
    (END_IDENTICAL, "halo 1950"),
    (END_JOINED, "halo 1950 room1 0"),
    (ADD_PART, "halo 7 0 text"),
    (ADD_TURN, "halo room1 0 7 Mira question answer users/mira 0 0 1000 print"),
    (ADD_PRINTS, "halo 7 print"),
    (MOVE_WINDOW, "halo room1 0 0 7"),
    (TRIM_TURNS, "halo room1 0"),
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
    (RESUME, "halo room1 1000"),
    (RESUME_JOBS, "halo room1 1000"),
    (RESUME_NOTICES, "halo room1 1000"),
    (NEXT_DUE, "halo 1000"),
    (CLAIM, "halo room1 0 7 1000"),
    (DEPTH, "halo 1000"),
    (PAUSES, "halo 1000"),
    (DEAD_LETTERS, "halo"),
    (DROP_NOTICES, "halo 7"),
    (FORGET_UNCERTAIN, "halo 7"),
    (REOPEN, "halo 7 1000"),
    (DROP_REPLIES, "halo 7"),
    (DROP, "halo 7"),
    (RECENT, "halo room1 0"),
    (FORGET, "halo room1 0"),
    (FORGET_TURN, "halo room1 7"),
    (BEGIN_ANEW, "halo room1 0 0"),
    (BEGIN_EPOCH, "halo room1 0"),
    (OWN_ACTORS, "halo"),
    (ADD_OWN_ACTOR, "halo bots/bot-1"),
    (ADD_NOTICE, "halo room1 0 7 text 1000"),
    (DUE_NOTICES, "halo 1000 16"),
    (NEXT_NOTICE, "halo 1000"),
    (ERASE_NOTICES_TO, "halo room1 7"),
    (ERASE_NOTICE, "halo 7"),
    (RETRY_NOTICE, "halo 7 1000"),
    (WRONG_SIGNS, "halo 1000 16"),
    (WRONGLY_SHOWN, "halo 1000 16"),
    (RECORD_SIGN, "halo 7 thinking"),
    (THINKING, "halo 16"),
    (FORGET_SIGNS, "halo room1"),
    (WAITING, "halo 1000 900 16"),
    (OLDEST_WAITING, "halo"),
    (TELL, "halo 1950"),
    (FIND_NEWEST, "halo room1 0"),
    (FIND_QUESTION, "halo room1 7"),
    (FIND_ANSWER, "halo room1 print 7"),
    (DEAD_PARTS, "halo room1 7"),
    (STOP_PARTS, "halo room1 users/mira 7"),
    (STOP, "halo room1 users/mira 7"),
    (REVIVE, "halo room1 7 1000"),
    (ASK_AGAIN, "halo room1 7 1000"),
    (OPEN_IN, "halo room1"),
    (CLEAR_ROOM, "halo room1"),
    (BEGIN_ROOM_ANEW, "halo room1 0"),
    (ERASE_ROOM_PARTS, "halo room1"),
    (DROP_OF_ROOM, "halo room1"),
    (ERASE_ROOM_NOTICES, "halo room1"),
    (END_PAUSE, "halo room1"),
    (ERASE_OWN_PARTS, "halo users/mira"),
    (STOP_OWN, "halo users/mira"),
    (DROP_OWN, "halo users/mira"),
    (BEGIN_EPOCHS_WITHOUT, "halo users/mira"),
    (FORGET_OWN, "halo users/mira"),
    (SWEEP_EPOCHS, "halo 1000 16"),
    (SWEEP_TURNS, "halo 1000 16"),
    (SWEEP_PARTS, "halo 1000 16"),
    (SWEEP_DEAD_LETTERS, "halo 1000 16"),
    (RAISE_FLOORS, "halo 1000 16"),
    (SWEEP_IDENTITIES, "halo 1000 16"),
    (WELCOME, "halo room1"),
    (ENQUEUE_ONE, "halo room1 0 7 users/mira Mira text 0 0 thinking 1000"),
];

/// Some open jobs after many settled ones: plans depend on what is there.
async fn filled_store() -> SqliteConnection {
    let mut store = SqliteConnectOptions::new().connect().await.expect("in memory");
    for (_, _, sql) in MIGRATIONS {
        sqlx::raw_sql(sql).execute(&mut store).await.expect("made");
    }
    let fill = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
        INSERT INTO job (bot, room, message, state, asker, one_to_one, asked_at, due_at, line_at)
        SELECT 'halo', 'room' || (i % 20), i, CASE WHEN i < 1900 THEN 'done' ELSE 'ask' END, 'users/u' || (i % 7), 0,
            i, i, i FROM n";
    sqlx::query(fill).execute(&mut store).await.expect("filled");
    store
}

/// The steps of the statement. The values are bound: the engine looks at them when it plans.
async fn plan(store: &mut SqliteConnection, statement: Statement, values: &str) -> Vec<String> {
    let mut explain = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sqlite)));
    for value in values.split(' ') {
        explain = match value.parse::<i64>() {
            Ok(number) => explain.bind(number),
            Err(_) => explain.bind(value),
        };
    }
    let steps = explain.fetch_all(store).await.expect("a valid statement");
    steps.iter().map(|step| step.get("detail")).collect()
}

/// Whether a step reads all rows of a table, or all jobs of a bot or room, settled ones included.
fn walks(step: &str) -> bool {
    // What a subquery gives is no table; its own steps are listed as well.
    let scanned = step.strip_prefix("SCAN ").filter(|what| !what.starts_with("(subquery-"));
    let of_statement = ["head", "first", "ready", "new", "found", "place", "old", "CONSTANT ROW"];
    let whole_table = scanned.is_some_and(|what| !of_statement.contains(&what));
    let identities = ["job_1 (bot=?)", "job_1 (bot=? AND room=?)", "job_2 (bot=?)"];
    whole_table || identities.iter().any(|walk| step.ends_with(&format!("sqlite_autoindex_{walk}")))
}

#[tokio::test]
async fn no_statement_walks_through_history() {
    let mut store = filled_store().await;
    let mut walking = Vec::new();
    for (statement, values) in STATEMENTS {
        let steps = plan(&mut store, statement, values).await;
        walking.extend(steps.into_iter().filter(|step| walks(step)).map(|step| (step, statement.sqlite)));
    }
    assert!(walking.is_empty(), "{walking:#?}");
}

#[tokio::test]
async fn what_somebody_waits_for_is_found_by_its_own_index() {
    let (mut store, mut missing) = (filled_store().await, Vec::new());
    for (statement, values, index) in [
        (WRONG_SIGNS, "halo 1000 16", "INDEX job_wrong_sign (bot=?)"),
        (WRONGLY_SHOWN, "halo 1000 16", "INDEX job_wrong_sign (bot=?)"),
        (FORGET_SIGNS, "halo room1", "INDEX job_wrong_sign (bot=?)"),
        (WAITING, "halo 1000 900 16", "INDEX job_waiting (bot=? AND asked_at<?)"),
        (OLDEST_WAITING, "halo", "INDEX job_waiting (bot=?)"),
        (DUE_NOTICES, "halo 1000 16", "INDEX notice_of_room (bot=?"),
        (SWEEP_IDENTITIES, "halo 1000 16", "INDEX job_settled (bot=? AND asked_at<?)"),
        (SWEEP_DEAD_LETTERS, "halo 1000 16", "INDEX job_dead (bot=? AND died_at<?)"),
        (SWEEP_TURNS, "halo 1000 16", "INDEX turn_at (bot=? AND at<?)"),
        (FORGET_OWN, "halo users/mira", "INDEX turn_asker (bot=? AND asker=?)"),
    ] {
        let steps = plan(&mut store, statement, values).await;
        if !steps.iter().any(|step| step.contains(index)) {
            missing.push((index, statement.sqlite, steps));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
