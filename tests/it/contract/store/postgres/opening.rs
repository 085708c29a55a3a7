//! What may be opened, and that all else is left as it is.

use nextcloud_opencode_bot::adapters::sql::{ServerError, SqlStore};
use nextcloud_opencode_bot::domain::job::Stage;
use nextcloud_opencode_bot::ports::queue::Enqueued;

use super::super::{BOT, Engine as _, at, options, question, room};
use super::{Engine, of_server};
use crate::support::postgres::{Cluster, shared};

/// Both ways to open refuse with the same words.
async fn refused(engine: &Engine) -> ServerError {
    let beside = engine.try_beside(BOT).await.err().expect("refused");
    let serving = engine.try_serve().await.err().expect("refused");
    assert_eq!(beside.to_string(), serving.to_string());
    serving
}

#[tokio::test]
async fn beside_a_service_nothing_is_made() {
    let Some(engine) = Engine::fresh().await else { return };
    let error = engine.try_beside(BOT).await.err().expect("refused");
    assert!(matches!(error, ServerError::NotReady(_)), "{error}");
    engine.meddle("CREATE TABLE job (id BIGINT)").await;
}

#[tokio::test]
async fn tables_of_another_program_are_left_alone() {
    for sql in [
        "CREATE TABLE job (id BIGINT)",
        "CREATE TABLE _sqlx_migrations (version BIGINT, checksum BYTEA); INSERT INTO _sqlx_migrations VALUES (1, '')",
    ] {
        let Some(engine) = Engine::fresh().await else { return };
        engine.meddle(sql).await;
        let error = refused(&engine).await;
        assert!(matches!(error, ServerError::Foreign(_)), "{sql}: {error}");
        engine.meddle("CREATE TABLE part (id BIGINT)").await;
    }
}

#[tokio::test]
async fn what_a_newer_version_wrote_is_left_alone() {
    let Some(engine) = Engine::fresh().await else { return };
    engine.serve().await.close().await;
    engine.meddle("INSERT INTO _sqlx_migrations VALUES (99, 'later', now(), TRUE, '', 0)").await;
    let error = refused(&engine).await;
    assert!(matches!(error, ServerError::Newer { found: 99, known: 3, .. }), "{error}");
}

#[tokio::test]
async fn what_a_killed_service_had_leased_is_free_at_once() {
    let Some(engine) = Engine::fresh().await else { return };
    let first = engine.serve().await;
    first.ask("r1", 1, 1).await;
    first.lease_one(Stage::Ask, 1).await;
    first.close().await;
    let second = engine.serve().await;
    second.lease_one(Stage::Ask, 1).await;
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_a_wrong_setting() {
    let Some(engine) = Engine::fresh().await else { return };
    let url = engine.url.replace("/postgres?", "/nowhere?");
    let error = SqlStore::open_for_service(&url, options(BOT)).await.err().expect("refused");
    assert!(!error.may_pass() && error.to_string().contains("does not exist: create it"), "{error}");
}

#[tokio::test]
async fn a_schema_that_does_not_exist_is_a_wrong_setting() {
    let Some(engine) = Engine::fresh().await else { return };
    let url = engine.url.replace("search_path%3Ds", "search_path%3Dno_s");
    let error = SqlStore::open_for_service(&url, options(BOT)).await.err().expect("refused");
    let said = error.to_string();
    assert!(!error.may_pass() && said.contains("no schema of its search_path (no_s"), "{said}");
}

/// It may become the primary.
#[tokio::test]
async fn a_standby_may_be_opened_later() {
    let Some(cluster) = Cluster::start().await else { return };
    let engine = Engine { url: cluster.fresh().await };
    for made in [false, true] {
        cluster.stop();
        cluster.set_standby(true);
        cluster.run().await;
        let error = SqlStore::open_for_service(&engine.url, options(BOT)).await.err().expect("refused");
        let said = error.to_string();
        assert!(error.may_pass() && said.contains("takes no changes: it is a standby"), "{made}: {said}");
        if !made {
            cluster.stop();
            cluster.set_standby(false);
            cluster.run().await;
            engine.serve().await.close().await;
        }
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_may_come() {
    let url = "postgres://bot:hunter2@127.0.0.1:1/bot";
    let error = SqlStore::open_for_service(url, options(BOT)).await.err().expect("refused");
    assert!(error.may_pass() && !format!("{error:?}").contains("hunter2"), "{error:?}");
    assert!(matches!(of_server(error), ServerError::Unreachable { .. }));
}

#[tokio::test]
async fn a_database_of_another_encoding_is_refused() {
    let Some(cluster) = shared().await else { return };
    cluster.meddle("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0").await;
    let url = cluster.fresh().await.replace("/postgres?", "/latin?").replace("options=-csearch_path", "x");
    let url = url.split('?').next().expect("an address");
    let error = SqlStore::open_for_service(url, options(BOT)).await.err().map(of_server).expect("refused");
    assert!(matches!(&error, ServerError::Encoding { found, .. } if found == "LATIN1"), "{error}");
}

/// It cannot be stored.
#[tokio::test]
async fn a_null_character_becomes_what_stands_for_the_unknown() {
    let Some(engine) = Engine::fresh().await else { return };
    let store = engine.serve().await;
    let mut asked = question("r1", 1);
    asked.text = "a\0b".to_owned();
    asked.asker.name = "\0".to_owned();
    assert_eq!(store.queue.enqueue(&asked, at(1)).await.expect("stored"), Enqueued::New);
    let leased = store.lease_one(Stage::Ask, 1).await;
    assert_eq!(leased.job.question.text, "a\u{FFFD}b");
    assert_eq!(leased.job.question.asker.name, "\u{FFFD}");
    assert_eq!(store.steering.open_in(&room("r1")).await.expect("read"), 1);
}
