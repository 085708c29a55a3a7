//! What `doctor` says to do where a PostgreSQL server cannot be worked with: something else for each kind of fault.

use super::machine::{alone, told};
use super::{faults, said};
use crate::support::postgres::{Cluster, make_first, meddle, shared};

const FOREIGN: &str = "CREATE TABLE job (id BIGINT)";
const NEWER: &str = "INSERT INTO _sqlx_migrations VALUES (99, 'later', now(), TRUE, '', 0)";

/// Looks at that address, where exactly the store is at fault.
async fn mended(url: String, found: &str, mend: &str) {
    let told = tokio::task::spawn_blocking(move || {
        let directory = tempfile::tempdir().expect("a directory");
        told(alone(directory.path()).env("DATABASE_URL", url))
    });
    let (document, _) = told.await.expect("it runs");
    let said = said(&document, "store");
    assert!(faults(&document).contains(&"store"), "{document:#}");
    assert!(said.contains(found) && said.contains(mend), "{found}, {mend}: {said}");
}

#[tokio::test]
async fn each_kind_of_fault_has_its_mend() {
    let Some(cluster) = shared().await else { return };
    let url = cluster.fresh().await;
    let (server, _) = url.rsplit_once("/postgres?").expect("its own schema");
    mended(format!("{server}/nowhere"), "nowhere", "CREATE DATABASE").await;
    mended(url.replace("search_path%3Ds", "search_path%3Dno_s"), "search_path", "CREATE SCHEMA").await;
    cluster.meddle("CREATE DATABASE doctors_latin ENCODING 'LATIN1' TEMPLATE template0").await;
    mended(format!("{server}/doctors_latin"), "the encoding LATIN1", "ENCODING 'UTF8' TEMPLATE template0")
        .await;
    meddle(&url, FOREIGN).await;
    mended(url, "tables of another program", "name it in DATABASE_URL").await;
    let url = cluster.fresh().await;
    make_first(&url).await;
    meddle(&url, NEWER).await;
    mended(url, "a newer version of this program", "the backup from before the upgrade").await;
    let away = "postgres://bot@127.0.0.1:1/bot".to_owned();
    mended(away, "cannot be reached", "correct server and port in DATABASE_URL").await;
}

#[tokio::test]
async fn a_server_without_tls_is_told_what_it_lacks() {
    let Some(mut cluster) = Cluster::make() else { return };
    let port = cluster.with_port();
    cluster.run().await;
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres?sslmode=require");
    mended(url, "not as safe as the address wants it", "ssl = on").await;
}
