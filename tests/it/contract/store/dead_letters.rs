//! Questions that were given up.

use nextcloud_opencode_bot::domain::job::{Failure, JobId, PartState, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::ports::dead_letters::{DeadLetter, Selection};
use nextcloud_opencode_bot::ports::queue::{Enqueued, NewReply};

use super::{BOT, Engine, Store, at, question, room, turn};

on_every_engine![
    they_are_listed_the_oldest_first,
    a_retried_one_is_asked_as_if_asked_now,
    a_retried_one_with_an_answer_is_posted,
    a_retried_one_with_a_notice_is_asked_again,
    retrying_one_leaves_the_others,
    a_dropped_one_is_gone_but_still_known,
    dropping_one_leaves_the_others,
    only_dead_ones_are_touched,
    they_are_seen_and_retried_beside_the_service,
    a_retried_one_waits_for_nobodys_clock,
];

const DEAD: Settlement = Settlement::Dead(Failure::ModelRefused);

async fn list(store: &Store) -> Vec<DeadLetter> {
    store.dead_letters.list().await.expect("read")
}

async fn retry(store: &Store, which: Selection, second: i64) -> u64 {
    store.dead_letters.retry(which, at(second)).await.expect("opened")
}

async fn they_are_listed_the_oldest_first(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r2", 9, 1).await;
    let slow = store.lease_one(Stage::Ask, 2).await;
    let first = store.bury("r1", 7, 3, DEAD).await;
    store.settle(&slow, Settlement::Dead(Failure::TalkUncertain), 5).await;
    let expected = DeadLetter {
        job: first,
        room: room("r1"),
        message: MessageId(7),
        failure: Failure::ModelRefused,
        asked_at: at(3),
        died_at: at(3),
        attempts: 1,
    };
    let second = DeadLetter {
        job: slow.job.id,
        room: room("r2"),
        message: MessageId(9),
        failure: Failure::TalkUncertain,
        asked_at: at(1),
        died_at: at(5),
        attempts: 1,
    };
    assert_eq!(list(&store).await, [expected, second]);
}

async fn a_retried_one_is_asked_as_if_asked_now(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.settle(&leased, Settlement::RetryAt { at: at(2), trouble_since: Some(at(1)) }, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.settle(&leased, DEAD, 3).await;
    assert_eq!(retry(&store, Selection::All, 100).await, 1);
    assert!(list(&store).await.is_empty());
    let job = store.lease_one(Stage::Ask, 100).await.job;
    assert_eq!((job.id, job.question), (leased.job.id, question("r1", 7)));
    assert_eq!((job.asked_at, job.trouble_since, job.attempts), (at(100), None, 1));
}

async fn a_retried_one_with_an_answer_is_posted(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["one", "two"]).await;
    let leased = store.lease_one(Stage::Post, 1).await;
    store.queue.mark_part(&leased.lease, 0, PartState::Posted, 1).await.expect("marked");
    store.queue.mark_part(&leased.lease, 1, PartState::Waiting, 1).await.expect("marked");
    store.settle(&leased, Settlement::Dead(Failure::TalkUncertain), 2).await;
    assert_eq!(store.turns("r1").await, [turn(7)]);
    assert_eq!(retry(&store, Selection::One(leased.job.id), 3).await, 1);
    assert!(store.lease(Stage::Ask, 3).await.is_empty());
    let parts = store.lease_one(Stage::Post, 3).await.job.reply.expect("kept").parts;
    let states: Vec<_> = parts.iter().map(|part| (part.text.as_str(), part.state, part.uncertain)).collect();
    assert_eq!(states, [("one", PartState::Posted, 0), ("two", PartState::Waiting, 0)]);
}

async fn a_retried_one_with_a_notice_is_asked_again(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    let notice = NewReply {
        failure: Some(Failure::ModelTimedOut),
        parts: vec!["sorry".to_owned()],
        turn: None,
        joined: Vec::new(),
    };
    store.queue.save_reply(&leased.lease, &notice).await.expect("saved");
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::Dead(Failure::TalkUnauthorized), 2).await;
    assert_eq!(retry(&store, Selection::All, 3).await, 1);
    assert!(store.lease(Stage::Post, 3).await.is_empty());
    let again = store.lease_one(Stage::Ask, 3).await;
    assert_eq!(again.job.reply, None);
    store.reply(&again, &["an answer"]).await;
    let reply = store.lease_one(Stage::Post, 3).await.job.reply.expect("stored");
    assert_eq!((reply.failure, reply.parts.len()), (None, 1));
}

async fn retrying_one_leaves_the_others(engine: &dyn Engine) {
    let store = engine.serve().await;
    let first = store.bury("r1", 7, 1, DEAD).await;
    let second = store.bury("r1", 8, 2, DEAD).await;
    assert_eq!(retry(&store, Selection::One(second), 3).await, 1);
    assert_eq!(list(&store).await.iter().map(|letter| letter.job).collect::<Vec<_>>(), [first]);
    assert_eq!(store.lease_one(Stage::Ask, 3).await.job.id, second);
}

async fn a_dropped_one_is_gone_but_still_known(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 7, 1, DEAD).await;
    store.bury("r1", 8, 1, DEAD).await;
    assert_eq!(store.dead_letters.erase(Selection::All).await.expect("dropped"), 2);
    assert!(list(&store).await.is_empty());
    assert_eq!(retry(&store, Selection::All, 2).await, 0);
    assert_eq!(store.ask("r1", 7, 3).await, Enqueued::Duplicate);
    assert!(store.lease(Stage::Ask, 3).await.is_empty());
}

async fn dropping_one_leaves_the_others(engine: &dyn Engine) {
    let store = engine.serve().await;
    let first = store.bury("r1", 7, 1, DEAD).await;
    let second = store.bury("r1", 8, 2, DEAD).await;
    assert_eq!(store.dead_letters.erase(Selection::One(first)).await.expect("dropped"), 1);
    assert_eq!(list(&store).await.iter().map(|letter| letter.job).collect::<Vec<_>>(), [second]);
}

async fn only_dead_ones_are_touched(engine: &dyn Engine) {
    let store = engine.serve().await;
    let done = store.bury("r1", 6, 1, Settlement::Done).await;
    store.ask("r1", 7, 1).await;
    let open = store.lease_one(Stage::Ask, 1).await;
    for job in [done, open.job.id, JobId(999)] {
        assert_eq!(retry(&store, Selection::One(job), 2).await, 0);
        assert_eq!(store.dead_letters.erase(Selection::One(job)).await.expect("dropped"), 0);
    }
    store.queue.renew(&open.lease, at(9)).await.expect("still leased");
}

async fn they_are_seen_and_retried_beside_the_service(engine: &dyn Engine) {
    let store = engine.serve().await;
    let job = store.bury("r1", 7, 1, DEAD).await;
    let command = engine.beside(BOT).await;
    assert_eq!(list(&command).await.len(), 1);
    assert_eq!(retry(&command, Selection::One(job), 2).await, 1);
    command.close().await;
    assert_eq!(store.lease_one(Stage::Ask, 2).await.job.id, job);
    assert!(list(&engine.beside("other").await).await.is_empty());
}

/// The command's clock may be ahead of the service's, which does not follow when it is set.
async fn a_retried_one_waits_for_nobodys_clock(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 7, 1, DEAD).await;
    assert_eq!(retry(&store, Selection::All, 30_000).await, 1);
    store.lease_one(Stage::Ask, 2).await;
}
