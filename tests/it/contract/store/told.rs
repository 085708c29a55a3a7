//! That a room was told of the wait for its model.

use nextcloud_opencode_bot::domain::job::{Failure, Lease, Settlement, Stage};
use nextcloud_opencode_bot::ports::dead_letters::Selection;
use nextcloud_opencode_bot::ports::queue::{Leased, QueueError};

use super::{Engine, Store, at};

on_every_engine![
    a_telling_is_remembered_over_a_restart,
    a_telling_counts_for_every_question_that_is_open_in_the_room,
    a_retried_dead_letter_is_told_anew,
    a_lost_lease_tells_nothing,
];

const AGAIN: Settlement = Settlement::RetryAt { at: at(2), trouble_since: None };

async fn tell(store: &Store, leased: &Leased) {
    store.queue.mark_told(&leased.lease).await.expect("marked");
}

async fn a_telling_is_remembered_over_a_restart(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    assert!(!leased.job.told);
    tell(&store, &leased).await;
    store.close().await;
    let store = engine.serve().await;
    assert!(store.lease_one(Stage::Ask, 1).await.job.told);
}

async fn a_telling_counts_for_every_question_that_is_open_in_the_room(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (room, message) in [("r1", 1), ("r1", 2), ("r2", 3)] {
        store.ask(room, message, 1).await;
    }
    let leased = store.lease(Stage::Ask, 1).await;
    tell(&store, &leased[0]).await;
    store.ask("r1", 4, 1).await;
    let mut told = vec![(3, leased[1].job.told)];
    store.settle(&leased[0], AGAIN, 1).await;
    for _ in 0..3 {
        let leased = store.lease_one(Stage::Ask, 2).await;
        told.push((leased.job.question.message.0, leased.job.told));
        store.settle(&leased, Settlement::Done, 2).await;
    }
    assert_eq!(told, [(3, false), (1, true), (2, true), (4, false)]);
}

async fn a_retried_dead_letter_is_told_anew(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    tell(&store, &leased).await;
    store.settle(&leased, Settlement::Dead(Failure::ModelUnavailable), 1).await;
    store.dead_letters.retry(Selection::All, at(2)).await.expect("opened");
    assert!(!store.lease_one(Stage::Ask, 2).await.job.told);
}

async fn a_lost_lease_tells_nothing(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    let lost = Lease { token: "another".to_owned(), ..leased.lease.clone() };
    let told = store.queue.mark_told(&lost).await;
    assert!(matches!(told, Err(QueueError::LeaseLost(job)) if job == leased.job.id), "{told:?}");
    store.settle(&leased, AGAIN, 1).await;
    assert!(!store.lease_one(Stage::Ask, 2).await.job.told);
}
