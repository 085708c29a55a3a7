//! What `doctor` finds on this machine: settings, secrets, the directory of the store, and whoever has the port. Most of it
//! runs without a service and against servers that are not there.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use nextcloud_opencode_bot::adapters::sql::{SqlStore, StoreOptions};
use serde_json::Value;

use super::{doctor, faults, said};
use crate::support::NOBODY;
use crate::support::postgres::shared;
use crate::support::process::{SECRET, command, output};
use crate::support::scene::Scene;

/// The command in that directory, with settings of which the servers are not there.
pub(super) fn alone(directory: &Path) -> Command {
    let mut command = command(&["doctor", "--json"]);
    command
        .current_dir(directory)
        .env("NEXTCLOUD_URL", NOBODY)
        .env("MODEL_BASE_URL", NOBODY)
        .env("BOT_SECRET", SECRET)
        .env("BOT_PORT", "0");
    command
}

/// What it prints, in which no secret may be, and its exit status.
pub(super) fn told(command: &mut Command) -> (Value, Option<i32>) {
    let output = output(command);
    assert!(!String::from_utf8_lossy(&output.stdout).contains(SECRET));
    (serde_json::from_slice(&output.stdout).expect("one JSON object"), output.status.code())
}

/// Every outcome of that check.
fn outcomes(document: &Value, check: &str) -> Vec<String> {
    let findings = document["findings"].as_array().expect("a list");
    let of_check = findings.iter().filter(|it| it["check"] == check);
    of_check.map(|it| it["outcome"].as_str().expect("a word").to_owned()).collect()
}

fn files(directory: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(directory).expect("a directory");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_wrong_setting_is_told_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut command = alone(directory.path());
    command
        .env("BOT_PORT", "x")
        .env("TIMEOUT", "soon")
        .env("ALLOW_GUESTS", "perhaps")
        .env("BOT_SECRET", "sh");
    let (document, code) = told(&mut command);
    assert_eq!((faults(&document), code), (vec!["settings"], Some(78)), "{document:#}");
    assert_eq!(outcomes(&document, "settings"), ["fault", "fault", "fault", "fault", "skipped"]);
    let said = said(&document, "settings");
    for words in
        ["BOT_PORT \\\"x\\\"", "TIMEOUT \\\"soon\\\"", "ALLOW_GUESTS", "BOT_SECRET (environment) has 2"]
    {
        assert!(said.contains(words), "{words} in {said}");
    }
    assert!(files(directory.path()).is_empty());
}

#[test]
fn a_secret_that_others_can_read_is_told() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("secret");
    std::fs::write(&file, format!(" {SECRET}\n")).expect("written");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).expect("changed");
    let mut command = alone(directory.path());
    command.env("BOT_SECRET_FILE", &file).args(["--model-api-key", "sk-1234567"]);
    let (document, _) = told(&mut command);
    assert_eq!(outcomes(&document, "secret"), ["warning", "warning", "warning"], "{document:#}");
    let said = said(&document, "secret");
    for words in ["open to every account (644)", "white space", "MODEL_API_KEY stands on the command line"] {
        assert!(said.contains(words), "{words} in {said}");
    }
    assert!(!said.contains("sk-1234567"), "{said}");
}

#[test]
fn where_there_is_no_store_yet_none_is_made() {
    let directory = tempfile::tempdir().expect("a directory");
    let (document, _) = told(&mut alone(directory.path()));
    assert_eq!(outcomes(&document, "store"), ["warning"], "{document:#}");
    assert!(said(&document, "store").contains("there is no store yet"), "{document:#}");
    assert_eq!(outcomes(&document, "state-directory"), ["warning"], "{document:#}");
    assert_eq!(outcomes(&document, "backlog"), ["skipped"], "{document:#}");
    assert!(files(directory.path()).is_empty());
}

#[test]
fn a_state_directory_below_a_file_is_told_with_the_setting_that_names_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    std::fs::write(&file, "").expect("written");
    let (document, code) = told(alone(directory.path()).env("STATE_DIRECTORY", file.join("x")));
    assert_eq!((outcomes(&document, "store"), code), (vec!["fault".to_owned()], Some(1)), "{document:#}");
    let words = format!("STATE_DIRECTORY: {} is no directory", file.display());
    assert!(said(&document, "store").contains(&words), "{document:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_stays_as_it_is_beside_a_service_and_after_it() {
    let scene = Scene::new().await;
    let mut bot = scene.start();
    std::fs::set_permissions(scene.database(), PermissionsExt::from_mode(0o644)).expect("changed");
    for is_running in [true, false] {
        if !is_running {
            bot.stop();
        }
        let before = files(scene.directory.path());
        let (document, code) = doctor(&scene, &bot, &[]).await;
        assert_eq!((faults(&document), code), (vec![], Some(0)), "{document:#}");
        assert_eq!(outcomes(&document, "store"), ["good"], "{document:#}");
        assert!(said(&document, "store").contains("SQLite, schema "), "{document:#}");
        assert!(said(&document, "state-directory").contains("bot.db holds conversations"), "{document:#}");
        assert_eq!(files(scene.directory.path()), before, "running: {is_running}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_in_a_server_is_looked_at_and_not_made() {
    let Some(cluster) = shared().await else { return };
    let url = cluster.fresh().await;
    let directory = tempfile::tempdir().expect("a directory");
    let look = || told(alone(directory.path()).env("DATABASE_URL", &url)).0;
    let document = look();
    assert_eq!(outcomes(&document, "store"), ["warning"], "{document:#}");
    assert!(said(&document, "store").contains("there is no store yet"), "{document:#}");
    SqlStore::open_for_service(&url, StoreOptions { bot: "bot".to_owned(), signs: true })
        .await
        .expect("made")
        .close()
        .await;
    let document = look();
    assert_eq!(outcomes(&document, "store"), ["good"], "{document:#}");
    assert!(said(&document, "store").contains("PostgreSQL "), "{document:#}");
    assert_eq!(outcomes(&document, "backlog"), ["good"], "{document:#}");
}

#[test]
fn who_takes_connections_and_says_nothing_is_told() {
    let directory = tempfile::tempdir().expect("a directory");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let (document, _) = told(alone(directory.path()).env("BOT_PORT", port));
    assert_eq!(outcomes(&document, "listener"), ["fault"], "{document:#}");
    assert!(said(&document, "listener").contains("takes connections"), "{document:#}");
}
