//! What may be opened, and that all else is left as it is.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nextcloud_opencode_bot::adapters::sql::{FileError, SqlStore, StoreOptions};
use nextcloud_opencode_bot::ports::queue::JobQueue;
use nextcloud_opencode_bot::ports::signs::Signs;

use super::super::{BOT, Engine as _, at, options, question};
use super::{Engine, of_file};

/// Marks a database as ours.
const MARK: &str = "PRAGMA application_id = 1852793698";

/// Lets a later version have been here.
const NEWER: &str = "INSERT INTO _sqlx_migrations VALUES (99, 'later', '2030-01-01', TRUE, x'00', 0)";

/// Names and contents of a directory's files, but for the lock and the index of a log.
fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(directory).expect("read").map(|entry| entry.expect("read"));
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().expect("plain"), fs::read(entry.path()).expect("read"))
    };
    let mut files: BTreeMap<_, _> = entries.map(file).filter(|(name, _)| name != "bot.db.lock").collect();
    if files.contains_key("bot.db-wal") {
        // The index of a log is made anew by whoever reads it.
        files.remove("bot.db-shm");
    }
    files
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("there").permissions().mode() & 0o777
}

/// Both ways to open refuse, and nothing was touched.
async fn refused(engine: &Engine) -> FileError {
    let before = contents(engine.directory.path());
    let beside = engine.try_beside(BOT).await.err().expect("refused");
    let serving = engine.try_serve().await.err().expect("refused");
    assert_eq!(beside.to_string(), serving.to_string());
    assert_eq!(contents(engine.directory.path()), before);
    serving
}

#[tokio::test]
async fn a_new_store_is_for_its_owner_only() {
    let engine = Engine::fresh();
    let directory = engine.directory.path().join("state");
    let path = directory.join("bot.db");
    let url = format!("sqlite://{}", path.display());
    let store = SqlStore::open_for_service(&url, options(BOT)).await.expect("opened");
    assert_eq!(mode(&directory), 0o700);
    for file in fs::read_dir(&directory).expect("read") {
        let file = file.expect("read").path();
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
    store.close().await;
    let left = contents(&directory);
    assert_eq!(left.keys().collect::<Vec<_>>(), ["bot.db"]);
}

#[tokio::test]
async fn a_missing_directory_is_named() {
    let engine = Engine::fresh();
    let url = format!("sqlite://{}/a/b/bot.db", engine.directory.path().display());
    let error = SqlStore::open_for_service(&url, options(BOT)).await.err().map(of_file).expect("refused");
    assert!(error.to_string().contains("/a/b does not exist"), "{error}");
    assert!(contents(engine.directory.path()).is_empty());
}

#[tokio::test]
async fn without_signs_a_new_question_shows_none() {
    let engine = Engine::fresh();
    let without = StoreOptions { signs: false, ..options(BOT) };
    let store = SqlStore::open_for_service(&engine.url(), without).await.expect("opened");
    store.enqueue(&question("r1", 7), at(1)).await.expect("stored");
    assert!(store.thinking(9).await.expect("read").is_empty());
}

#[tokio::test]
async fn a_command_makes_no_store() {
    let engine = Engine::fresh();
    let error = engine.try_beside(BOT).await.err().expect("refused");
    assert!(matches!(error, FileError::NotReady(_)), "{error}");
    assert!(contents(engine.directory.path()).is_empty());
}

#[tokio::test]
async fn an_empty_file_becomes_a_store() {
    let engine = Engine::fresh();
    fs::write(engine.path(), "").expect("written");
    engine.serve().await.close().await;
    engine.serve().await.close().await;
}

#[tokio::test]
async fn a_text_is_refused_and_left_alone() {
    let engine = Engine::fresh();
    fs::write(engine.path(), "Dear diary, this is no database. ".repeat(500)).expect("written");
    let error = refused(&engine).await;
    assert!(matches!(error, FileError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("bot.db is damaged or no SQLite database"), "{error}");
}

#[tokio::test]
async fn a_foreign_database_is_refused_and_left_alone() {
    for sql in [
        "CREATE TABLE recipe (name TEXT)",
        "PRAGMA application_id = 77",
        "PRAGMA journal_mode = WAL; CREATE TABLE recipe (name TEXT)",
    ] {
        let engine = Engine::fresh();
        fs::write(engine.path(), "").expect("written");
        engine.meddle(sql).await;
        let error = refused(&engine).await;
        assert!(matches!(error, FileError::Foreign(_)), "{error}");
        assert!(error.to_string().contains("another program"), "{error}");
    }
}

#[tokio::test]
async fn a_newer_store_is_refused_and_left_alone() {
    let engine = Engine::fresh();
    engine.serve().await.close().await;
    engine.meddle(NEWER).await;
    let error = refused(&engine).await;
    assert!(matches!(error, FileError::Newer { found: 99, known: 2, .. }), "{error}");
}

#[tokio::test]
async fn a_newer_store_that_was_killed_is_refused_and_left_alone() {
    let (running, killed) = (Engine::fresh(), Engine::fresh());
    let store = running.serve().await;
    running.meddle(NEWER).await;
    for (name, bytes) in contents(running.directory.path()) {
        fs::write(killed.directory.path().join(name), bytes).expect("written");
    }
    store.close().await;
    let error = refused(&killed).await;
    assert!(matches!(error, FileError::Newer { found: 99, known: 2, .. }), "{error}");
}

#[tokio::test]
async fn a_damaged_store_is_refused_and_left_alone() {
    for from in [0, 100, 4096, 8192] {
        let engine = Engine::fresh();
        engine.serve().await.close().await;
        let mut bytes = fs::read(engine.path()).expect("read");
        bytes[from..from + 64].fill(0xA5);
        fs::write(engine.path(), bytes).expect("written");
        let error = refused(&engine).await;
        assert!(matches!(error, FileError::Damaged { .. }), "{from}: {error}");
    }
}

#[tokio::test]
async fn a_store_cut_short_is_refused_and_left_alone() {
    let engine = Engine::fresh();
    engine.serve().await.close().await;
    let bytes = fs::read(engine.path()).expect("read");
    fs::write(engine.path(), &bytes[..bytes.len() / 2]).expect("written");
    let error = refused(&engine).await;
    assert!(matches!(error, FileError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn a_directory_is_no_store() {
    let engine = Engine::fresh();
    fs::create_dir(engine.path()).expect("made");
    let error = engine.try_serve().await.err().expect("refused");
    assert!(error.to_string().contains("bot.db"), "{error}");
}

#[tokio::test]
async fn a_second_service_is_refused_until_the_first_ends() {
    let engine = Engine::fresh();
    let first = engine.serve().await;
    let error = engine.try_serve().await.err().expect("refused");
    assert!(matches!(error, FileError::InUse(_)), "{error}");
    assert!(error.to_string().contains("bot.db: stop it"), "{error}");
    first.close().await;
    engine.serve().await;
}

#[tokio::test]
async fn a_store_interrupted_while_it_was_made_is_finished() {
    for (mark, journal) in [("", true), (MARK, true), (MARK, false)] {
        let engine = Engine::fresh();
        fs::write(engine.path(), "").expect("written");
        engine.meddle(mark).await;
        if journal {
            fs::write(engine.directory.path().join("bot.db-journal"), "cut off").expect("written");
        }
        let beside = engine.try_beside(BOT).await.err().expect("refused");
        assert!(matches!(beside, FileError::NotReady(_)), "{beside}");
        engine.serve().await.close().await;
        engine.serve().await;
    }
}

#[tokio::test]
async fn a_foreign_database_interrupted_in_a_change_is_left_alone() {
    let engine = Engine::fresh();
    fs::write(engine.path(), "").expect("written");
    engine.meddle("CREATE TABLE recipe (name TEXT)").await;
    fs::write(engine.directory.path().join("bot.db-journal"), "cut off").expect("written");
    let error = refused(&engine).await;
    assert!(matches!(error, FileError::Foreign(_)), "{error}");
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let engine = Engine::fresh();
    let locked = engine.directory.path().join("locked");
    fs::create_dir(&locked).expect("made");
    fs::set_permissions(&locked, Permissions::from_mode(0o500)).expect("set");
    // Permissions do not bind root, but nobody can make a file in /sys.
    let is_root = fs::write(locked.join("probe"), "").is_ok();
    let directory = if is_root { Path::new("/sys") } else { &locked };
    let url = format!("sqlite://{}/bot.db", directory.display());
    let error = SqlStore::open_for_service(&url, options(BOT)).await.err().map(of_file).expect("refused");
    assert!(matches!(error, FileError::NotWritable { .. }), "{error}");
    assert!(error.to_string().contains("cannot be written: give it to the account"), "{error}");
}
