//! What one process changes wakes the other.

use std::future::Future;
use std::task::Poll;
use std::time::Duration;

use nextcloud_opencode_bot::domain::job::Stage;
use nextcloud_opencode_bot::ports::outbox::NewNotice;

use super::super::{BOT, Engine as _, Store, at, question, room};
use super::Engine;
use crate::support::postgres::Cluster;

/// Long enough for a call that was given to arrive.
const SOON: Duration = Duration::from_secs(10);

/// Ends the connections that listen: they hold the locks of their processes.
const DEAFEN: &str = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'";

async fn rings(store: &Store, stage: Stage) {
    tokio::time::timeout(SOON, store.queue.changed(stage)).await.expect("a call");
}

async fn is_silent(store: &Store, stage: Stage) -> bool {
    let mut changed = std::pin::pin!(store.queue.changed(stage));
    std::future::poll_fn(|context| Poll::Ready(changed.as_mut().poll(context).is_pending())).await
}

/// Asks beside the service until it has heard so: before it listens there is nobody to hear it.
async fn listening(service: &Store, beside: &Store) {
    for message in 1.. {
        beside.ask("listening", message, 1).await;
        let heard = tokio::time::timeout(Duration::from_millis(50), service.queue.changed(Stage::Ask));
        if heard.await.is_ok() {
            break;
        }
    }
    notify(beside).await;
    tokio::time::timeout(SOON, service.outbox.noticed()).await.expect("a call");
    // Calls arrive in their order, so this is the last of those.
    let _ = is_silent(service, Stage::Ask).await;
}

async fn notify(store: &Store) {
    let notice = NewNotice { place: room("r1").into(), reply_to: None, text: "hello".to_owned() };
    store.outbox.add(&notice, at(1)).await.expect("stored");
}

#[tokio::test]
async fn a_question_that_another_process_stores_wakes_the_service() {
    let Some(engine) = Engine::fresh().await else { return };
    let service = engine.serve().await;
    let beside = engine.beside(BOT).await;
    listening(&service, &beside).await;
    let (one, other) = (question("r1", 1), question("r2", 2));
    let asked = tokio::join!(beside.queue.enqueue(&one, at(1)), beside.queue.enqueue(&other, at(1)));
    assert!(asked.0.is_ok() && asked.1.is_ok());
    rings(&service, Stage::Ask).await;
    service.lease(Stage::Ask, 1).await;
}

#[tokio::test]
async fn whoever_is_concerned_is_called_and_nobody_else() {
    let Some(engine) = Engine::fresh().await else { return };
    let service = engine.serve().await;
    let (beside, stranger) = (engine.beside(BOT).await, engine.beside("another bot").await);
    listening(&service, &beside).await;
    stranger.ask("r1", 1, 1).await;
    notify(&beside).await;
    tokio::time::timeout(SOON, service.outbox.noticed()).await.expect("a call");
    // Calls arrive in their order.
    assert!(is_silent(&service, Stage::Ask).await && is_silent(&service, Stage::Post).await);
}

#[tokio::test]
async fn its_own_changes_call_a_process_once() {
    let Some(engine) = Engine::fresh().await else { return };
    let service = engine.serve().await;
    let beside = engine.beside(BOT).await;
    listening(&service, &beside).await;
    service.ask("r1", 1, 1).await;
    rings(&service, Stage::Ask).await;
    notify(&beside).await;
    tokio::time::timeout(SOON, service.outbox.noticed()).await.expect("a call");
    assert!(is_silent(&service, Stage::Ask).await);
}

/// What was changed meanwhile may have been missed.
#[tokio::test]
async fn a_service_that_was_deaf_for_a_while_looks_at_everything() {
    let Some(cluster) = Cluster::start().await else { return };
    let engine = Engine { url: cluster.fresh().await };
    let service = engine.serve().await;
    let beside = engine.beside(BOT).await;
    listening(&service, &beside).await;
    cluster.meddle(DEAFEN).await;
    rings(&service, Stage::Post).await;
    rings(&service, Stage::Ask).await;
    tokio::time::timeout(SOON, service.outbox.noticed()).await.expect("a call");
    beside.ask("r1", 1, 1).await;
    rings(&service, Stage::Ask).await;
}
