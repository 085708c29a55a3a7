//! Only heads of rooms are leased, the oldest first.

use nextcloud_opencode_bot::domain::job::{Failure, Settlement, Stage};

use super::{Engine, LEASE, at, names};

on_every_engine![
    one_head_of_each_room_is_leased_the_oldest_first,
    no_more_than_the_limit_is_leased,
    the_oldest_is_the_one_with_the_smallest_message_id,
    a_leased_head_holds_its_room,
    an_older_message_that_comes_late_waits_for_the_leased_one,
    an_older_message_that_comes_late_goes_before_a_stored_reply,
    a_head_that_waits_for_a_retry_is_not_overtaken,
    a_stored_reply_is_not_overtaken_by_the_next_question,
    a_settled_head_makes_room_for_the_next,
    a_dead_head_makes_room_for_the_next,
    nothing_is_leased_before_it_is_due,
];

async fn one_head_of_each_room_is_leased_the_oldest_first(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (second, (room, message)) in (1..).zip([("b", 5), ("a", 9), ("b", 6), ("c", 1), ("a", 10)]) {
        store.ask(room, message, second).await;
    }
    let leased = store.lease(Stage::Ask, 9).await;
    assert_eq!(names(&leased), [("b", 5), ("a", 9), ("c", 1)]);
}

async fn no_more_than_the_limit_is_leased(engine: &dyn Engine) {
    let store = engine.serve().await;
    for room in 1..=5 {
        store.ask(&format!("r{room}"), 1, room).await;
    }
    let first = store.queue.lease(Stage::Ask, 2, at(9), at(9) + LEASE).await.expect("leased");
    assert_eq!(names(&first), [("r1", 1), ("r2", 1)]);
    let none = store.queue.lease(Stage::Ask, 0, at(9), at(9) + LEASE).await.expect("leased");
    assert!(none.is_empty());
    assert_eq!(names(&store.lease(Stage::Ask, 9).await), [("r3", 1), ("r4", 1), ("r5", 1)]);
}

async fn the_oldest_is_the_one_with_the_smallest_message_id(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 8, 1).await;
    store.ask("r1", 7, 2).await;
    assert_eq!(store.lease_one(Stage::Ask, 3).await.job.question.message.0, 7);
}

async fn a_leased_head_holds_its_room(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    store.ask("r1", 8, 1).await;
    store.lease_one(Stage::Ask, 2).await;
    assert!(store.lease(Stage::Ask, 2).await.is_empty());
}

async fn an_older_message_that_comes_late_waits_for_the_leased_one(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 8, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.ask("r1", 7, 3).await;
    assert!(store.lease(Stage::Ask, 3).await.is_empty());
    store.settle(&leased, Settlement::Done, 4).await;
    assert_eq!(store.lease_one(Stage::Ask, 4).await.job.question.message.0, 7);
}

async fn an_older_message_that_comes_late_goes_before_a_stored_reply(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 8, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.ask("r1", 7, 3).await;
    store.reply(&leased, &["answer"]).await;
    assert!(store.lease(Stage::Post, 4).await.is_empty());
    let older = store.lease_one(Stage::Ask, 4).await;
    assert_eq!(older.job.question.message.0, 7);
    store.settle(&older, Settlement::Done, 4).await;
    assert_eq!(store.lease_one(Stage::Post, 4).await.job.id, leased.job.id);
}

async fn a_head_that_waits_for_a_retry_is_not_overtaken(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    store.ask("r1", 8, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.settle(&leased, Settlement::RetryAt { at: at(10), trouble_since: Some(at(2)) }, 3).await;
    assert!(store.lease(Stage::Ask, 9).await.is_empty());
    let again = store.lease_one(Stage::Ask, 10).await;
    assert_eq!((again.job.id, again.job.attempts), (leased.job.id, 2));
    assert_eq!(again.job.trouble_since, Some(at(2)));
}

async fn a_stored_reply_is_not_overtaken_by_the_next_question(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    store.ask("r1", 8, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.reply(&leased, &["answer"]).await;
    assert!(store.lease(Stage::Ask, 3).await.is_empty());
    let posting = store.lease_one(Stage::Post, 3).await;
    assert!(store.lease(Stage::Ask, 3).await.is_empty());
    store.settle(&posting, Settlement::Done, 3).await;
    assert_eq!(store.lease_one(Stage::Ask, 3).await.job.question.message.0, 8);
}

async fn a_settled_head_makes_room_for_the_next(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 8, 1).await;
    store.bury("r1", 7, 2, Settlement::Done).await;
    assert_eq!(store.lease_one(Stage::Ask, 3).await.job.question.message.0, 8);
}

async fn a_dead_head_makes_room_for_the_next(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 8, 1).await;
    store.bury("r1", 7, 2, Settlement::Dead(Failure::ModelRefused)).await;
    assert_eq!(store.lease_one(Stage::Ask, 3).await.job.question.message.0, 8);
}

async fn nothing_is_leased_before_it_is_due(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 5).await;
    assert!(store.lease(Stage::Ask, 4).await.is_empty());
    assert_eq!(store.lease(Stage::Ask, 5).await.len(), 1);
}
