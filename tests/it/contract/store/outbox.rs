//! What the bot says besides answers.

use std::future::Future;

use nextcloud_opencode_bot::domain::job::PauseScope;
use nextcloud_opencode_bot::domain::message::{MessageId, Place};
use nextcloud_opencode_bot::ports::outbox::{NewNotice, Notice, NoticeEnd, NoticeId};

use super::{BOT, Engine, Store, at, room, thread};

on_every_engine![
    a_notice_comes_back_as_it_was_stored,
    the_oldest_of_each_room_is_due,
    one_that_is_put_off_holds_the_later_ones_of_its_room,
    one_that_is_gone_stays_gone,
    a_pause_holds_notices_back,
    the_next_one_is_due_when_nothing_holds_it_back,
    a_stored_notice_rings,
    a_notice_is_there_after_a_restart,
    another_bot_has_its_own_outbox,
];

fn notice(place: impl Into<Place>, text: &str) -> NewNotice {
    NewNotice { place: place.into(), reply_to: None, text: text.to_owned() }
}

async fn add(store: &Store, token: &str, text: &str, second: i64) {
    store.outbox.add(&notice(room(token), text), at(second)).await.expect("stored");
}

async fn due(store: &Store, second: i64) -> Vec<Notice> {
    store.outbox.due(at(second), 100).await.expect("read")
}

async fn texts(store: &Store, second: i64) -> Vec<String> {
    due(store, second).await.into_iter().map(|one| one.notice.text).collect()
}

async fn end(store: &Store, notice: &Notice, end: NoticeEnd) {
    store.outbox.end(notice.id, end).await.expect("ended");
}

async fn a_notice_comes_back_as_it_was_stored(engine: &dyn Engine) {
    let store = engine.serve().await;
    let plain = notice(room("r1"), "Hello\u{1}'; 🦀");
    let reply = NewNotice { reply_to: Some(MessageId(7)), ..notice(thread("r2", 5), "In a thread") };
    for (second, new) in (1..).zip([&plain, &reply]) {
        store.outbox.add(new, at(second)).await.expect("stored");
    }
    let due = due(&store, 2).await;
    assert_eq!(due.iter().map(|one| one.notice.clone()).collect::<Vec<_>>(), [plain, reply]);
    assert_eq!(due.iter().map(|one| one.since).collect::<Vec<_>>(), [at(1), at(2)]);
}

async fn the_oldest_of_each_room_is_due(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (token, text) in [("r2", "a"), ("r1", "b"), ("r2", "c"), ("r1", "d")] {
        add(&store, token, text, 1).await;
    }
    assert_eq!(texts(&store, 1).await, ["a", "b"]);
    assert_eq!(store.outbox.due(at(1), 1).await.expect("read").len(), 1);
    end(&store, &due(&store, 1).await[0], NoticeEnd::Gone).await;
    assert_eq!(texts(&store, 0).await, ["b", "c"], "due at once, whatever the clock says");
}

async fn one_that_is_put_off_holds_the_later_ones_of_its_room(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (token, text) in [("r1", "a"), ("r1", "b"), ("r2", "c")] {
        add(&store, token, text, 1).await;
    }
    end(&store, &due(&store, 1).await[0], NoticeEnd::RetryAt(at(10))).await;
    assert_eq!(texts(&store, 9).await, ["c"]);
    assert_eq!(texts(&store, 10).await, ["a", "c"]);
}

async fn one_that_is_gone_stays_gone(engine: &dyn Engine) {
    let store = engine.serve().await;
    add(&store, "r1", "a", 1).await;
    let first = due(&store, 1).await.remove(0);
    end(&store, &first, NoticeEnd::Gone).await;
    end(&store, &first, NoticeEnd::RetryAt(at(1))).await;
    end(&store, &first, NoticeEnd::Gone).await;
    assert!(due(&store, 9).await.is_empty());
    add(&store, "r1", "b", 1).await;
    assert_ne!(due(&store, 1).await[0].id, first.id);
    store.outbox.end(NoticeId(99), NoticeEnd::Gone).await.expect("nothing to end");
}

async fn a_pause_holds_notices_back(engine: &dyn Engine) {
    let store = engine.serve().await;
    add(&store, "r1", "a", 1).await;
    add(&store, "r2", "b", 1).await;
    store.queue.pause(&PauseScope::Room(room("r1")), at(10)).await.expect("paused");
    assert_eq!(texts(&store, 9).await, ["b"]);
    store.queue.pause(&PauseScope::Server, at(20)).await.expect("paused");
    assert!(texts(&store, 19).await.is_empty());
    assert_eq!(texts(&store, 20).await, ["a", "b"]);
}

async fn the_next_one_is_due_when_nothing_holds_it_back(engine: &dyn Engine) {
    let store = engine.serve().await;
    let next = async |second| store.outbox.next_notice(at(second)).await.expect("read");
    assert_eq!(next(1).await, None);
    add(&store, "r1", "a", 1).await;
    add(&store, "r1", "b", 1).await;
    assert_eq!(next(1).await, None, "due now");
    end(&store, &due(&store, 1).await[0], NoticeEnd::RetryAt(at(10))).await;
    assert_eq!(next(1).await, Some(at(10)));
    store.queue.pause(&PauseScope::Room(room("r1")), at(30)).await.expect("paused");
    assert_eq!(next(1).await, Some(at(30)));
    add(&store, "r2", "c", 1).await;
    store.queue.pause(&PauseScope::Server, at(20)).await.expect("paused");
    assert_eq!(next(1).await, Some(at(20)));
    assert_eq!(next(20).await, Some(at(30)));
    assert_eq!(next(30).await, None);
}

async fn a_stored_notice_rings(engine: &dyn Engine) {
    let store = engine.serve().await;
    add(&store, "r1", "a", 1).await;
    store.outbox.noticed().await;
    tokio::join!(store.outbox.noticed(), add(&store, "r1", "b", 1));
    store.ask("r1", 7, 1).await;
    let mut noticed = std::pin::pin!(store.outbox.noticed());
    let first = std::future::poll_fn(|context| std::task::Poll::Ready(noticed.as_mut().poll(context))).await;
    assert!(first.is_pending(), "a question is no notice");
}

async fn a_notice_is_there_after_a_restart(engine: &dyn Engine) {
    let store = engine.serve().await;
    add(&store, "r1", "a", 1).await;
    store.close().await;
    assert_eq!(texts(&engine.serve().await, 1).await, ["a"]);
}

async fn another_bot_has_its_own_outbox(engine: &dyn Engine) {
    let store = engine.serve().await;
    let other = engine.beside("other").await;
    add(&store, "r1", "a", 1).await;
    assert!(due(&other, 1).await.is_empty());
    end(&other, &due(&store, 1).await[0], NoticeEnd::Gone).await;
    assert_eq!(texts(&engine.beside(BOT).await, 1).await, ["a"]);
}
