//! Questions that people point at.

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{Failure, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::{MessageId, Place};
use nextcloud_opencode_bot::ports::queue::NewReply;
use nextcloud_opencode_bot::ports::steering::{Asked, Pointer, Progress};

use super::{Engine, Store, answer, at, by, question, room, thread};

on_every_engine![
    the_newest_of_a_place_is_found,
    how_far_it_is_is_told,
    a_question_is_found_by_its_own_number,
    an_answer_is_found_by_each_of_its_parts,
    an_answer_that_was_split_later_is_found,
    of_the_same_answers_the_newest_is_meant,
    of_the_same_answers_none_to_a_later_question_is_meant,
    the_notice_of_a_dead_letter_is_found,
    of_the_same_notices_none_of_a_later_question_is_meant,
    a_stopped_or_forgotten_question_is_not_found,
    nothing_is_found_in_another_room,
];

async fn find(store: &Store, pointer: Pointer) -> Option<Asked> {
    store.steering.find(&pointer).await.expect("read")
}

async fn newest(store: &Store, place: impl Into<Place>) -> Option<(i64, Progress)> {
    find(store, Pointer::Newest(place.into())).await.map(|found| (found.message.0, found.progress))
}

/// What is behind a message of the room `r1`.
async fn behind(store: &Store, id: i64, text: &str) -> Option<(i64, Progress)> {
    let pointer = Pointer::Message { room: room("r1"), id: MessageId(id), text: text.to_owned() };
    find(store, pointer).await.map(|found| (found.message.0, found.progress))
}

/// Answers in so many parts and settles.
async fn answered(store: &Store, message: i64, parts: &[&str]) {
    store.ask("r1", message, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, parts).await;
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::Done, 1).await;
}

async fn the_newest_of_a_place_is_found(engine: &dyn Engine) {
    let store = engine.serve().await;
    assert_eq!(newest(&store, room("r1")).await, None);
    answered(&store, 1, &["one"]).await;
    assert_eq!(newest(&store, room("r1")).await, Some((1, Progress::Answered)));
    store.bury("r1", 2, 1, Settlement::Dead(Failure::Internal)).await;
    assert_eq!(newest(&store, room("r1")).await, Some((2, Progress::Dead)));
    store.ask("r1", 3, 1).await;
    assert_eq!(newest(&store, room("r1")).await, Some((3, Progress::Open)));
    let mut in_thread = question("r1", 4);
    in_thread.place = thread("r1", 5);
    store.queue.enqueue(&by("users/tomas", in_thread), at(1)).await.expect("stored");
    assert_eq!(newest(&store, room("r1")).await, Some((3, Progress::Open)));
    let expected = Asked {
        place: thread("r1", 5),
        message: MessageId(4),
        asker: ActorId::new("users/tomas"),
        progress: Progress::Open,
    };
    assert_eq!(find(&store, Pointer::Newest(thread("r1", 5))).await, Some(expected));
}

async fn how_far_it_is_is_told(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    let seen = async || {
        [behind(&store, 7, "").await, behind(&store, 8, "one").await].map(|one| one.map(|one| one.1))
    };
    assert_eq!(seen().await, [Some(Progress::Open), None]);
    store.reply(&leased, &["one"]).await;
    assert_eq!(seen().await, [Some(Progress::Open); 2]);
    assert_eq!(newest(&store, room("r1")).await, Some((7, Progress::Open)));
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::Done, 1).await;
    assert_eq!(seen().await, [Some(Progress::Answered); 2]);
    assert_eq!(newest(&store, room("r1")).await, Some((7, Progress::Answered)));
}

async fn a_question_is_found_by_its_own_number(engine: &dyn Engine) {
    let store = engine.serve().await;
    answered(&store, 1, &["one"]).await;
    store.bury("r1", 2, 1, Settlement::Dead(Failure::Internal)).await;
    store.ask("r1", 3, 1).await;
    let expected = [Progress::Answered, Progress::Dead, Progress::Open];
    for (id, progress) in (1..).zip(expected) {
        assert_eq!(behind(&store, id, "one").await, Some((id, progress)));
    }
}

async fn an_answer_is_found_by_each_of_its_parts(engine: &dyn Engine) {
    let store = engine.serve().await;
    let long = "A long first part. ".repeat(1500);
    answered(&store, 1, &[&long, "//and a second"]).await;
    answered(&store, 2, &["another"]).await;
    for text in [long.trim(), "/and a second"] {
        assert_eq!(behind(&store, 99, text).await, Some((1, Progress::Answered)));
    }
    assert_eq!(behind(&store, 99, "A long first part.").await, None);
}

async fn an_answer_that_was_split_later_is_found(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["too long"]).await;
    let leased = store.lease_one(Stage::Post, 1).await;
    store.queue.split_part(&leased.lease, 0, &["too".to_owned(), "long".to_owned()]).await.expect("split");
    for text in ["too", "long"] {
        assert_eq!(behind(&store, 99, text).await, Some((1, Progress::Open)), "{text}");
    }
}

async fn of_the_same_answers_the_newest_is_meant(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=3 {
        answered(&store, message, &["Yes."]).await;
    }
    assert_eq!(behind(&store, 99, " Yes.\n").await, Some((3, Progress::Answered)));
}

async fn of_the_same_answers_none_to_a_later_question_is_meant(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in [10, 20, 30] {
        answered(&store, message, &["Yes."]).await;
    }
    assert_eq!(behind(&store, 25, "Yes.").await, Some((20, Progress::Answered)));
    assert_eq!(behind(&store, 9, "Yes.").await, None);
}

/// Gives up with that notice in the room.
async fn given_up(store: &Store, message: i64, notice: &str) {
    store.ask("r1", message, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    let failure = Some(Failure::ModelTimedOut);
    let reply = NewReply { failure, turn: None, ..answer(&leased, &[notice]) };
    store.queue.save_reply(&leased.lease, &reply).await.expect("saved");
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::Dead(Failure::ModelTimedOut), 1).await;
}

async fn the_notice_of_a_dead_letter_is_found(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=2 {
        given_up(&store, message, &format!("Sorry (#{message}).\n")).await;
    }
    assert_eq!(behind(&store, 99, "Sorry (#1).").await, Some((1, Progress::Dead)));
    assert_eq!(behind(&store, 99, "Sorry (#2).").await, Some((2, Progress::Dead)));
    assert_eq!(behind(&store, 99, "Sorry (#3).").await, None);
}

async fn of_the_same_notices_none_of_a_later_question_is_meant(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in [10, 20, 30] {
        given_up(&store, message, "Sorry.").await;
    }
    assert_eq!(behind(&store, 99, "Sorry.").await, Some((30, Progress::Dead)));
    assert_eq!(behind(&store, 25, "Sorry.").await, Some((20, Progress::Dead)));
    assert_eq!(behind(&store, 9, "Sorry.").await, None);
}

async fn a_stopped_or_forgotten_question_is_not_found(engine: &dyn Engine) {
    let store = engine.serve().await;
    answered(&store, 1, &["one"]).await;
    store.forget("r1").await;
    store.bury("r1", 2, 1, Settlement::Done).await;
    for id in 1..=2 {
        assert_eq!(behind(&store, id, "one").await, None);
    }
    assert_eq!(newest(&store, room("r1")).await, None);
}

async fn nothing_is_found_in_another_room(engine: &dyn Engine) {
    let store = engine.serve().await;
    answered(&store, 1, &["one"]).await;
    let pointer = Pointer::Message { room: room("r2"), id: MessageId(1), text: "one".to_owned() };
    assert_eq!(find(&store, pointer).await, None);
    assert_eq!(newest(&store, room("r2")).await, None);
}
