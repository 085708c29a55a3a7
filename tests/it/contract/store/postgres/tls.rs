//! The way to the server: as safe as the address wants it, or none.

use std::fs;
use std::path::Path;
use std::process::Command;

use nextcloud_opencode_bot::adapters::sql::{ServerError, SqlStore};
use tempfile::TempDir;

use super::super::{BOT, options};
use super::of_server;
use crate::support::postgres::Cluster;

/// An authority and a server's certificate of it, for 127.0.0.1.
const MAKE: &str = "
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key -out server.csr
    printf 'subjectAltName=IP:127.0.0.1' >extensions
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out server.crt";

fn made() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let made = Command::new("sh").args(["-ec", MAKE]).current_dir(directory.path()).output();
    let made = made.expect("a shell");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    directory
}

fn text(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).expect("made")
}

async fn open(url: &str) -> Result<(), ServerError> {
    let store = SqlStore::open_for_service(url, options(BOT)).await.map_err(of_server)?;
    store.close().await;
    Ok(())
}

#[tokio::test]
async fn the_address_says_how_safe_the_way_has_to_be() {
    let Some(mut cluster) = Cluster::make() else { return };
    let (ours, other) = (made(), made());
    let port = cluster.with_tls(&text(ours.path(), "server.crt"), &text(ours.path(), "server.key"));
    cluster.run().await;
    cluster.meddle("CREATE ROLE safe LOGIN PASSWORD 'p w'; CREATE SCHEMA safe AUTHORIZATION safe").await;
    let address = |mode: &str, authority: &TempDir| {
        let authority = authority.path().join("ca.crt").display().to_string().replace('/', "%2F");
        format!(
            "postgres://safe@127.0.0.1:{port}/postgres?sslmode={mode}&sslrootcert={authority}&password=p+w"
        )
    };
    for mode in ["require", "verify-ca", "verify-full"] {
        open(&address(mode, &ours)).await.unwrap_or_else(|error| panic!("{mode}: {error:?}"));
    }
    for mode in ["verify-ca", "verify-full"] {
        let error = open(&address(mode, &other)).await.expect_err("refused");
        assert!(matches!(error, ServerError::Unsafe { .. }), "{mode}: {error:?}");
    }
    let wrong = address("verify-full", &ours).replace("p+w", "hunter2");
    let error = open(&wrong).await.expect_err("refused");
    assert!(
        matches!(error, ServerError::Refused { .. }) && !format!("{error:?}").contains("hunter2"),
        "{error:?}"
    );
    let named = address("verify-full", &ours).replace("127.0.0.1", "localhost");
    let error = open(&named).await.expect_err("the certificate is another name's");
    assert!(matches!(error, ServerError::Unsafe { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_cannot_do_it_is_not_spoken_to() {
    let Some(mut cluster) = Cluster::make() else { return };
    let port = cluster.with_port();
    cluster.run().await;
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres?sslmode=require");
    let error = open(&url).await.expect_err("refused");
    assert!(matches!(error, ServerError::Unsafe { .. }), "{error:?}");
}
