//! The memory of rooms.

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::conversation::{Conversation, ConversationId, Turn};
use nextcloud_opencode_bot::domain::job::{Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::ports::queue::{NewReply, NewTurn};

use super::{Engine, Store, answer, new_turn, room, turn};

on_every_engine![
    turns_come_oldest_first,
    turns_before_the_window_are_erased_with_the_commit_that_moves_it,
    a_window_never_moves_back,
    a_turn_before_the_window_is_not_kept,
    a_window_after_its_newest_turn_keeps_nothing,
    a_window_stays_over_a_restart,
    turns_keep_the_order_of_their_messages,
    a_turn_without_speaker_has_none,
    a_window_with_a_start_is_trimmed_until_all_is_forgotten,
    a_forgotten_turn_begins_an_epoch_and_leaves_the_others,
    an_unknown_turn_cannot_be_forgotten,
    a_room_without_a_past_is_in_its_first_epoch,
    forgetting_a_room_begins_an_epoch_and_leaves_the_others,
    an_answer_made_of_what_was_forgotten_is_posted_but_not_remembered,
    own_actors_are_remembered_once,
    another_bot_has_its_own_memory,
];

/// Answers that message.
async fn converse(store: &Store, token: &str, message: i64) {
    remember(store, token, new_turn(message)).await;
}

/// Answers the message of that turn.
async fn remember(store: &Store, token: &str, new: NewTurn) {
    store.ask(token, new.turn.message.0, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    let reply = NewReply { turn: Some(new), ..answer(&leased, &["answer"]) };
    store.queue.save_reply(&leased.lease, &reply).await.expect("saved");
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::Done, 1).await;
}

/// A turn that moves the window.
fn moving(message: i64, window_start: i64) -> NewTurn {
    NewTurn { window_start: Some(MessageId(window_start)), ..new_turn(message) }
}

async fn turns_come_oldest_first(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=30 {
        converse(&store, "r1", message).await;
    }
    assert_eq!(store.turns("r1").await, (1..=30).map(turn).collect::<Vec<_>>());
    assert!(store.turns("r2").await.is_empty());
}

async fn turns_before_the_window_are_erased_with_the_commit_that_moves_it(engine: &dyn Engine) {
    let store = engine.serve().await;
    converse(&store, "r2", 1).await;
    for message in 1..=4 {
        converse(&store, "r1", message).await;
    }
    remember(&store, "r1", moving(5, 4)).await;
    assert_eq!(store.turns("r1").await, [turn(4), turn(5)]);
    assert_eq!(store.turns("r2").await, [turn(1)]);
}

async fn a_window_never_moves_back(engine: &dyn Engine) {
    let store = engine.serve().await;
    converse(&store, "r1", 10).await;
    remember(&store, "r1", moving(20, 15)).await;
    remember(&store, "r1", moving(12, 1)).await;
    assert_eq!(store.turns("r1").await, [turn(20)]);
}

async fn a_turn_before_the_window_is_not_kept(engine: &dyn Engine) {
    let store = engine.serve().await;
    remember(&store, "r1", moving(20, 20)).await;
    converse(&store, "r1", 10).await;
    converse(&store, "r1", 21).await;
    assert_eq!(store.turns("r1").await, [turn(20), turn(21)]);
}

async fn a_window_after_its_newest_turn_keeps_nothing(engine: &dyn Engine) {
    let store = engine.serve().await;
    converse(&store, "r1", 1).await;
    remember(&store, "r1", moving(2, 3)).await;
    assert!(store.turns("r1").await.is_empty());
    converse(&store, "r1", 3).await;
    assert_eq!(store.turns("r1").await, [turn(3)]);
}

async fn a_window_stays_over_a_restart(engine: &dyn Engine) {
    let store = engine.serve().await;
    remember(&store, "r1", moving(20, 20)).await;
    store.forget("r2").await;
    store.close().await;
    let store = engine.serve().await;
    converse(&store, "r1", 10).await;
    assert_eq!(store.turns("r1").await, [turn(20)]);
    assert_eq!(store.conversation("r2").await.id.epoch, 1);
}

async fn turns_keep_the_order_of_their_messages(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in [20, 10, 30] {
        converse(&store, "r1", message).await;
    }
    assert_eq!(store.turns("r1").await, [turn(10), turn(20), turn(30)]);
}

async fn a_turn_without_speaker_has_none(engine: &dyn Engine) {
    let store = engine.serve().await;
    let nameless = Turn { speaker: None, ..turn(7) };
    remember(&store, "r1", NewTurn { turn: nameless.clone(), ..new_turn(7) }).await;
    assert_eq!(store.turns("r1").await, [nameless]);
}

async fn a_window_with_a_start_is_trimmed_until_all_is_forgotten(engine: &dyn Engine) {
    let store = engine.serve().await;
    converse(&store, "r1", 1).await;
    assert!(!store.conversation("r1").await.trimmed);
    remember(&store, "r1", moving(2, 2)).await;
    assert!(store.conversation("r1").await.trimmed);
    store.forget("r1").await;
    assert!(!store.conversation("r1").await.trimmed);
    remember(&store, "r1", NewTurn { epoch: 1, ..new_turn(3) }).await;
    assert!(!store.conversation("r1").await.trimmed);
}

async fn a_forgotten_turn_begins_an_epoch_and_leaves_the_others(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=3 {
        converse(&store, "r1", message).await;
    }
    converse(&store, "r2", 2).await;
    assert!(store.conversations.forget_turn(&room("r1"), MessageId(2)).await.expect("forgotten"));
    assert_eq!(store.turns("r1").await, [turn(1), turn(3)]);
    assert_eq!(store.turns("r2").await, [turn(2)]);
    let epochs = (store.conversation("r1").await.id.epoch, store.conversation("r2").await.id.epoch);
    assert_eq!(epochs, (1, 0));
}

async fn an_unknown_turn_cannot_be_forgotten(engine: &dyn Engine) {
    let store = engine.serve().await;
    converse(&store, "r1", 1).await;
    for (token, message) in [("r1", 2), ("r2", 1)] {
        assert!(!store.conversations.forget_turn(&room(token), MessageId(message)).await.expect("read"));
    }
    assert_eq!(store.conversation("r1").await.id.epoch, 0);
}

async fn a_room_without_a_past_is_in_its_first_epoch(engine: &dyn Engine) {
    let store = engine.serve().await;
    let id = ConversationId { place: room("r1").into(), epoch: 0 };
    let mut expected = Conversation { id, turns: Vec::new(), trimmed: false };
    assert_eq!(store.conversation("r1").await, expected);
    converse(&store, "r1", 1).await;
    expected.turns.push(turn(1));
    assert_eq!(store.conversation("r1").await, expected);
}

async fn forgetting_a_room_begins_an_epoch_and_leaves_the_others(engine: &dyn Engine) {
    let store = engine.serve().await;
    converse(&store, "r1", 1).await;
    converse(&store, "r2", 2).await;
    store.forget("r1").await;
    assert!(store.turns("r1").await.is_empty());
    assert_eq!(store.turns("r2").await, [turn(2)]);
    store.forget("r1").await;
    let epochs = (store.conversation("r1").await.id.epoch, store.conversation("r2").await.id.epoch);
    assert_eq!(epochs, (2, 0));
    remember(&store, "r1", NewTurn { epoch: 2, ..new_turn(3) }).await;
    assert_eq!(store.turns("r1").await, [turn(3)]);
}

async fn an_answer_made_of_what_was_forgotten_is_posted_but_not_remembered(engine: &dyn Engine) {
    let store = engine.serve().await;
    converse(&store, "r1", 1).await;
    store.ask("r1", 2, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.forget("r1").await;
    store.reply(&leased, &["an answer"]).await;
    assert_eq!(store.lease_one(Stage::Post, 1).await.job.reply.expect("stored").parts.len(), 1);
    assert!(store.turns("r1").await.is_empty());
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
    assert!(other.turns("r1").await.is_empty());
    assert!(other.conversations.own_actors().await.expect("read").is_empty());
    other.forget("r1").await;
    assert_eq!(store.turns("r1").await, [turn(1)]);
    assert_eq!(store.conversation("r1").await.id.epoch, 0);
}
