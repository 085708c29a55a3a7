//! What is erased of rooms and of people, and that a room is welcomed once.

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{Failure, JobId, PauseScope, Question, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::Place;
use nextcloud_opencode_bot::ports::outbox::NewNotice;
use nextcloud_opencode_bot::ports::queue::{Depth, Enqueued, QueueError};

use super::{Engine, Store, at, by, names, question, room, thread, turn};

on_every_engine![
    a_cleared_room_begins_anew_in_all_its_threads,
    an_answer_made_before_a_room_was_cleared_is_not_remembered,
    an_erased_room_keeps_nothing_but_identities,
    an_erased_room_leaves_no_sign_to_take_off,
    other_rooms_are_not_erased,
    an_erased_person_has_no_questions_left,
    an_erased_person_is_missing_in_conversations,
    another_person_is_not_erased,
    what_is_behind_an_erased_question_goes_on,
    a_room_is_welcomed_once,
    a_room_that_was_erased_stays_welcomed,
];

fn mira() -> ActorId {
    ActorId::new("users/mira")
}

async fn erase_room(store: &Store, token: &str) -> Vec<JobId> {
    store.upkeep.erase_room(&room(token)).await.expect("erased")
}

async fn erase(store: &Store, person: &ActorId) -> Vec<JobId> {
    store.upkeep.erase_person(person).await.expect("erased")
}

async fn epoch(store: &Store, place: impl Into<Place>) -> (u64, usize) {
    let memory = store.conversations.recent(&place.into()).await.expect("read");
    (memory.id.epoch, memory.turns.len())
}

fn in_thread(message: i64) -> Question {
    Question { place: thread("r1", 5), ..question("r1", message) }
}

async fn a_cleared_room_begins_anew_in_all_its_threads(engine: &dyn Engine) {
    let store = engine.serve().await;
    for asked in [question("r1", 1), in_thread(2), question("r2", 3)] {
        store.converse(&asked, 1).await;
    }
    store.upkeep.clear_room(&room("r1")).await.expect("cleared");
    assert_eq!(epoch(&store, room("r1")).await, (1, 0));
    assert_eq!(epoch(&store, thread("r1", 5)).await, (1, 0));
    assert_eq!(epoch(&store, room("r2")).await, (0, 1));
}

async fn an_answer_made_before_a_room_was_cleared_is_not_remembered(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.queue.enqueue(&in_thread(1), at(1)).await.expect("stored");
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.upkeep.clear_room(&room("r1")).await.expect("cleared");
    store.reply(&leased, &["answer"]).await;
    assert_eq!(epoch(&store, thread("r1", 5)).await, (1, 0));
    store.lease_one(Stage::Post, 1).await;
}

/// A room with something of everything: answered, given up, posted, asked, a notice, a pause.
async fn full_room(store: &Store) {
    store.converse(&in_thread(1), 1).await;
    store.bury("r1", 2, 1, Settlement::Dead(Failure::Internal)).await;
    store.ask("r1", 3, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    store.ask("r1", 4, 1).await;
    let notice = NewNotice { place: room("r1").into(), reply_to: None, text: "hello".to_owned() };
    store.outbox.add(&notice, at(1)).await.expect("stored");
    store.queue.pause(&PauseScope::Room(room("r1")), at(900)).await.expect("paused");
}

async fn an_erased_room_keeps_nothing_but_identities(engine: &dyn Engine) {
    let store = engine.serve().await;
    full_room(&store).await;
    assert_eq!(erase_room(&store, "r1").await.len(), 2);
    assert_eq!(epoch(&store, thread("r1", 5)).await, (1, 0));
    assert_eq!(epoch(&store, room("r1")).await, (1, 0));
    assert_eq!(store.queue.depth(at(2)).await.expect("read"), Depth::default());
    assert!(store.outbox.due(at(999), 9).await.expect("read").is_empty());
    for message in 1..=4 {
        assert_eq!(store.ask("r1", message, 2).await, Enqueued::Duplicate);
    }
    assert_eq!(store.ask("r1", 5, 2).await, Enqueued::New);
    store.lease_one(Stage::Ask, 2).await;
}

async fn an_erased_room_leaves_no_sign_to_take_off(engine: &dyn Engine) {
    let store = engine.serve().await;
    full_room(&store).await;
    store.bury("r2", 1, 1, Settlement::Done).await;
    erase_room(&store, "r1").await;
    let wrong = store.signs.wrong(at(999), 9).await.expect("read");
    assert_eq!(wrong.iter().map(|one| one.room.as_str()).collect::<Vec<_>>(), ["r2"]);
    assert!(store.signs.thinking(9).await.expect("read").is_empty());
}

async fn other_rooms_are_not_erased(engine: &dyn Engine) {
    let store = engine.serve().await;
    full_room(&store).await;
    store.queue.pause(&PauseScope::Server, at(50)).await.expect("paused");
    assert!(erase_room(&store, "r2").await.is_empty());
    let depth = store.queue.depth(at(2)).await.expect("read");
    assert_eq!((depth.open, depth.dead, depth.pauses.len()), (2, 1, 2));
    assert_eq!(epoch(&store, thread("r1", 5)).await, (0, 1));
    assert_eq!(store.outbox.due(at(999), 9).await.expect("read").len(), 1);
}

async fn an_erased_person_has_no_questions_left(engine: &dyn Engine) {
    let store = engine.serve().await;
    full_room(&store).await;
    store.ask("r2", 5, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    assert_eq!(erase(&store, &mira()).await.len(), 3);
    let depth = store.queue.depth(at(2)).await.expect("read");
    assert_eq!((depth.open, depth.dead), (0, 0));
    let renewed = store.queue.renew(&leased.lease, at(90)).await;
    assert!(matches!(renewed, Err(QueueError::LeaseLost(_))), "{renewed:?}");
    assert_eq!(store.ask("r2", 5, 2).await, Enqueued::Duplicate);
    assert_eq!(store.signs.wrong(at(999), 9).await.expect("read").len(), 5, "they are taken off");
}

async fn an_erased_person_is_missing_in_conversations(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in [1, 3] {
        store.converse(&question("r1", message), 1).await;
    }
    store.converse(&by("users/tomas", question("r1", 2)), 1).await;
    store.converse(&by("users/tomas", question("r2", 2)), 1).await;
    store.converse(&in_thread(4), 1).await;
    assert!(erase(&store, &mira()).await.is_empty());
    assert_eq!(store.turns("r1").await, [turn(2)]);
    assert_eq!(epoch(&store, room("r1")).await, (1, 1));
    assert_eq!(epoch(&store, thread("r1", 5)).await, (1, 0));
    assert_eq!(epoch(&store, room("r2")).await, (0, 1));
}

async fn another_person_is_not_erased(engine: &dyn Engine) {
    let store = engine.serve().await;
    full_room(&store).await;
    for person in ["users/mir", "users/miraa", "guests/mira", "users/Mira"] {
        assert!(erase(&store, &ActorId::new(person)).await.is_empty(), "{person}");
    }
    let depth = store.queue.depth(at(2)).await.expect("read");
    assert_eq!((depth.open, depth.dead), (2, 1));
    assert_eq!(epoch(&store, thread("r1", 5)).await, (0, 1));
}

async fn what_is_behind_an_erased_question_goes_on(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    store.queue.enqueue(&by("users/tomas", question("r1", 2)), at(1)).await.expect("stored");
    store.lease_one(Stage::Ask, 1).await;
    store.queue.changed(Stage::Ask).await;
    erase(&store, &mira()).await;
    store.queue.changed(Stage::Ask).await;
    assert_eq!(names(&store.lease(Stage::Ask, 2).await), [("r1", 2)]);
}

async fn a_room_is_welcomed_once(engine: &dyn Engine) {
    let store = engine.serve().await;
    let welcome = async |token| store.upkeep.welcome(&room(token)).await.expect("stored");
    assert_eq!([welcome("r1").await, welcome("r1").await, welcome("r2").await], [true, false, true]);
    let other = engine.beside("other").await;
    assert!(other.upkeep.welcome(&room("r1")).await.expect("stored"));
}

async fn a_room_that_was_erased_stays_welcomed(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.upkeep.welcome(&room("r1")).await.expect("stored");
    erase_room(&store, "r1").await;
    store.close().await;
    let store = engine.serve().await;
    assert!(!store.upkeep.welcome(&room("r1")).await.expect("stored"));
}
