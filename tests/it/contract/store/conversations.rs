//! The memory of rooms.

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::conversation::Turn;
use nextcloud_opencode_bot::domain::job::{Settlement, Stage};

use super::{Engine, Store, TURNS_KEPT, answer, room, turn};

on_every_engine![
    the_newest_turns_come_oldest_first,
    turns_beyond_the_kept_ones_are_erased,
    turns_keep_the_order_of_their_messages,
    a_turn_without_speaker_has_none,
    forgetting_a_room_leaves_the_others,
    own_actors_are_remembered_once,
    another_bot_has_its_own_memory,
];

/// Answers that message.
async fn converse(store: &Store, token: &str, message: i64) {
    store.ask(token, message, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::Done, 1).await;
}

async fn recent(store: &Store, token: &str, limit: usize) -> Vec<Turn> {
    store.conversations.recent(&room(token), limit).await.expect("read")
}

async fn the_newest_turns_come_oldest_first(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=3 {
        converse(&store, "r1", message).await;
    }
    assert_eq!(recent(&store, "r1", 2).await, [turn(2), turn(3)]);
    assert!(recent(&store, "r1", 0).await.is_empty());
    assert!(recent(&store, "r2", 9).await.is_empty());
}

async fn turns_beyond_the_kept_ones_are_erased(engine: &dyn Engine) {
    let store = engine.serve().await;
    converse(&store, "r2", 1).await;
    for message in 1..=5 {
        converse(&store, "r1", message).await;
    }
    let turns = recent(&store, "r1", 99).await;
    assert_eq!((turns.len(), &turns[..]), (TURNS_KEPT, &[turn(3), turn(4), turn(5)][..]));
    assert_eq!(recent(&store, "r2", 99).await, [turn(1)]);
}

async fn turns_keep_the_order_of_their_messages(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in [20, 10, 30] {
        converse(&store, "r1", message).await;
    }
    assert_eq!(recent(&store, "r1", 99).await, [turn(10), turn(20), turn(30)]);
}

async fn a_turn_without_speaker_has_none(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    let mut reply = answer(&leased, &["answer"]);
    let nameless = Turn { speaker: None, ..turn(7) };
    reply.turn = Some(nameless.clone());
    store.queue.save_reply(&leased.lease, &reply).await.expect("saved");
    assert_eq!(recent(&store, "r1", 9).await, [nameless]);
}

async fn forgetting_a_room_leaves_the_others(engine: &dyn Engine) {
    let store = engine.serve().await;
    converse(&store, "r1", 1).await;
    converse(&store, "r2", 2).await;
    store.conversations.forget(&room("r1")).await.expect("forgotten");
    assert!(recent(&store, "r1", 9).await.is_empty());
    assert_eq!(recent(&store, "r2", 9).await, [turn(2)]);
}

async fn own_actors_are_remembered_once(engine: &dyn Engine) {
    let store = engine.serve().await;
    let (one, two) = (ActorId::new("bots/bot-1"), ActorId::new("bots/bot-2"));
    for actor in [&two, &one, &two] {
        store.conversations.add_own_actor(actor).await.expect("stored");
    }
    let mut actors = store.conversations.own_actors().await.expect("read");
    actors.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    assert_eq!(actors, [one, two]);
}

async fn another_bot_has_its_own_memory(engine: &dyn Engine) {
    let store = engine.serve().await;
    let other = engine.beside("other").await;
    converse(&store, "r1", 1).await;
    store.conversations.add_own_actor(&ActorId::new("bots/bot-1")).await.expect("stored");
    assert!(recent(&other, "r1", 9).await.is_empty());
    assert!(other.conversations.own_actors().await.expect("read").is_empty());
    other.conversations.forget(&room("r1")).await.expect("forgotten");
    assert_eq!(recent(&store, "r1", 9).await, [turn(1)]);
}
