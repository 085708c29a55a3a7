//! Several services on one database.

use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::Stopwatch;
use nextcloud_opencode_bot::adapters::sql::SqlStore;
use nextcloud_opencode_bot::application::outbox::DRAIN;
use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{Settlement, Stage};
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::conversations::ConversationStore;
use nextcloud_opencode_bot::ports::neighbours::{Neighbours, News};
use nextcloud_opencode_bot::ports::queue::{JobQueue, Leased, QueueError};
use nextcloud_opencode_bot::ports::steering::{Steering, Whose};
use nextcloud_opencode_bot::ports::upkeep::Upkeep;
use sqlx::{AssertSqlSafe, Connection};

use super::super::{LEASE, at, question, room};
use super::{Engine, connect};
use crate::support::postgres::Cluster;
use crate::support::until;

/// Long enough for what takes some looks of a second each.
const SOON: Duration = Duration::from_secs(30);

pub(super) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, what).await.expect("it comes")
}

pub(super) async fn serve(engine: &Engine) -> Arc<SqlStore> {
    engine.try_serve().await.expect("opened")
}

pub(super) async fn ask(store: &SqlStore, room: &str, message: i64) {
    store.enqueue(&question(room, message), at(1)).await.expect("stored");
}

pub(super) async fn lease(store: &SqlStore, stage: Stage, now: Timestamp) -> Vec<Leased> {
    store.lease(stage, 1000, now, now + LEASE).await.expect("leased")
}

#[tokio::test]
async fn what_one_has_leased_no_other_gets_until_it_is_done() {
    let Some(engine) = Engine::fresh().await else { return };
    let (one, other) = (serve(&engine).await, serve(&engine).await);
    ask(&one, "r1", 1).await;
    ask(&other, "r1", 2).await;
    ask(&other, "r2", 3).await;
    let first = lease(&one, Stage::Ask, at(2)).await;
    assert_eq!(first.len(), 2);
    assert!(lease(&other, Stage::Ask, at(2)).await.is_empty());
    one.settle(&first[0].lease, Settlement::Done, at(3)).await.expect("held");
    let next = lease(&other, Stage::Ask, at(3)).await;
    assert_eq!(next.iter().map(|leased| leased.job.question.message.0).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn many_that_lease_at_once_get_each_room_once() {
    let Some(engine) = Engine::fresh().await else { return };
    let stores = futures_util::future::join_all((0..4).map(|_| serve(&engine))).await;
    for message in 1..=40 {
        ask(&stores[0], &format!("r{}", message % 10), message).await;
    }
    let calls = stores.iter().map(|store| store.lease(Stage::Ask, 4, at(2), at(2) + LEASE));
    let leased = futures_util::future::join_all(calls).await;
    let mut rooms: Vec<String> = leased
        .into_iter()
        .flat_map(|leased| leased.expect("leased"))
        .map(|leased| leased.job.question.place.room.as_str().to_owned())
        .collect();
    rooms.sort();
    let all = rooms.len();
    rooms.dedup();
    assert_eq!((rooms.len(), all), (10, 10));
}

#[tokio::test]
async fn all_together_ask_no_more_than_the_model_can_answer() {
    let Some(engine) = Engine::fresh().await else { return };
    let (one, other) = (serve(&engine).await, serve(&engine).await);
    for store in [&one, &other] {
        store.share(Stage::Ask, 3);
    }
    for message in 1..=9 {
        ask(&one, &format!("r{message}"), message).await;
    }
    let first = one.lease(Stage::Ask, 2, at(2), at(2) + LEASE).await.expect("leased");
    let second = other.lease(Stage::Ask, 2, at(2), at(2) + LEASE).await.expect("leased");
    assert_eq!((first.len(), second.len()), (2, 1));
    assert!(lease(&other, Stage::Ask, at(2)).await.is_empty());
    one.settle(&first[0].lease, Settlement::Done, at(3)).await.expect("held");
    assert_eq!(lease(&other, Stage::Ask, at(3)).await.len(), 1);
}

#[tokio::test]
async fn the_duty_is_one_process_and_goes_to_another_when_that_leaves() {
    let Some(engine) = Engine::fresh().await else { return };
    let one = serve(&engine).await;
    soon(one.on_duty()).await;
    let other = serve(&engine).await;
    assert!(tokio::time::timeout(Duration::from_millis(10), other.on_duty()).await.is_err());
    one.close().await;
    soon(one.off_duty()).await;
    let rest = Stopwatch::start();
    soon(other.on_duty()).await;
    assert!(rest.elapsed() > DRAIN, "what the first had under way may still arrive: {:?}", rest.elapsed());
}

#[tokio::test]
async fn what_a_closed_service_has_leased_is_free_at_once_for_the_next_one() {
    let Some(engine) = Engine::fresh().await else { return };
    let one = serve(&engine).await;
    ask(&one, "r1", 1).await;
    assert_eq!(lease(&one, Stage::Ask, at(2)).await.len(), 1);
    one.close().await;
    let next = serve(&engine).await;
    assert_eq!(lease(&next, Stage::Ask, at(2)).await.len(), 1);
}

/// What a service held that died: its connections end, and nobody says good-bye.
async fn held_by_the_dead(engine: Engine) -> Vec<Leased> {
    let live_and_die = move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let held = runtime.block_on(async {
            let dying = serve(&engine).await;
            ask(&dying, "r1", 1).await;
            lease(&dying, Stage::Ask, at(2)).await
        });
        runtime.shutdown_background();
        held
    };
    tokio::task::spawn_blocking(live_and_die).await.expect("it lived")
}

#[tokio::test]
async fn what_a_dead_service_has_leased_is_taken_over_by_who_runs() {
    let Some(engine) = Engine::fresh().await else { return };
    let living = serve(&engine).await;
    soon(living.on_duty()).await;
    let held = held_by_the_dead(engine).await;
    soon(async {
        while lease(&living, Stage::Ask, at(2)).await.is_empty() {
            living.changed(Stage::Ask).await;
        }
    })
    .await;
    let lost = living.settle(&held[0].lease, Settlement::Done, at(3)).await;
    assert!(matches!(lost, Err(QueueError::LeaseLost(_))), "{lost:?}");
}

#[tokio::test]
async fn a_service_that_leases_nothing_new_keeps_what_it_has() {
    let Some(engine) = Engine::fresh().await else { return };
    let (one, other) = (serve(&engine).await, serve(&engine).await);
    ask(&other, "r1", 1).await;
    let held = lease(&other, Stage::Ask, at(2)).await;
    soon(one.on_duty()).await;
    // A third one looks at its start, the first one each second.
    let third = serve(&engine).await;
    assert!(lease(&third, Stage::Ask, at(2)).await.is_empty());
    other.renew(&held[0].lease, at(90)).await.expect("held");
}

/// After a restart of the server, or a cut, others may find back a little later than it starts.
#[tokio::test]
async fn a_start_takes_nothing_from_a_service_that_finds_back() {
    let Some(cluster) = Cluster::start().await else { return };
    let engine = Engine { url: cluster.fresh().await };
    let cut_off = serve(&engine).await;
    soon(cut_off.on_duty()).await;
    ask(&cut_off, "r1", 1).await;
    assert_eq!(lease(&cut_off, Stage::Ask, at(2)).await.len(), 1);
    let mut back = connect(&engine.url).await;
    let locks: Vec<(i64, i32)> = sqlx::query_as(LOCKS).fetch_all(&mut back).await.expect("read");
    cut_off.close().await;
    let calls: Vec<String> = locks.iter().map(|(key, _)| format!("pg_advisory_lock({key})")).collect();
    let take = format!("SELECT {}", calls.join(", "));
    let find_back = async {
        until("the start has looked once", async || cluster.number(LOOKED).await > 0).await;
        sqlx::raw_sql(AssertSqlSafe(take)).execute(&mut back).await.expect("taken");
    };
    let (next, ()) = tokio::join!(serve(&engine), find_back);
    assert!(lease(&next, Stage::Ask, at(2)).await.is_empty());
}

/// Connections that looked for somebody's life and hold nothing.
const LOOKED: &str = "SELECT COUNT(*) FROM pg_stat_activity
    WHERE state = 'idle' AND query LIKE 'SELECT pg_try_advisory_xact_lock%'";

/// A connection that was cut may live on for the server, and hold the lock, when the next one is made already.
#[tokio::test]
async fn a_service_that_could_not_take_its_lock_again_takes_it_as_soon_as_it_is_free() {
    let Some(cluster) = Cluster::start().await else { return };
    let engine = Engine { url: cluster.fresh().await };
    let service = serve(&engine).await;
    soon(service.on_duty()).await;
    let mut before = connect(&engine.url).await;
    let locks: Vec<(i64, i32)> = sqlx::query_as(LOCKS).fetch_all(&mut before).await.expect("read");
    let calls: Vec<String> = locks.iter().map(|(key, _)| format!("pg_advisory_lock({key})")).collect();
    let take = format!("SELECT {}", calls.join(", "));
    let cut = format!("SELECT pg_terminate_backend({})", locks[0].1);
    let (taken, ()) =
        tokio::join!(sqlx::raw_sql(AssertSqlSafe(take)).execute(&mut before), cluster.meddle(&cut));
    taken.expect("taken");
    // It is told so when it is connected again.
    soon(service.news()).await;
    before.close().await.expect("closed");
    until("it holds all of its locks again", async || {
        let mut looker = connect(&engine.url).await;
        let held: Vec<(i64, i32)> = sqlx::query_as(LOCKS).fetch_all(&mut looker).await.expect("read");
        held.len() == locks.len()
    })
    .await;
}

/// Who holds which.
const LOCKS: &str = "SELECT DISTINCT (classid::bigint << 32) | objid::bigint, pid FROM pg_locks
    WHERE locktype = 'advisory' AND granted";

#[tokio::test]
async fn others_are_told_what_ended_what_was_learned_and_what_changed() {
    let Some(engine) = Engine::fresh().await else { return };
    let (one, other) = (serve(&engine).await, serve(&engine).await);
    ask(&one, "r1", 1).await;
    assert_eq!(soon(other.news()).await, News::Signs);
    lease(&other, Stage::Ask, at(2)).await;
    one.stop(&room("r1"), &Whose::Everybody).await.expect("stopped");
    soon(async { while other.news().await != News::Ended {} }).await;
    one.add_own_actor(&ActorId::new("bots/bot-1f")).await.expect("stored");
    soon(async { while other.news().await != News::OwnActors {} }).await;
}

#[tokio::test]
async fn others_are_told_of_a_room_and_of_a_person_that_were_erased() {
    let Some(engine) = Engine::fresh().await else { return };
    let (one, other) = (serve(&engine).await, serve(&engine).await);
    for message in [1, 2] {
        ask(&one, "r1", message).await;
        let held = lease(&other, Stage::Ask, at(2)).await.remove(0);
        if message == 1 {
            one.erase_room(&room("r1")).await.expect("erased");
        } else {
            one.erase_person(&held.job.question.asker.id).await.expect("erased");
        }
        soon(async { while other.news().await != News::Ended {} }).await;
        let lost = other.renew(&held.lease, at(90)).await;
        assert!(matches!(lost, Err(QueueError::LeaseLost(_))), "{lost:?}");
    }
}
