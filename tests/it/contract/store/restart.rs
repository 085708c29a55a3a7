//! What a process leaves is what the next one finds.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{Failure, PartState, PauseScope, Settlement, Stage};
use nextcloud_opencode_bot::ports::clock::Clock;
use nextcloud_opencode_bot::ports::outbox::NewNotice;
use nextcloud_opencode_bot::ports::queue::{Enqueued, QueueError};

use super::{BOT, Engine, at, question, room, turn};

on_every_engine![
    everything_is_there_after_a_restart,
    leases_are_free_after_a_restart,
    a_command_frees_no_leases,
    a_closed_store_answers_that_it_is_not_available,
    what_a_clock_far_ahead_has_put_off_is_due_after_a_restart,
    what_a_clock_a_little_ahead_has_put_off_is_due_after_a_restart,
];

async fn everything_is_there_after_a_restart(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("done", 1, 1, Settlement::Done).await;
    store.bury("dead", 1, 1, Settlement::Dead(Failure::Internal)).await;
    store.ask("post", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["one", "two"]).await;
    let leased = store.lease_one(Stage::Post, 1).await;
    store.queue.mark_part(&leased.lease, 0, PartState::Posted, 0).await.expect("marked");
    store.settle(&leased, Settlement::HandBack, 1).await;
    store.ask("ask", 1, 2).await;
    store.conversations.add_own_actor(&ActorId::new("bots/bot-1")).await.expect("stored");
    store.queue.pause(&PauseScope::Room(room("ask")), at(9)).await.expect("paused");
    store.close().await;

    let store = engine.serve().await;
    assert_eq!(store.ask("done", 1, 3).await, Enqueued::Duplicate);
    assert_eq!(store.dead_letters.list().await.expect("read").len(), 1);
    let reply = store.lease_one(Stage::Post, 3).await.job.reply.expect("stored");
    assert_eq!(
        reply.parts.iter().map(|part| part.state).collect::<Vec<_>>(),
        [PartState::Posted, PartState::Waiting]
    );
    assert!(store.lease(Stage::Ask, 8).await.is_empty(), "the pause lasts");
    assert_eq!(store.lease_one(Stage::Ask, 9).await.job.question, question("ask", 1));
    assert_eq!(store.turns("post").await, [turn(1)]);
    let actors = store.conversations.own_actors().await.expect("read");
    assert_eq!(actors, [ActorId::new("bots/bot-1")]);
}

async fn leases_are_free_after_a_restart(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let before = store.lease_one(Stage::Ask, 1).await;
    store.close().await;
    let store = engine.serve().await;
    let after = store.lease_one(Stage::Ask, 1).await;
    assert_eq!(after.job.attempts, 2);
    let late = store.queue.renew(&before.lease, at(9)).await;
    assert!(matches!(late, Err(QueueError::LeaseLost(_))), "{late:?}");
}

async fn a_command_frees_no_leases(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    engine.beside(BOT).await.close().await;
    store.queue.renew(&leased.lease, at(9)).await.expect("still held");
}

async fn a_closed_store_answers_that_it_is_not_available(engine: &dyn Engine) {
    let store = engine.serve().await;
    let queue = store.queue.clone();
    store.close().await;
    let enqueued = queue.enqueue(&question("r1", 7), at(1)).await;
    assert!(matches!(enqueued, Err(QueueError::Unavailable(_))), "{enqueued:?}");
    let depth = queue.depth(at(1)).await;
    assert!(matches!(depth, Err(QueueError::Unavailable(_))), "{depth:?}");
}

async fn what_a_clock_far_ahead_has_put_off_is_due_after_a_restart(engine: &dyn Engine) {
    put_off_by(engine, Duration::from_hours(400 * 24)).await;
}

async fn what_a_clock_a_little_ahead_has_put_off_is_due_after_a_restart(engine: &dyn Engine) {
    put_off_by(engine, Duration::from_mins(5)).await;
}

async fn put_off_by(engine: &dyn Engine, lead: Duration) {
    let now = SystemClock.now();
    let wrong = now + lead;
    let store = engine.serve().await;
    store.queue.enqueue(&question("r1", 7), wrong).await.expect("stored");
    if lead > Duration::from_hours(24) {
        let scope = PauseScope::Room(room("r1"));
        store.queue.pause(&scope, wrong + Duration::from_mins(30)).await.expect("paused");
    }
    let notice = NewNotice { place: room("r2").into(), reply_to: None, text: "a word".to_owned() };
    store.outbox.add(&notice, wrong).await.expect("stored");
    store.close().await;

    let store = engine.serve().await;
    let soon = now + Duration::from_mins(1);
    let leased = store.queue.lease(Stage::Ask, 1, soon, soon).await.expect("leased");
    assert_eq!(leased.len(), 1, "the question");
    assert_eq!(store.outbox.due(soon, 1).await.expect("read").len(), 1, "the notice");
}
