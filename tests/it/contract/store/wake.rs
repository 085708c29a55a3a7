//! The bell that wakes the worker.

use std::future::Future;
use std::time::Duration;

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{Failure, PauseScope, Settlement, Stage};
use nextcloud_opencode_bot::ports::dead_letters::Selection;
use nextcloud_opencode_bot::ports::queue::Enqueued;
use nextcloud_opencode_bot::ports::steering::Whose;

use super::{Engine, Store, at, room};

on_every_engine![
    a_change_before_the_call_is_not_lost,
    a_change_during_the_call_ends_it,
    all_that_may_make_work_rings,
    what_makes_no_work_is_silent,
    whatever_may_erase_a_notice_rings_for_what_it_held_back,
];

/// Long enough for a signal that was given to arrive.
const SOON: Duration = Duration::from_secs(10);

const BOTH: [Stage; 2] = [Stage::Ask, Stage::Post];

/// The bells of these stages ring, and no other.
async fn rings<const N: usize>(store: &Store, stages: [Stage; N]) {
    for stage in stages {
        tokio::time::timeout(SOON, store.queue.changed(stage)).await.expect("a signal");
    }
    silent(store).await;
}

async fn silent(store: &Store) {
    for stage in BOTH {
        let mut changed = std::pin::pin!(store.queue.changed(stage));
        let poll =
            |context: &mut std::task::Context<'_>| std::task::Poll::Ready(changed.as_mut().poll(context));
        assert!(std::future::poll_fn(poll).await.is_pending(), "a signal without a reason: {stage:?}");
    }
}

async fn a_change_before_the_call_is_not_lost(engine: &dyn Engine) {
    let store = engine.serve().await;
    silent(&store).await;
    store.ask("r1", 1, 1).await;
    rings(&store, [Stage::Ask]).await;
}

async fn a_change_during_the_call_ends_it(engine: &dyn Engine) {
    let store = engine.serve().await;
    tokio::join!(rings(&store, [Stage::Ask]), store.ask("r1", 1, 1));
}

async fn all_that_may_make_work_rings(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    rings(&store, [Stage::Ask]).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    rings(&store, [Stage::Post]).await;
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::Dead(Failure::TalkRefused), 1).await;
    rings(&store, BOTH).await;
    store.dead_letters.retry(Selection::All, at(2)).await.expect("opened");
    rings(&store, BOTH).await;
    store.queue.pause(&PauseScope::Server, at(1)).await.expect("paused");
    rings(&store, BOTH).await;
}

async fn what_makes_no_work_is_silent(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    rings(&store, [Stage::Ask]).await;
    assert_eq!(store.ask("r1", 1, 1).await, Enqueued::Duplicate);
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.queue.renew(&leased.lease, at(9)).await.expect("renewed");
    assert!(store.lease(Stage::Ask, 1).await.is_empty());
    silent(&store).await;
}

async fn whatever_may_erase_a_notice_rings_for_what_it_held_back(engine: &dyn Engine) {
    let store = engine.serve().await;
    let said = || async { tokio::time::timeout(SOON, store.outbox.noticed()).await.expect("a signal") };
    store.ask("r1", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    said().await;
    store.steering.stop(&room("r1"), &Whose::Everybody).await.expect("stopped");
    said().await;
    store.upkeep.erase_person(&ActorId::new("users/mira")).await.expect("erased");
    said().await;
    store.upkeep.erase_room(&room("r1")).await.expect("erased");
    said().await;
}
