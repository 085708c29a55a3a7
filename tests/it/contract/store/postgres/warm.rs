//! A room is left for a moment to the service that asked there last, whose model server still has its prompt; but nobody
//! waits for longer than that.

use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::sql::SqlStore;
use nextcloud_opencode_bot::domain::job::{Settlement, Stage};
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::queue::{JobQueue, Leased};
use sqlx::Connection;

use super::super::{at, question};
use super::replicas::{ask, lease, serve};
use super::{Engine, connect};
use crate::support::postgres::Cluster;

/// A moment, that many milliseconds after a question.
fn ms(ms: u64) -> Timestamp {
    at(5) + Duration::from_millis(ms)
}

fn rooms(leased: &[Leased]) -> Vec<&str> {
    leased.iter().map(|leased| leased.job.question.place.room.as_str()).collect()
}

/// The first has asked in room r1 and is free; the second has a new question there.
async fn pair(engine: &Engine) -> (Arc<SqlStore>, Arc<SqlStore>) {
    let (warm, cold) = (serve(engine).await, serve(engine).await);
    ask(&warm, "r1", 1).await;
    let first = lease(&warm, Stage::Ask, at(2)).await;
    warm.settle(&first[0].lease, Settlement::Done, at(3)).await.expect("held");
    cold.enqueue(&question("r1", 2), ms(0)).await.expect("stored");
    (warm, cold)
}

#[tokio::test]
async fn a_room_is_left_for_a_moment_to_the_service_that_asked_there_last() {
    let Some(engine) = Engine::fresh().await else { return };
    let (warm, cold) = pair(&engine).await;
    cold.enqueue(&question("r2", 3), ms(0)).await.expect("stored");
    assert_eq!(rooms(&lease(&cold, Stage::Ask, ms(24)).await), ["r2"]);
    assert_eq!(cold.next_due(ms(24)).await.expect("read"), Some(ms(25)));
    let second = lease(&warm, Stage::Ask, ms(24)).await;
    assert_eq!(rooms(&second), ["r1"]);
    warm.settle(&second[0].lease, Settlement::HandBack, ms(30)).await.expect("held");
    assert!(lease(&cold, Stage::Ask, ms(54)).await.is_empty(), "asked before, by the other one");
    assert_eq!(rooms(&lease(&cold, Stage::Ask, ms(55)).await), ["r1"], "it did not come");
}

#[tokio::test]
async fn what_went_wrong_is_anybodys_when_its_time_has_come() {
    let Some(engine) = Engine::fresh().await else { return };
    let (warm, cold) = pair(&engine).await;
    let leased = lease(&warm, Stage::Ask, ms(0)).await;
    let again = Settlement::RetryAt { at: at(9), trouble_since: Some(ms(0)) };
    warm.settle(&leased[0].lease, again, ms(1)).await.expect("held");
    assert_eq!(cold.next_due(ms(2)).await.expect("read"), Some(at(9)));
    assert_eq!(rooms(&lease(&cold, Stage::Ask, at(9)).await), ["r1"]);
}

/// Looks at a room with a long history, and rows that one look may read.
const LOOKS: i64 = 100;
const FEW: i64 = 10;

#[tokio::test]
async fn who_asked_last_is_found_without_the_history() {
    let Some(cluster) = Cluster::start().await else { return };
    let engine = Engine { url: cluster.fresh().await };
    let (_warm, cold) = pair(&engine).await;
    let mut looker = connect(&engine.url).await;
    let history = "INSERT INTO job (bot, room, message, state, asked_at, due_at, line_at, one_to_one)
        SELECT 'halo', 'r1', -n, 'done', n, n, n, 0 FROM generate_series(1, 20000) n; ANALYZE; SELECT pg_stat_reset()";
    sqlx::raw_sql(history).execute(&mut looker).await.expect("filled");
    for _ in 0..LOOKS {
        assert!(lease(&cold, Stage::Ask, ms(0)).await.is_empty());
        assert_eq!(cold.next_due(ms(0)).await.expect("read"), Some(ms(25)));
    }
    cold.close().await;
    let read = "SELECT SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables
        WHERE relname = 'job'";
    let read: i64 = sqlx::query_scalar(read).fetch_one(&mut looker).await.expect("figures");
    looker.close().await.expect("closed");
    assert!(read > 0 && read <= 2 * LOOKS * FEW, "{read}");
}
