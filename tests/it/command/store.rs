//! What `serve` does where its state lies: a place of its own, or a refusal that leaves everything as it was.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::{stderr, with_settings};
use crate::support::process::{command, output};
use crate::support::scene::Scene;
use crate::support::talk::GROUP;

fn serve(database: &Path) -> Command {
    let mut command = with_settings(&["serve"]);
    command.env("BOT_PORT", "0").env("DATABASE_URL", format!("sqlite://{}", database.display()));
    command
}

/// The exit code and the one line on standard error.
fn refusal(command: &mut Command) -> (Option<i32>, String) {
    let output = output(command);
    let line = stderr(&output);
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.contains("DATABASE_URL"), "{line}");
    (output.status.code(), line)
}

fn contents(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = std::fs::read_dir(directory).expect("a directory").map(|file| file.expect("readable").path());
    let files = files.filter(|path| !path.ends_with("bot.db.lock"));
    files.map(|path| (path.clone(), std::fs::read(path).expect("readable"))).collect()
}

async fn change(database: &Path, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(database).create_if_missing(true);
    let mut connection = options.connect().await.expect("opened");
    sqlx::raw_sql(sql).execute(&mut connection).await.expect("done");
    connection.close().await.expect("closed");
}

/// A store that a service made.
async fn made() -> Scene {
    let scene = Scene::new().await;
    scene.start().stop();
    scene
}

fn is_refused_for_good(database: &Path, said: &str) {
    let directory = database.parent().expect("it lies somewhere");
    let before = contents(directory);
    let (code, line) = refusal(&mut serve(database));
    assert_eq!(code, Some(78), "{line}");
    assert!(line.contains("bot.db") && line.contains(said), "{line}");
    assert_eq!(contents(directory), before, "{line}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let database = directory.path().join("bot.db");
    std::fs::write(&database, "these are my holiday notes\n".repeat(100)).expect("written");
    is_refused_for_good(&database, "no SQLite database");
}

#[tokio::test]
async fn the_database_of_another_program_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let database = directory.path().join("bot.db");
    change(&database, "CREATE TABLE recipe (name TEXT)").await;
    is_refused_for_good(&database, "another program");
}

#[tokio::test]
async fn the_store_of_a_newer_version_is_refused_and_left_alone() {
    let scene = made().await;
    let later = "INSERT INTO _sqlx_migrations VALUES (99, 'later', '2030-01-01', TRUE, x'00', 0)";
    change(&scene.database(), later).await;
    is_refused_for_good(&scene.database(), "newer version");
}

#[tokio::test]
async fn a_damaged_store_is_refused_and_left_alone() {
    let scene = made().await;
    let mut bytes = std::fs::read(scene.database()).expect("readable");
    bytes[4096..8192].fill(0xA5);
    std::fs::write(scene.database(), bytes).expect("written");
    is_refused_for_good(&scene.database(), "damaged");
}

#[tokio::test]
async fn a_place_that_cannot_be_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    std::fs::write(&file, "").expect("written");
    for database in
        [file.join("bot.db"), directory.path().to_owned(), directory.path().join("no/such/bot.db")]
    {
        let (code, line) = refusal(&mut serve(&database));
        assert_eq!(code, Some(78), "{line}");
    }
}

/// `STATE_DIRECTORY` is systemd's, where no address is given.
#[test]
fn what_is_wrong_with_a_place_is_told_with_the_setting_that_names_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let place = |name: &str| directory.path().join(name).display().to_string();
    std::fs::write(place("file"), "").expect("written");
    std::fs::create_dir_all(place("taken/bot.db")).expect("made");
    let (no_directory, none_above) =
        ("/file is no directory: name one", "/no/such does not exist and neither");
    let (taken, relative) = ("/taken/bot.db is a directory or a device", "write the path from / on");
    for (setting, value, said) in [
        ("STATE_DIRECTORY", place("file"), no_directory),
        ("STATE_DIRECTORY", place("file/x"), no_directory),
        ("STATE_DIRECTORY", place("taken"), taken),
        ("STATE_DIRECTORY", place("no/such"), none_above),
        ("STATE_DIRECTORY", "no/such".to_owned(), relative),
        ("STATE_DIRECTORY", "/sys".to_owned(), "/sys/bot.db.lock cannot be written"),
        ("DATABASE_URL", format!("sqlite://{}", place("file/bot.db")), no_directory),
        ("DATABASE_URL", format!("sqlite://{}", place("file/x/y/bot.db")), no_directory),
        ("DATABASE_URL", format!("sqlite://{}", place("taken/bot.db")), taken),
        ("DATABASE_URL", "sqlite:///dev/null".to_owned(), "/dev/null is a directory or a device"),
        ("DATABASE_URL", format!("sqlite://{}/", place("taken")), "names a directory"),
        ("DATABASE_URL", format!("sqlite://{}?mode=ro", place("bot.db")), "parameters"),
        ("DATABASE_URL", format!("sqlite://{}", place("no/such/bot.db")), none_above),
        ("DATABASE_URL", "sqlite://no/such/bot.db".to_owned(), relative),
    ] {
        let mut command = with_settings(&["serve"]);
        let output = output(command.current_dir(directory.path()).env("BOT_PORT", "0").env(setting, &value));
        let line = stderr(&output);
        assert!(line.contains(&format!(": {setting}: ")) && line.contains(said), "{setting}={value}: {line}");
        assert_eq!((output.status.code(), line.lines().count()), (Some(78), 1), "{line}");
    }
}

/// Else the store would be looked for in another place.
#[test]
fn a_state_directory_that_is_no_text_is_told() {
    let mut command = with_settings(&["check"]);
    let output = output(command.env("STATE_DIRECTORY", std::ffi::OsStr::from_bytes(b"/srv/\xFF")));
    let line = stderr(&output);
    assert_eq!(output.status.code(), Some(78), "{line}");
    assert!(line.contains("STATE_DIRECTORY") && line.contains("UTF-8"), "{line}");
}

#[test]
fn a_command_that_finds_no_store_where_it_lies_by_default_says_how_to_name_another() {
    let directory = tempfile::tempdir().expect("a directory");
    for arguments in [&["dead-letters", "list"][..], &["migrate", "--to", "postgres://db/bot"]] {
        let run = |name: &str, value: &str| {
            let output = output(command(arguments).current_dir(directory.path()).env(name, value));
            let line = stderr(&output);
            assert!(output.status.code() == Some(78) && line.contains("bot.db does not exist yet"), "{line}");
            line
        };
        let or = "start the service once, or give DATABASE_URL or STATE_DIRECTORY";
        let line = run("DATABASE_URL", "");
        assert!(line.contains("/state/bot.db ") && line.contains(or), "{line}");
        assert!(run("STATE_DIRECTORY", "/srv/none").contains("/srv/none/bot.db"));
        assert!(!run("DATABASE_URL", "sqlite:///srv/none/bot.db").contains(" or give "));
    }
}

/// Not for good: at a restart the two may overlap.
#[tokio::test]
async fn a_second_service_on_the_same_store_is_refused_for_now() {
    let scene = Scene::new().await;
    let mut bot = scene.start();
    let (code, line) = refusal(&mut serve(&scene.database()));
    assert_eq!(code, Some(1), "{line}");
    assert!(line.contains("another service works on"), "{line}");
    let question = scene.ask(&bot, GROUP, "@Halo are you there?").await;
    assert_eq!(scene.talk.wait_for_posts(GROUP, 1).await[0].1, Some(question));
    bot.stop();
    scene.start().stop();
}

#[tokio::test]
async fn without_a_setting_the_store_lies_in_the_state_directory() {
    let scene = Scene::new().await;
    scene.start_with(&[("DATABASE_URL", "")]).stop();
    assert!(scene.directory.path().join("state/bot.db").is_file());
    let state = tempfile::tempdir().expect("a directory");
    let path = state.path().to_str().expect("text");
    scene.start_with(&[("DATABASE_URL", ""), ("STATE_DIRECTORY", path)]).stop();
    assert!(state.path().join("bot.db").is_file());
}
