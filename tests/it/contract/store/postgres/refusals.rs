//! What several services have refused, and what they send while that is in doubt: counted over all.

use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::sql::SqlStore;
use nextcloud_opencode_bot::domain::job::{PauseScope, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::RoomToken;
use nextcloud_opencode_bot::ports::neighbours::{Neighbours, News};
use nextcloud_opencode_bot::ports::queue::{JobQueue, Leased, NewReply};

use super::super::{LEASE, at, room};
use super::Engine;
use super::replicas::{ask, lease, serve, soon};
use crate::support::postgres::Cluster;
use crate::support::until;

/// So many services that may post five at once together.
async fn services(engine: &Engine, count: usize) -> Vec<Arc<SqlStore>> {
    let stores = futures_util::future::join_all((0..count).map(|_| serve(engine))).await;
    for store in &stores {
        store.share(Stage::Post, 5);
    }
    stores
}

/// Answers in so many rooms are whole.
async fn answers(store: &SqlStore, rooms: i64) {
    for message in 1..=rooms {
        ask(store, &format!("r{message}"), message).await;
    }
    for asked in lease(store, Stage::Ask, at(2)).await {
        let reply = NewReply { failure: None, parts: vec!["yes".into()], turn: None, joined: Vec::new() };
        store.save_reply(&asked.lease, &reply).await.expect("held");
    }
}

async fn to_post(store: &SqlStore, limit: usize, seconds: i64) -> Vec<Leased> {
    store.lease(Stage::Post, limit, at(seconds), at(seconds) + LEASE).await.expect("leased")
}

async fn refuse(store: &SqlStore, name: &str, seconds: i64) {
    store.pause(&PauseScope::Room(room(name)), at(seconds)).await.expect("stored");
}

async fn refusing(store: &SqlStore, seconds: i64) -> Vec<RoomToken> {
    store.refusals(at(seconds)).await.expect("read").refusing
}

#[tokio::test]
async fn all_together_post_no_more_at_once_than_one() {
    let Some(engine) = Engine::fresh().await else { return };
    let stores = services(&engine, 4).await;
    answers(&stores[0], 12).await;
    let mut leased = Vec::new();
    for store in &stores {
        leased.push(to_post(store, 2, 3).await);
    }
    assert_eq!(leased.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1, 0]);
    stores[0].settle(&leased[0][0].lease, Settlement::Done, at(4)).await.expect("held");
    assert_eq!(to_post(&stores[3], 5, 4).await.len(), 1);
}

/// Its own limit is enough: what it has posted, and not yet recorded, is on its way no more.
#[tokio::test]
async fn one_alone_is_not_held_up_by_what_it_has_leased() {
    let Some(engine) = Engine::fresh().await else { return };
    let stores = services(&engine, 1).await;
    answers(&stores[0], 12).await;
    assert_eq!((to_post(&stores[0], 5, 3).await.len(), to_post(&stores[0], 5, 3).await.len()), (5, 5));
}

#[tokio::test]
async fn each_room_that_refuses_leaves_one_post_less_but_never_none() {
    let Some(engine) = Engine::fresh().await else { return };
    let stores = services(&engine, 2).await;
    answers(&stores[0], 12).await;
    refuse(&stores[0], "x1", 1800).await;
    refuse(&stores[1], "x2", 1800).await;
    let first = to_post(&stores[0], 5, 3).await;
    assert_eq!((first.len(), to_post(&stores[1], 5, 3).await.len()), (3, 0));
    for name in ["x3", "x4", "x5", "x6"] {
        refuse(&stores[0], name, 1800).await;
    }
    for leased in first {
        stores[0].settle(&leased.lease, Settlement::Done, at(4)).await.expect("held");
    }
    assert_eq!(to_post(&stores[1], 5, 4).await.len(), 1);
}

#[tokio::test]
async fn rooms_that_refuse_are_counted_over_all_until_their_process_is_taken() {
    let Some(engine) = Engine::fresh().await else { return };
    let stores = services(&engine, 3).await;
    for (store, name) in stores.iter().zip(["a", "b", "c"]) {
        refuse(store, name, 1800).await;
    }
    stores[0].pause(&PauseScope::Server, at(900)).await.expect("stored");
    assert_eq!(refusing(&stores[2], 1).await, ["a", "b", "c"].map(room));
    stores[0].taken().await.expect("stored");
    assert_eq!(refusing(&stores[1], 1).await, ["b", "c"].map(room));
    let pauses = stores[1].refusals(at(1)).await.expect("read").pauses;
    assert_eq!((pauses.len(), &pauses[0]), (4, &(PauseScope::Server, at(900))));
    assert!(refusing(&stores[1], 1800).await.is_empty(), "after its pause a room counts no more");
}

#[tokio::test]
async fn a_room_counts_for_who_was_refused_there_last_and_not_when_it_was_enabled() {
    let Some(engine) = Engine::fresh().await else { return };
    let stores = services(&engine, 2).await;
    refuse(&stores[0], "a", 100).await;
    refuse(&stores[1], "a", 200).await;
    stores[0].taken().await.expect("stored");
    assert_eq!(refusing(&stores[0], 1).await, [room("a")]);
    stores[0].resume(&room("a"), at(2)).await.expect("stored");
    assert!(stores[1].refusals(at(3)).await.expect("read").pauses.is_empty());
}

#[tokio::test]
async fn others_are_told_of_a_refusal_and_of_its_end() {
    let Some(engine) = Engine::fresh().await else { return };
    let stores = services(&engine, 2).await;
    refuse(&stores[0], "a", 1800).await;
    soon(async { while stores[1].news().await != News::Refusals {} }).await;
    stores[0].resume(&room("a"), at(2)).await.expect("stored");
    soon(async { while stores[1].news().await != News::Refusals {} }).await;
}

#[tokio::test]
async fn one_goes_alone_of_all() {
    let Some(engine) = Engine::fresh().await else { return };
    let stores = services(&engine, 2).await;
    let inside = stores[0].alone().await.expect("reached");
    let mut next = std::pin::pin!(stores[1].alone());
    // Longer than the server lets anybody wait for a lock.
    assert!(tokio::time::timeout(Duration::from_millis(1500), next.as_mut()).await.is_err());
    drop(inside);
    soon(next).await.expect("reached");
}

/// Who gave up waiting, or died inside, keeps nobody out.
#[tokio::test]
async fn who_is_cut_off_leaves() {
    let Some(cluster) = Cluster::start().await else { return };
    let engine = Engine { url: cluster.fresh().await };
    let stores = services(&engine, 2).await;
    let _inside = stores[0].alone().await.expect("reached");
    assert!(tokio::time::timeout(Duration::from_millis(200), stores[1].alone()).await.is_err());
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE query LIKE '%pg_advisory_lock($1)%' AND pid <> pg_backend_pid()";
    cluster.meddle(end).await;
    until("somebody else passes", async || {
        tokio::time::timeout(Duration::from_secs(1), stores[1].alone()).await.is_ok_and(|alone| alone.is_ok())
    })
    .await;
}
