//! Stored replies: with their turn in one commit, marked and split part by part.

use nextcloud_opencode_bot::domain::job::{Failure, Part, PartState, Settlement, Stage};
use nextcloud_opencode_bot::ports::queue::{Leased, NewReply, QueueError};

use super::{Engine, Store, at, turn};

on_every_engine![
    a_reply_ends_the_lease_and_is_due_at_once,
    a_reply_is_due_also_when_the_clock_was_set_back,
    a_reply_brings_its_turn,
    a_notice_brings_no_turn,
    a_marked_part_is_remembered,
    an_unknown_part_is_refused,
    a_split_part_moves_the_later_ones_back,
    the_last_part_can_be_split,
];

async fn posting(store: &Store, parts: &[&str]) -> Leased {
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.reply(&leased, parts).await;
    store.lease_one(Stage::Post, 2).await
}

/// Hands back and leases again.
async fn parts_of(store: &Store, leased: &Leased) -> Vec<Part> {
    store.settle(leased, Settlement::HandBack, 3).await;
    store.lease_one(Stage::Post, 3).await.job.reply.expect("stored").parts
}

fn part(index: u32, text: &str, state: PartState, uncertain: u32) -> Part {
    Part { index, text: text.to_owned(), state, uncertain }
}

async fn a_reply_ends_the_lease_and_is_due_at_once(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let first = store.lease_one(Stage::Ask, 2).await;
    store.settle(&first, Settlement::RetryAt { at: at(5), trouble_since: Some(at(2)) }, 2).await;
    let second = store.lease_one(Stage::Ask, 5).await;
    store.reply(&second, &["one", "two"]).await;
    assert!(store.lease(Stage::Ask, 5).await.is_empty());
    let posting = store.lease_one(Stage::Post, 5).await;
    assert_eq!((posting.job.attempts, posting.job.trouble_since), (3, None));
    let reply = posting.job.reply.expect("stored");
    assert_eq!(reply.failure, None);
    assert_eq!(reply.parts, [part(0, "one", PartState::Waiting, 0), part(1, "two", PartState::Waiting, 0)]);
}

async fn a_reply_is_due_also_when_the_clock_was_set_back(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1000).await;
    let leased = store.lease_one(Stage::Ask, 1000).await;
    store.reply(&leased, &["one"]).await;
    store.lease_one(Stage::Post, 1).await;
}

async fn a_reply_brings_its_turn(engine: &dyn Engine) {
    let store = engine.serve().await;
    posting(&store, &["one"]).await;
    assert_eq!(store.turns("r1").await, [turn(7)]);
}

async fn a_notice_brings_no_turn(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    let notice = NewReply {
        failure: Some(Failure::ModelTimedOut),
        parts: vec!["sorry".to_owned()],
        turn: None,
        joined: Vec::new(),
    };
    store.queue.save_reply(&leased.lease, &notice).await.expect("saved");
    let reply = store.lease_one(Stage::Post, 2).await.job.reply.expect("stored");
    assert_eq!(reply.failure, Some(Failure::ModelTimedOut));
    assert!(store.turns("r1").await.is_empty());
}

async fn a_marked_part_is_remembered(engine: &dyn Engine) {
    let store = engine.serve().await;
    let leased = posting(&store, &["one", "two"]).await;
    store.queue.mark_part(&leased.lease, 0, PartState::Posted, 0).await.expect("marked");
    store.queue.mark_part(&leased.lease, 1, PartState::Waiting, 1).await.expect("marked");
    let parts = parts_of(&store, &leased).await;
    assert_eq!(parts, [part(0, "one", PartState::Posted, 0), part(1, "two", PartState::Waiting, 1)]);
}

async fn an_unknown_part_is_refused(engine: &dyn Engine) {
    let store = engine.serve().await;
    let leased = posting(&store, &["one"]).await;
    let marked = store.queue.mark_part(&leased.lease, 1, PartState::Posted, 0).await;
    assert!(matches!(marked, Err(QueueError::LeaseLost(_))), "{marked:?}");
    let split = store.queue.split_part(&leased.lease, 1, &["a".to_owned()]).await;
    assert!(matches!(split, Err(QueueError::LeaseLost(_))), "{split:?}");
}

async fn a_split_part_moves_the_later_ones_back(engine: &dyn Engine) {
    let store = engine.serve().await;
    let leased = posting(&store, &["one", "too long", "three", "four"]).await;
    store.queue.mark_part(&leased.lease, 0, PartState::Posted, 0).await.expect("marked");
    store.queue.mark_part(&leased.lease, 1, PartState::Waiting, 1).await.expect("marked");
    let texts = ["too", "very", "long"].map(str::to_owned);
    store.queue.split_part(&leased.lease, 1, &texts).await.expect("split");
    let parts = parts_of(&store, &leased).await;
    let waiting = |index, text| part(index, text, PartState::Waiting, 0);
    assert_eq!(parts[0], part(0, "one", PartState::Posted, 0));
    let later = [(1, "too"), (2, "very"), (3, "long"), (4, "three"), (5, "four")];
    assert_eq!(parts[1..], later.map(|(index, text)| waiting(index, text)));
}

async fn the_last_part_can_be_split(engine: &dyn Engine) {
    let store = engine.serve().await;
    let leased = posting(&store, &["long"]).await;
    store.queue.split_part(&leased.lease, 0, &["lo".to_owned(), "ng".to_owned()]).await.expect("split");
    let texts: Vec<_> = parts_of(&store, &leased).await.into_iter().map(|part| part.text).collect();
    assert_eq!(texts, ["lo", "ng"]);
}
