//! Rows that cannot be read harm themselves only.

use std::time::Duration;

use nextcloud_opencode_bot::domain::job::{Failure, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::ports::dead_letters::Selection;
use nextcloud_opencode_bot::ports::outbox::NewNotice;

use super::super::{Engine as _, at, names, question, room, turn};
use super::Engine;

/// Long enough for a signal that was given to arrive.
const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_damaged_job_is_given_up_and_the_next_of_its_room_is_leased() {
    for damage in [
        "UPDATE job SET text = NULL WHERE message = 1",
        "UPDATE job SET text = CAST(x'FF' AS TEXT) WHERE message = 1",
        "UPDATE job SET attempts = -5 WHERE message = 1",
        "UPDATE job SET reply_failure = 'nonsense' WHERE message = 1",
    ] {
        let engine = Engine::fresh();
        let store = engine.serve().await;
        store.ask("r1", 1, 1).await;
        store.ask("r1", 2, 2).await;
        store.ask("r2", 3, 3).await;
        engine.meddle(damage).await;
        assert_eq!(names(&store.lease(Stage::Ask, 4).await), [("r1", 2), ("r2", 3)], "{damage}");
        assert_eq!(store.queue.depth(at(4)).await.expect("read").dead, 1, "{damage}");
    }
}

#[tokio::test]
async fn a_job_whose_reply_is_gone_is_given_up() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    engine.meddle("DELETE FROM part").await;
    assert!(store.lease(Stage::Post, 2).await.is_empty());
    assert_eq!(store.dead_letters.list().await.expect("read").len(), 1);
}

#[tokio::test]
async fn a_damaged_dead_letter_hides_no_other_and_can_be_dropped() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    let bad = store.bury("r1", 1, 1, Settlement::Dead(Failure::Internal)).await;
    let good = store.bury("r1", 2, 1, Settlement::Dead(Failure::Internal)).await;
    engine.meddle("UPDATE job SET room = 'no token' WHERE message = 1").await;
    let listed = store.dead_letters.list().await.expect("read");
    assert_eq!(listed.iter().map(|letter| letter.job).collect::<Vec<_>>(), [good]);
    assert_eq!(store.dead_letters.erase(Selection::One(bad)).await.expect("dropped"), 1);
}

#[tokio::test]
async fn a_damaged_question_or_notice_hides_no_other() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    for (token, message) in [("r1", 1), ("r2", 2)] {
        store.ask(token, message, 1).await;
        let notice = NewNotice { place: room(token).into(), reply_to: None, text: "hello".to_owned() };
        store.outbox.add(&notice, at(1)).await.expect("stored");
    }
    engine.meddle("UPDATE job SET room = 'no token' WHERE message = 1").await;
    engine.meddle("UPDATE notice SET text = CAST(x'FF' AS TEXT) WHERE room = 'r1'").await;
    assert_eq!(store.signs.thinking(9).await.expect("read"), [(room("r2"), MessageId(2))]);
    assert_eq!(store.waits.waiting(at(1), at(1), 9).await.expect("read").len(), 1);
    assert_eq!(store.outbox.due(at(1), 9).await.expect("read").len(), 1);
    engine.meddle("UPDATE job SET sign = NULL").await;
    assert_eq!(store.signs.wrong(at(1), 9).await.expect("read").len(), 1);
}

#[tokio::test]
async fn a_damaged_turn_is_left_out_and_the_others_are_remembered() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    for message in 1..=3 {
        store.converse(&question("r1", message), message).await;
    }
    engine.meddle("UPDATE turn SET answer = CAST(x'FF' AS TEXT) WHERE message = 2").await;
    assert_eq!(store.turns("r1").await, [turn(1), turn(3)]);
}

#[tokio::test]
async fn a_damaged_notice_is_given_up_and_the_next_of_its_room_is_said() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    for text in ["damaged", "whole"] {
        let notice = NewNotice { place: room("r1").into(), reply_to: None, text: text.to_owned() };
        store.outbox.add(&notice, at(1)).await.expect("stored");
    }
    engine.meddle("UPDATE notice SET text = CAST(x'FF' AS TEXT) WHERE text = 'damaged'").await;
    store.outbox.noticed().await;
    assert!(store.outbox.due(at(1), 9).await.expect("read").is_empty());
    tokio::time::timeout(SOON, store.outbox.noticed()).await.expect("there is another one");
    let due = store.outbox.due(at(1), 9).await.expect("read");
    assert_eq!(due.iter().map(|notice| notice.notice.text.as_str()).collect::<Vec<_>>(), ["whole"]);
}

#[tokio::test]
async fn a_follow_up_that_cannot_be_read_stays_behind() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    for message in 1..=4 {
        store.ask("r1", message, 1).await;
    }
    engine.meddle("UPDATE job SET text = NULL WHERE message = 3").await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    assert_eq!(leased.job.follow_ups.len(), 1);
}
