//! What may not be sent to for a while.

use nextcloud_opencode_bot::domain::job::{PauseScope, Settlement, Stage};
use nextcloud_opencode_bot::ports::outbox::{NewNotice, NoticeEnd};

use super::{Engine, Store, at, room};

on_every_engine![
    a_room_pause_holds_both_stages_of_that_room,
    a_server_pause_holds_posts_only,
    a_later_pause_replaces_an_earlier_one,
    depth_names_the_pauses_that_last,
    the_end_of_a_pause_is_a_due_time_for_what_it_holds,
    a_room_that_is_resumed_has_everything_due_and_rings,
    a_room_that_is_not_paused_is_not_hurried,
];

async fn pause(store: &Store, scope: PauseScope, until: i64) {
    store.queue.pause(&scope, at(until)).await.expect("paused");
}

fn in_room(token: &str) -> PauseScope {
    PauseScope::Room(room(token))
}

/// One room that needs the model and one that needs Talk.
async fn both_stages(engine: &dyn Engine) -> Store {
    let store = engine.serve().await;
    store.ask("post", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    store.ask("ask", 1, 1).await;
    store
}

async fn a_room_pause_holds_both_stages_of_that_room(engine: &dyn Engine) {
    let store = both_stages(engine).await;
    pause(&store, in_room("post"), 10).await;
    assert!(store.lease(Stage::Post, 9).await.is_empty());
    assert_eq!(store.lease(Stage::Ask, 9).await.len(), 1);
    assert_eq!(store.lease(Stage::Post, 10).await.len(), 1);

    store.ask("next", 1, 1).await;
    pause(&store, in_room("next"), 20).await;
    assert!(store.lease(Stage::Ask, 19).await.is_empty());
    assert_eq!(store.lease(Stage::Ask, 20).await.len(), 1);
}

async fn a_server_pause_holds_posts_only(engine: &dyn Engine) {
    let store = both_stages(engine).await;
    pause(&store, PauseScope::Server, 10).await;
    assert!(store.lease(Stage::Post, 9).await.is_empty());
    assert_eq!(store.lease(Stage::Ask, 9).await.len(), 1);
    assert_eq!(store.lease(Stage::Post, 10).await.len(), 1);
}

async fn a_later_pause_replaces_an_earlier_one(engine: &dyn Engine) {
    let store = both_stages(engine).await;
    pause(&store, PauseScope::Server, 100).await;
    pause(&store, PauseScope::Server, 5).await;
    assert_eq!(store.lease(Stage::Post, 5).await.len(), 1);
}

async fn depth_names_the_pauses_that_last(engine: &dyn Engine) {
    let store = engine.serve().await;
    pause(&store, in_room("r1"), 10).await;
    pause(&store, PauseScope::Server, 20).await;
    let mut pauses = store.queue.depth(at(9)).await.expect("read").pauses;
    pauses.sort_by_key(|(_, until)| *until);
    assert_eq!(pauses, [(in_room("r1"), at(10)), (PauseScope::Server, at(20))]);
    assert_eq!(store.queue.depth(at(10)).await.expect("read").pauses, [(PauseScope::Server, at(20))]);
    assert!(store.queue.depth(at(20)).await.expect("read").pauses.is_empty());
}

async fn the_end_of_a_pause_is_a_due_time_for_what_it_holds(engine: &dyn Engine) {
    let store = both_stages(engine).await;
    pause(&store, in_room("empty"), 4).await;
    assert_eq!(store.queue.next_due(at(2)).await.expect("read"), None);
    pause(&store, in_room("ask"), 30).await;
    assert_eq!(store.queue.next_due(at(2)).await.expect("read"), Some(at(30)));
    pause(&store, PauseScope::Server, 10).await;
    assert_eq!(store.queue.next_due(at(2)).await.expect("read"), Some(at(10)));
    pause(&store, in_room("post"), 50).await;
    assert_eq!(store.queue.next_due(at(2)).await.expect("read"), Some(at(30)));
}

/// A room whose answer and whose notice were put off until second 1000.
async fn put_off(engine: &dyn Engine) -> Store {
    let store = both_stages(engine).await;
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::RetryAt { at: at(1000), trouble_since: None }, 1).await;
    let notice = NewNotice { place: room("post").into(), reply_to: None, text: "hello".to_owned() };
    store.outbox.add(&notice, at(1)).await.expect("stored");
    let due = store.outbox.due(at(1), 9).await.expect("read");
    store.outbox.end(due[0].id, NoticeEnd::RetryAt(at(1000))).await.expect("put off");
    store
}

async fn due_at(store: &Store, second: i64) -> (usize, usize) {
    let notices = store.outbox.due(at(second), 9).await.expect("read").len();
    (store.lease(Stage::Post, second).await.len(), notices)
}

async fn a_room_that_is_resumed_has_everything_due_and_rings(engine: &dyn Engine) {
    let store = put_off(engine).await;
    pause(&store, in_room("post"), 1000).await;
    pause(&store, in_room("ask"), 1000).await;
    store.queue.changed(Stage::Ask).await;
    store.outbox.noticed().await;
    store.queue.resume(&room("post"), at(5)).await.expect("resumed");
    store.queue.changed(Stage::Ask).await;
    store.outbox.noticed().await;
    assert_eq!(due_at(&store, 5).await, (1, 1));
    assert!(store.lease(Stage::Ask, 5).await.is_empty(), "another room stays paused");
}

async fn a_room_that_is_not_paused_is_not_hurried(engine: &dyn Engine) {
    let store = put_off(engine).await;
    store.queue.resume(&room("post"), at(5)).await.expect("nothing to do");
    assert_eq!(due_at(&store, 5).await, (0, 0));
}
