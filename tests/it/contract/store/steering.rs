//! Questions that people stop.

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{JobId, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::ports::queue::{Enqueued, QueueError};
use nextcloud_opencode_bot::ports::steering::Whose;

use super::{Engine, Store, answer, at, by, names, question, room};

on_every_engine![
    a_stopped_room_has_nothing_open,
    only_those_of_the_person_are_stopped,
    only_that_message_is_stopped,
    who_works_on_a_stopped_question_finds_the_lease_lost,
    a_stopped_question_makes_room_for_the_next_and_rings,
    a_stopped_question_stays_known,
    what_is_settled_is_not_stopped,
    a_question_whose_answer_is_posted_can_be_stopped,
];

async fn stop(store: &Store, token: &str, whose: Whose) -> Vec<JobId> {
    store.steering.stop(&room(token), &whose).await.expect("stopped")
}

async fn open_in(store: &Store, token: &str) -> u64 {
    store.steering.open_in(&room(token)).await.expect("read")
}

/// Three questions of two people in one room, and one elsewhere.
async fn asked(engine: &dyn Engine) -> Store {
    let store = engine.serve().await;
    for message in [1, 3] {
        store.ask("r1", message, 1).await;
    }
    store.queue.enqueue(&by("users/tomas", question("r1", 2)), at(1)).await.expect("stored");
    store.ask("r2", 4, 1).await;
    store
}

async fn a_stopped_room_has_nothing_open(engine: &dyn Engine) {
    let store = asked(engine).await;
    assert_eq!(open_in(&store, "r1").await, 3);
    assert_eq!(stop(&store, "r1", Whose::Everybody).await.len(), 3);
    assert_eq!((open_in(&store, "r1").await, open_in(&store, "r2").await), (0, 1));
    assert_eq!(names(&store.lease(Stage::Ask, 2).await), [("r2", 4)]);
}

async fn only_those_of_the_person_are_stopped(engine: &dyn Engine) {
    let store = asked(engine).await;
    assert_eq!(stop(&store, "r1", Whose::Person(ActorId::new("users/mira"))).await.len(), 2);
    assert_eq!(names(&store.lease(Stage::Ask, 2).await), [("r1", 2), ("r2", 4)]);
    assert!(stop(&store, "r1", Whose::Person(ActorId::new("users/mir"))).await.is_empty());
}

async fn only_that_message_is_stopped(engine: &dyn Engine) {
    let store = asked(engine).await;
    assert!(stop(&store, "r2", Whose::Message(MessageId(1))).await.is_empty());
    let leased = store.lease(Stage::Ask, 2).await;
    assert_eq!(stop(&store, "r1", Whose::Message(MessageId(1))).await, [leased[0].job.id]);
    assert_eq!(open_in(&store, "r1").await, 2);
}

async fn who_works_on_a_stopped_question_finds_the_lease_lost(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    stop(&store, "r1", Whose::Everybody).await;
    let saved = store.queue.save_reply(&leased.lease, &answer(&leased, &["late"])).await;
    assert!(matches!(saved, Err(QueueError::LeaseLost(_))), "{saved:?}");
    let renewed = store.queue.renew(&leased.lease, at(90)).await;
    assert!(matches!(renewed, Err(QueueError::LeaseLost(_))), "{renewed:?}");
    assert!(store.turns("r1").await.is_empty());
}

async fn a_stopped_question_makes_room_for_the_next_and_rings(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    store.ask("r1", 2, 1).await;
    store.queue.changed(Stage::Ask).await;
    store.lease_one(Stage::Ask, 1).await;
    stop(&store, "r1", Whose::Message(MessageId(1))).await;
    store.queue.changed(Stage::Ask).await;
    assert_eq!(store.lease_one(Stage::Ask, 1).await.job.question.message.0, 2);
}

async fn a_stopped_question_stays_known(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    stop(&store, "r1", Whose::Everybody).await;
    assert_eq!(store.ask("r1", 1, 2).await, Enqueued::Duplicate);
    assert!(!store.steering.again(&room("r1"), MessageId(1), at(3)).await.expect("read"), "its text is gone");
}

async fn what_is_settled_is_not_stopped(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 1, 1, Settlement::Done).await;
    assert!(stop(&store, "r1", Whose::Everybody).await.is_empty());
}

async fn a_question_whose_answer_is_posted_can_be_stopped(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["one", "two"]).await;
    let posting = store.lease_one(Stage::Post, 1).await;
    assert_eq!(stop(&store, "r1", Whose::Everybody).await, [posting.job.id]);
    assert!(store.lease(Stage::Post, 500).await.is_empty());
}
