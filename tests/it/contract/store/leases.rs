//! A lease is exclusive, ends by itself, and every write names it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::domain::job::{Lease, PartState, Settlement, Stage};
use nextcloud_opencode_bot::ports::queue::{JobQueue, Leased, QueueError};
use tokio::task::JoinSet;

use super::{Engine, LEASE, Store, answer, at};

on_every_engine![
    of_many_at_once_each_head_goes_to_one,
    an_expired_lease_frees_the_job_for_another,
    an_expired_lease_that_nobody_took_is_still_held,
    a_renewed_lease_lasts_longer,
    every_write_with_a_lost_lease_is_refused,
    every_write_with_an_ended_lease_is_refused,
    a_reply_is_stored_once,
];

async fn of_many_at_once_each_head_goes_to_one(engine: &dyn Engine) {
    let store = engine.serve().await;
    for room in 0..20 {
        store.ask(&format!("r{room}"), 1, 1).await;
    }
    let mut callers = JoinSet::new();
    for _ in 0..16 {
        let queue = Arc::clone(&store.queue);
        callers.spawn(async move { queue.lease(Stage::Ask, 3, at(2), at(2) + LEASE).await.expect("leased") });
    }
    let leased: Vec<Leased> = callers.join_all().await.into_iter().flatten().collect();
    let jobs: HashSet<_> = leased.iter().map(|one| one.job.id).collect();
    assert_eq!((leased.len(), jobs.len()), (20, 20));
}

async fn an_expired_lease_frees_the_job_for_another(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let first = store.lease_one(Stage::Ask, 2).await;
    let end = at(2) + LEASE;
    let held = store.queue.lease(Stage::Ask, 9, end, end + LEASE).await.expect("leased");
    assert!(held.is_empty(), "held to its last moment");
    let after = end + Duration::from_millis(1);
    let second = store.queue.lease(Stage::Ask, 9, after, after + LEASE).await.expect("leased");
    assert_eq!(second[0].job.attempts, 2);
    assert_ne!(first.lease.token, second[0].lease.token);
}

async fn an_expired_lease_that_nobody_took_is_still_held(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.queue.renew(&leased.lease, at(500)).await.expect("still held long after its end");
    store.reply(&leased, &["answer"]).await;
}

async fn a_renewed_lease_lasts_longer(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.queue.renew(&leased.lease, at(500)).await.expect("renewed");
    assert!(store.lease(Stage::Ask, 500).await.is_empty());
    assert_eq!(store.lease(Stage::Ask, 501).await.len(), 1);
}

async fn every_write_with_a_lost_lease_is_refused(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    let lost = store.lease_one(Stage::Post, 2).await;
    let holder = store.lease_one(Stage::Post, 200).await;
    assert_all_refused(&store, &lost).await;
    let made_up = Leased { lease: Lease { job: lost.job.id, token: String::new() }, job: lost.job };
    assert_all_refused(&store, &made_up).await;
    let again = store.lease_one(Stage::Post, 300).await;
    assert_eq!(again.job.reply, holder.job.reply);
}

async fn every_write_with_an_ended_lease_is_refused(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let ended = store.lease_one(Stage::Ask, 2).await;
    store.settle(&ended, Settlement::HandBack, 3).await;
    assert_all_refused(&store, &ended).await;
    assert_eq!(store.lease_one(Stage::Ask, 3).await.job.question, ended.job.question);
}

async fn assert_all_refused(store: &Store, leased: &Leased) {
    let (queue, lease): (&dyn JobQueue, _) = (&*store.queue, &leased.lease);
    let results = [
        queue.renew(lease, at(900)).await,
        queue.save_reply(lease, &answer(leased, &["no"])).await,
        queue.mark_part(lease, 0, PartState::Posted, 1).await,
        queue.split_part(lease, 0, &["n".to_owned(), "o".to_owned()]).await,
        queue.settle(lease, Settlement::Done, at(3)).await,
        queue.settle(lease, Settlement::HandBack, at(3)).await,
        queue.settle(lease, Settlement::RetryAt { at: at(900), trouble_since: None }, at(3)).await,
    ];
    for (nth, result) in results.into_iter().enumerate() {
        assert!(matches!(result, Err(QueueError::LeaseLost(job)) if job == lease.job), "{nth}: {result:?}");
    }
}

async fn a_reply_is_stored_once(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 2).await;
    store.reply(&leased, &["first"]).await;
    let again = store.queue.save_reply(&leased.lease, &answer(&leased, &["second"])).await;
    assert!(matches!(again, Err(QueueError::LeaseLost(_))), "{again:?}");
    let reply = store.lease_one(Stage::Post, 2).await.job.reply.expect("stored");
    assert_eq!(reply.parts[0].text, "first");
}
