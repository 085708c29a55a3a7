//! A message is stored once, for good.

use std::sync::Arc;

use nextcloud_opencode_bot::domain::job::{Failure, Question, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::ports::queue::Enqueued;
use tokio::task::JoinSet;

use super::{BOT, Engine, Store, at, question, room};

on_every_engine![
    a_question_comes_back_as_it_was_asked,
    a_known_message_is_a_duplicate_and_changes_nothing,
    a_settled_message_is_a_duplicate,
    a_message_given_up_is_a_duplicate,
    the_same_number_in_another_room_is_another_message,
    of_many_at_once_one_is_new,
    many_different_at_once_are_all_new,
    a_claimed_message_is_a_duplicate_and_no_work,
    a_message_that_was_asked_cannot_be_claimed,
    another_bot_sees_nothing_of_it,
];

async fn a_question_comes_back_as_it_was_asked(engine: &dyn Engine) {
    let store = engine.serve().await;
    assert_eq!(store.ask("r1", 7, 5).await, Enqueued::New);
    let leased = store.lease_one(Stage::Ask, 6).await;
    assert_eq!(leased.job.question, question("r1", 7));
    assert_eq!(leased.job.asked_at, at(5));
    assert_eq!(leased.job.attempts, 1);
    assert_eq!(leased.job.trouble_since, None);
    assert_eq!(leased.job.reply, None);
    assert_eq!(leased.lease.job, leased.job.id);
}

async fn a_known_message_is_a_duplicate_and_changes_nothing(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 5).await;
    let other = Question { text: "another text".to_owned(), ..question("r1", 7) };
    let again = store.queue.enqueue(&other, at(9)).await.expect("stored");
    assert_eq!(again, Enqueued::Duplicate);
    let leased = store.lease_one(Stage::Ask, 9).await;
    assert_eq!((leased.job.question, leased.job.asked_at), (question("r1", 7), at(5)));
}

async fn a_settled_message_is_a_duplicate(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 7, 5, Settlement::Done).await;
    assert_eq!(store.ask("r1", 7, 6).await, Enqueued::Duplicate);
    assert!(store.lease(Stage::Ask, 7).await.is_empty());
}

async fn a_message_given_up_is_a_duplicate(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 7, 5, Settlement::Dead(Failure::Internal)).await;
    assert_eq!(store.ask("r1", 7, 6).await, Enqueued::Duplicate);
    assert!(store.lease(Stage::Ask, 7).await.is_empty());
}

async fn the_same_number_in_another_room_is_another_message(engine: &dyn Engine) {
    let store = engine.serve().await;
    assert_eq!(store.ask("r1", 7, 5).await, Enqueued::New);
    assert_eq!(store.ask("r2", 7, 5).await, Enqueued::New);
}

async fn of_many_at_once_one_is_new(engine: &dyn Engine) {
    let store = engine.serve().await;
    let mut callers = JoinSet::new();
    for _ in 0..64 {
        let queue = Arc::clone(&store.queue);
        callers.spawn(async move { queue.enqueue(&question("r1", 7), at(5)).await.expect("stored") });
    }
    let answers = callers.join_all().await;
    assert_eq!(answers.iter().filter(|answer| **answer == Enqueued::New).count(), 1);
    assert_eq!(store.queue.depth(at(5)).await.expect("read").open, 1);
}

async fn many_different_at_once_are_all_new(engine: &dyn Engine) {
    let store = engine.serve().await;
    let mut callers = JoinSet::new();
    for message in 0..600 {
        let queue = Arc::clone(&store.queue);
        callers.spawn(async move { queue.enqueue(&question("r1", message), at(5)).await.expect("stored") });
    }
    assert!(callers.join_all().await.into_iter().all(|answer| answer == Enqueued::New));
    assert_eq!(store.queue.depth(at(5)).await.expect("read").open, 600);
}

async fn claim(store: &Store, token: &str, message: i64) -> Enqueued {
    store.steering.claim(&room(token).into(), MessageId(message), at(5)).await.expect("stored")
}

async fn a_claimed_message_is_a_duplicate_and_no_work(engine: &dyn Engine) {
    let store = engine.serve().await;
    assert_eq!(claim(&store, "r1", 7).await, Enqueued::New);
    assert_eq!(claim(&store, "r1", 7).await, Enqueued::Duplicate);
    assert_eq!(store.ask("r1", 7, 6).await, Enqueued::Duplicate);
    assert!(store.lease(Stage::Ask, 7).await.is_empty());
    assert_eq!(claim(&store, "r2", 7).await, Enqueued::New);
}

async fn a_message_that_was_asked_cannot_be_claimed(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 5).await;
    assert_eq!(claim(&store, "r1", 7).await, Enqueued::Duplicate);
    assert_eq!(store.lease_one(Stage::Ask, 6).await.job.question, question("r1", 7));
}

async fn another_bot_sees_nothing_of_it(engine: &dyn Engine) {
    let store = engine.serve().await;
    let other = engine.beside("other").await;
    store.ask("r1", 7, 5).await;
    assert!(other.lease(Stage::Ask, 6).await.is_empty());
    assert_eq!(other.queue.depth(at(6)).await.expect("read").open, 0);
    assert_eq!(other.ask("r1", 7, 6).await, Enqueued::New);
    let leased = other.lease_one(Stage::Ask, 6).await;
    other.settle(&leased, Settlement::Done, 6).await;
    assert_eq!(engine.beside(BOT).await.lease(Stage::Ask, 6).await.len(), 1);
}
