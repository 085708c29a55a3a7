//! Both engines that commit tell how they do: what shared a transaction, how long it took, and what failed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nextcloud_opencode_bot::adapters::sql::SqlStore;
use nextcloud_opencode_bot::ports::commits::Commits;
use nextcloud_opencode_bot::ports::queue::JobQueue;
use tokio::task::JoinSet;

use super::{at, postgres, question, sqlite};

/// Lets every change of a question fail.
const NO_TABLE: &str = "ALTER TABLE job RENAME TO away";

/// What was told.
#[derive(Default)]
struct Told {
    committed: Mutex<Vec<(usize, Duration)>>,
    failed: AtomicUsize,
}

impl Commits for Told {
    fn committed(&self, changes: usize, took: Duration) {
        self.committed.lock().expect("not poisoned").push((changes, took));
    }

    fn failed(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }
}

fn listened(store: &SqlStore) -> Arc<Told> {
    let told = Arc::<Told>::default();
    store.report_to(told.clone());
    told
}

async fn every_change_is_told_once(store: Arc<SqlStore>) {
    let (told, mut callers) = (listened(&store), JoinSet::new());
    for message in 1..=20 {
        let store = Arc::clone(&store);
        callers.spawn(async move { store.enqueue(&question("room", message), at(1)).await });
    }
    assert!(callers.join_all().await.iter().all(Result::is_ok));
    store.close().await;
    let committed = told.committed.lock().expect("not poisoned");
    assert_eq!(committed.iter().map(|(changes, _)| changes).sum::<usize>(), 20);
    assert!(committed.iter().all(|(_, took)| !took.is_zero()), "{committed:?}");
    assert_eq!(told.failed.load(Ordering::Relaxed), 0);
}

/// Called when the store can take no question.
async fn a_failure_is_told(store: Arc<SqlStore>) {
    let told = listened(&store);
    store.enqueue(&question("room", 1), at(1)).await.expect_err("nowhere to store it");
    store.close().await;
    assert!(told.committed.lock().expect("not poisoned").is_empty());
    assert_eq!(told.failed.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_file_tells_every_change_once() {
    every_change_is_told_once(sqlite::Engine::fresh().try_serve().await.expect("opened")).await;
}

#[tokio::test]
async fn a_server_tells_every_change_once() {
    let Some(engine) = postgres::Engine::fresh().await else { return };
    every_change_is_told_once(engine.try_serve().await.expect("opened")).await;
}

#[tokio::test]
async fn a_file_tells_a_failure() {
    let engine = sqlite::Engine::fresh();
    let store = engine.try_serve().await.expect("opened");
    engine.meddle(NO_TABLE).await;
    a_failure_is_told(store).await;
}

#[tokio::test]
async fn a_server_tells_a_failure() {
    let Some(engine) = postgres::Engine::fresh().await else { return };
    let store = engine.try_serve().await.expect("opened");
    engine.meddle(NO_TABLE).await;
    a_failure_is_told(store).await;
}
