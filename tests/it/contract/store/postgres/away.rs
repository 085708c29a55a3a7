//! A database that is away, comes back, or lets itself be waited for.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::Stopwatch;
use nextcloud_opencode_bot::domain::job::Stage;
use nextcloud_opencode_bot::ports::queue::{Enqueued, QueueError};
use nextcloud_opencode_bot::ports::with_causes;
use sqlx::Connection;

use super::super::{Engine as _, Store, at, question, room};
use super::{Engine, connect};
use crate::support::postgres::Cluster;
use crate::support::until;

/// Talk waits 5 s for the answer to a webhook.
const IN_TIME: Duration = Duration::from_secs(4);

/// Ends every connection to the server, as a failing network does.
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

async fn is_refused(store: &Store) -> bool {
    let asked = store.queue.enqueue(&question("r1", 100), at(1)).await;
    matches!(asked, Err(QueueError::Unavailable(_)))
}

#[tokio::test]
async fn a_connection_that_was_cut_is_replaced_and_nobody_is_refused() {
    let Some(cluster) = Cluster::start().await else { return };
    let engine = Engine { url: cluster.fresh().await };
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    cluster.meddle(CUT).await;
    assert_eq!(store.ask("r1", 2, 1).await, Enqueued::New);
    cluster.meddle(CUT).await;
    store.lease_one(Stage::Ask, 1).await;
}

#[tokio::test]
async fn while_it_is_away_all_is_refused_at_once_and_then_goes_on() {
    let Some(cluster) = Cluster::start().await else { return };
    let engine = Engine { url: cluster.fresh().await };
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    cluster.stop();
    let start = Stopwatch::start();
    assert!(is_refused(&store).await && is_refused(&store).await);
    let said = with_causes(&store.queue.depth(at(1)).await.expect_err("away"));
    assert!(said.matches("error communicating with database").count() <= 1, "told twice: {said}");
    assert!(store.steering.open_in(&room("r1")).await.is_err());
    assert!(start.elapsed() < IN_TIME, "{:?}", start.elapsed());
    cluster.run().await;
    until("it is back", async || !is_refused(&store).await).await;
    store.lease_one(Stage::Ask, 1).await;
    assert_eq!(store.queue.depth(at(1)).await.expect("read").open, 2);
}

#[tokio::test]
async fn who_waits_too_long_for_somebody_else_is_refused_in_time() {
    let Some(engine) = Engine::fresh().await else { return };
    let store = engine.serve().await;
    let mut other = connect(&engine.url).await;
    sqlx::raw_sql("BEGIN; LOCK TABLE job").execute(&mut other).await.expect("locked");
    let start = Stopwatch::start();
    assert!(is_refused(&store).await);
    assert!(start.elapsed() < IN_TIME, "{:?}", start.elapsed());
    other.close().await.expect("closed");
    assert_eq!(store.ask("r1", 1, 1).await, Enqueued::New);
}

#[tokio::test]
async fn a_change_that_cannot_be_made_spoils_no_other() {
    let Some(engine) = Engine::fresh().await else { return };
    let store = engine.serve().await;
    engine.meddle("ALTER TABLE job ADD CHECK (message <> 13)").await;
    let (bad, good) = (question("r1", 13), question("r1", 1));
    let (bad, good) = tokio::join!(store.queue.enqueue(&bad, at(1)), store.queue.enqueue(&good, at(1)));
    assert!(matches!(bad, Err(QueueError::Unavailable(_))));
    assert_eq!(good.expect("stored"), Enqueued::New);
}
