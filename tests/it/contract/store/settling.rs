//! How leases end, and the figures that tell of it.

use nextcloud_opencode_bot::domain::job::{Failure, Settlement, Stage};
use nextcloud_opencode_bot::ports::queue::Depth;

use super::{Engine, at};

on_every_engine![
    work_handed_back_is_due_at_once,
    a_retry_keeps_the_stored_reply,
    a_retry_can_end_the_trouble,
    depth_counts_what_is_open_leased_and_dead,
    the_next_due_time_is_that_of_the_first_head,
    nothing_is_due_later_when_all_is_due_or_settled,
    what_stands_behind_a_head_is_not_due,
];

async fn work_handed_back_is_due_at_once(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.settle(&leased, Settlement::HandBack, 3).await;
    let again = store.lease_one(Stage::Ask, 3).await;
    assert_eq!((again.job.id, again.job.attempts), (leased.job.id, 2));
}

async fn a_retry_keeps_the_stored_reply(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.reply(&leased, &["one"]).await;
    let posting = store.lease_one(Stage::Post, 2).await;
    store.settle(&posting, Settlement::RetryAt { at: at(9), trouble_since: Some(at(2)) }, 3).await;
    assert!(store.lease(Stage::Post, 8).await.is_empty());
    assert_eq!(store.lease_one(Stage::Post, 9).await.job.reply, posting.job.reply);
}

async fn a_retry_can_end_the_trouble(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    for trouble_since in [Some(at(2)), None] {
        let leased = store.lease_one(Stage::Ask, 2).await;
        store.settle(&leased, Settlement::RetryAt { at: at(2), trouble_since }, 2).await;
    }
    assert_eq!(store.lease_one(Stage::Ask, 2).await.job.trouble_since, None);
}

async fn depth_counts_what_is_open_leased_and_dead(engine: &dyn Engine) {
    let store = engine.serve().await;
    assert_eq!(store.queue.depth(at(0)).await.expect("read"), Depth::default());
    store.bury("r1", 1, 1, Settlement::Done).await;
    store.bury("r1", 2, 1, Settlement::Dead(Failure::Internal)).await;
    store.ask("r1", 3, 2).await;
    store.lease_one(Stage::Ask, 3).await;
    store.ask("r1", 4, 4).await;
    let expected = Depth { open: 2, leased: 1, dead: 1, oldest: Some(at(2)), pauses: Vec::new() };
    assert_eq!(store.queue.depth(at(5)).await.expect("read"), expected);
    assert_eq!(store.queue.depth(at(500)).await.expect("read"), Depth { leased: 0, ..expected });
}

async fn the_next_due_time_is_that_of_the_first_head(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (room, due) in [("r1", 30), ("r2", 20)] {
        store.ask(room, 7, 1).await;
        let leased = store.lease_one(Stage::Ask, 1).await;
        store.settle(&leased, Settlement::RetryAt { at: at(due), trouble_since: None }, 1).await;
    }
    assert_eq!(store.queue.next_due(at(5)).await.expect("read"), Some(at(20)));
    assert_eq!(store.queue.next_due(at(20)).await.expect("read"), Some(at(30)));
}

async fn nothing_is_due_later_when_all_is_due_or_settled(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 1, 1, Settlement::Done).await;
    store.bury("r1", 2, 1, Settlement::Dead(Failure::Internal)).await;
    store.ask("r1", 3, 2).await;
    assert_eq!(store.queue.next_due(at(5)).await.expect("read"), None);
}

async fn what_stands_behind_a_head_is_not_due(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    store.ask("r1", 8, 2).await;
    let leased = store.lease_one(Stage::Ask, 3).await;
    let due = store.queue.next_due(at(3)).await.expect("read").expect("the end of the lease");
    assert!(due > at(63) && due <= at(64), "{due:?}");
    store.settle(&leased, Settlement::RetryAt { at: at(90), trouble_since: None }, 3).await;
    assert_eq!(store.queue.next_due(at(3)).await.expect("read"), Some(at(90)));
}
