//! How much the engine reads for what is done all the time, as its own statistics count it: what is settled long ago
//! costs nothing.

use nextcloud_opencode_bot::domain::job::{PartState, Settlement, Stage};
use nextcloud_opencode_bot::domain::sign::Sign;
use nextcloud_opencode_bot::ports::steering::Whose;
use nextcloud_opencode_bot::ports::upkeep::Sweep;
use sqlx::{Connection, Row};

use super::super::{Engine as _, Store, at, question, room};
use super::Engine;
use crate::support::postgres::{Cluster, connect};
use crate::support::until;

/// Settled questions, far more than are open.
const SETTLED: i64 = 20_000;

/// Questions that wait, ten in each room, and dead letters.
const OPEN: i64 = 100;

/// After so many uses of a statement the engine plans for any values.
const USES: i64 = 8;

/// Rows that one use may read. What is open may be looked at; what is settled may not.
const FEW: i64 = 10 * OPEN;

async fn fill(url: &str) {
    let mut engine = connect(url).await;
    let fill = format!(
        "INSERT INTO job (bot, room, message, state, asked_at, due_at, line_at, one_to_one)
            SELECT 'halo', 'old' || n % 50, n, 'done', n, n, n, 0 FROM generate_series(1, {SETTLED}) n;
        INSERT INTO job (bot, room, message, state, asked_at, due_at, line_at, one_to_one, asker, asker_name, text,
                sign)
            SELECT 'halo', 'new' || n % 10, {SETTLED} + n, 'ask', n, n, n, 0, 'users/' || n % 7, 'Mira', 'text', 'thinking'
            FROM generate_series(1, {OPEN}) n;
        INSERT INTO job (bot, room, message, state, asked_at, due_at, line_at, one_to_one, failure, died_at, sign)
            SELECT 'halo', 'old' || n % 50, {SETTLED} + {OPEN} + n, 'dead', n, n, n, 0, 'internal', n, 'failed'
            FROM generate_series(1, {OPEN}) n;
        INSERT INTO part (bot, job, place, text)
            SELECT bot, id, place, 'text' FROM job, generate_series(0, 19) place WHERE state = 'dead';
        INSERT INTO conversation SELECT DISTINCT bot, room, 0, 0, 0 FROM job;
        INSERT INTO turn (bot, room, thread, message, question, answer, one_to_one, files, at, prints, asker)
            SELECT bot, room, 0, message, 'q', 'a', 0, 0, asked_at, 'p', 'users/' || message % 100
            FROM job WHERE state = 'done' AND message % 4 = 0;
        ANALYZE"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(fill)).execute(&mut engine).await.expect("filled");
    engine.close().await.expect("closed");
}

/// What was read of the big tables since the last reset, when everybody has told.
async fn read(cluster: &Cluster, url: &str) -> (i64, i64) {
    let mut engine = connect(url).await;
    let others = "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'nextcloud-opencode-bot'";
    until("they are gone", async || cluster.number(others).await == 0).await;
    let figures = sqlx::query(
        "SELECT SUM(seq_scan)::bigint, SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0))::bigint
            + (SELECT SUM(idx_tup_read)::bigint FROM pg_stat_user_indexes WHERE relname IN ('job', 'turn', 'part'))
        FROM pg_stat_user_tables WHERE relname IN ('job', 'turn', 'part')",
    );
    let figures = figures.fetch_one(&mut engine).await.expect("figures");
    let read = (figures.get(0), figures.get(1));
    sqlx::raw_sql("SELECT pg_stat_reset()").execute(&mut engine).await.expect("reset");
    engine.close().await.expect("closed");
    read
}

/// Does it on a store of its own and says what was read.
async fn costs(cluster: &Cluster, engine: &Engine, what: impl AsyncFn(&Store, i64)) -> (i64, i64) {
    let store = engine.beside(super::super::BOT).await;
    for time in 1..=USES {
        what(&store, SETTLED + 2 * OPEN + time).await;
    }
    store.close().await;
    read(cluster, &engine.url).await
}

#[tokio::test]
async fn what_is_settled_costs_nothing() {
    let Some(cluster) = Cluster::start().await else { return };
    let engine = Engine { url: cluster.fresh().await };
    engine.serve().await.close().await;
    fill(&engine.url).await;
    read(&cluster, &engine.url).await;
    let mut dear = Vec::new();
    macro_rules! cheap {
        ($($name:literal: $what:expr),+ $(,)?) => {$(
            let (scans, rows) = costs(&cluster, &engine, $what).await;
            if scans > 0 || rows > FEW * USES {
                dear.push(($name, scans, rows / USES));
            }
        )+};
    }
    cheap! {
        "enqueue": async |store: &Store, message| {
            store.ask("new1", message, 1).await;
        },
        "lease": async |store: &Store, _| {
            for leased in store.queue.lease(Stage::Ask, 1, at(1), at(2)).await.expect("leased") {
                store.queue.settle(&leased.lease, Settlement::HandBack, at(1)).await.expect("settled");
            }
        },
        "a whole answer": async |store: &Store, _| {
            let leased = store.queue.lease(Stage::Ask, 1, at(1), at(2)).await.expect("leased").remove(0);
            store.queue.renew(&leased.lease, at(3)).await.expect("renewed");
            store.reply(&leased, &["answer"]).await;
            let leased = store.queue.lease(Stage::Post, 1, at(1), at(2)).await.expect("leased").remove(0);
            store.queue.mark_part(&leased.lease, 0, PartState::Posted, 0).await.expect("marked");
            store.settle(&leased, Settlement::Done, 1).await;
        },
        "memory": async |store: &Store, _| {
            store.conversation("new1").await;
        },
        "looks": async |store: &Store, _| {
            store.queue.next_due(at(1)).await.expect("read");
            store.queue.depth(at(1)).await.expect("read");
            store.waits.oldest_waiting().await.expect("read");
            store.signs.wrong(at(1), 16).await.expect("read");
            store.signs.wrongly_shown(at(1), 16).await.expect("read");
            store.outbox.due(at(1), 16).await.expect("read");
        },
        "signs": async |store: &Store, _| {
            let leased = store.queue.lease(Stage::Ask, 1, at(1), at(2)).await.expect("leased").remove(0);
            store.signs.record(leased.job.id, Some(Sign::Thinking)).await.expect("recorded");
            store.queue.settle(&leased.lease, Settlement::HandBack, at(1)).await.expect("settled");
        },
        "stop": async |store: &Store, message| {
            store.ask("stopped", message, 1).await;
            store.steering.stop(&room("stopped"), &Whose::Everybody).await.expect("stopped");
        },
        "a sweep that finds nothing": async |store: &Store, _| {
            let before = at(-1);
            let sweep = Sweep { texts_before: Some(before), identities_before: before };
            store.upkeep.sweep(sweep).await.expect("swept");
        },
        "a duplicate": async |store: &Store, _| {
            let again = question("old1", 1);
            store.queue.enqueue(&again, at(1)).await.expect("known");
        },
    }
    assert!(dear.is_empty(), "whole tables, and rows of each use: {dear:#?}");
}
