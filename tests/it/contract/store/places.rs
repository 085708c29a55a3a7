//! A room's threads remember apart, and stand in one line.

use nextcloud_opencode_bot::domain::conversation::Conversation;
use nextcloud_opencode_bot::domain::job::{Question, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::{MessageId, Place};
use nextcloud_opencode_bot::ports::queue::{NewReply, NewTurn};

use super::{Engine, Store, answer, new_turn, question, room, thread, turn};

on_every_engine![
    a_question_comes_back_with_its_thread,
    a_place_sees_its_own_turns_only,
    forgetting_a_place_leaves_the_others,
    a_window_moves_in_its_place_only,
    a_turn_is_forgotten_in_whatever_thread_it_stands,
    order_is_kept_over_all_threads_of_a_room,
];

fn in_thread(number: i64, message: i64) -> Question {
    Question { place: thread("r1", number), ..question("r1", message) }
}

async fn memory(store: &Store, place: impl Into<Place>) -> Conversation {
    store.conversations.recent(&place.into()).await.expect("read")
}

/// A turn in the room, and one in each of two threads.
async fn three_places(engine: &dyn Engine) -> Store {
    let store = engine.serve().await;
    store.converse(&question("r1", 1), 1).await;
    store.converse(&in_thread(5, 2), 1).await;
    store.converse(&in_thread(6, 3), 1).await;
    store
}

async fn a_question_comes_back_with_its_thread(engine: &dyn Engine) {
    let store = engine.serve().await;
    let question = in_thread(5, 7);
    store.queue.enqueue(&question, super::at(1)).await.expect("stored");
    let leased = store.lease_one(Stage::Ask, 1).await;
    assert_eq!(leased.job.question, question);
    store.reply(&leased, &["answer"]).await;
    assert_eq!(store.lease_one(Stage::Post, 1).await.job.question, question);
}

async fn a_place_sees_its_own_turns_only(engine: &dyn Engine) {
    let store = three_places(engine).await;
    assert_eq!(memory(&store, room("r1")).await.turns, [turn(1)]);
    let of_thread = memory(&store, thread("r1", 5)).await;
    assert_eq!((of_thread.id.place, of_thread.turns), (thread("r1", 5), vec![turn(2)]));
    assert!(memory(&store, thread("r1", 7)).await.turns.is_empty());
    assert!(memory(&store, thread("r2", 5)).await.turns.is_empty());
}

async fn forgetting_a_place_leaves_the_others(engine: &dyn Engine) {
    let store = three_places(engine).await;
    store.conversations.forget(&thread("r1", 5)).await.expect("forgotten");
    let of_thread = memory(&store, thread("r1", 5)).await;
    assert_eq!((of_thread.id.epoch, of_thread.turns.len()), (1, 0));
    for place in [room("r1").into(), thread("r1", 6)] {
        let other = memory(&store, place).await;
        assert_eq!((other.id.epoch, other.turns.len()), (0, 1));
    }
}

async fn a_window_moves_in_its_place_only(engine: &dyn Engine) {
    let store = three_places(engine).await;
    store.queue.enqueue(&in_thread(6, 9), super::at(1)).await.expect("stored");
    let leased = store.lease_one(Stage::Ask, 1).await;
    let turn = Some(NewTurn { window_start: Some(MessageId(9)), ..new_turn(9) });
    store
        .queue
        .save_reply(&leased.lease, &NewReply { turn, ..answer(&leased, &["a"]) })
        .await
        .expect("saved");
    let trimmed = memory(&store, thread("r1", 6)).await;
    assert_eq!((trimmed.turns, trimmed.trimmed), (vec![super::turn(9)], true));
    for place in [room("r1").into(), thread("r1", 5)] {
        let other = memory(&store, place).await;
        assert_eq!((other.turns.len(), other.trimmed), (1, false));
    }
}

async fn a_turn_is_forgotten_in_whatever_thread_it_stands(engine: &dyn Engine) {
    let store = three_places(engine).await;
    assert!(store.conversations.forget_turn(&room("r1"), MessageId(3)).await.expect("forgotten"));
    let of_thread = memory(&store, thread("r1", 6)).await;
    assert_eq!((of_thread.id.epoch, of_thread.turns.len()), (1, 0));
    assert_eq!(memory(&store, room("r1")).await.id.epoch, 0);
}

async fn order_is_kept_over_all_threads_of_a_room(engine: &dyn Engine) {
    let store = engine.serve().await;
    for question in [in_thread(5, 2), question("r1", 1), in_thread(6, 3)] {
        store.queue.enqueue(&question, super::at(1)).await.expect("stored");
    }
    for message in 1..=3 {
        let leased = store.lease_one(Stage::Ask, 1).await;
        assert_eq!(leased.job.question.message.0, message);
        store.settle(&leased, Settlement::Done, 1).await;
    }
}
