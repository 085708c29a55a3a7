//! What keeps the service from starting, from running or from storing.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::fault::Fault;
use crate::support::process::BotProcess;
use crate::support::talk::{GROUP, MIRA};

/// Blocks of a shell's `ulimit -f`: more than a store that is new, less than one that was asked a lot.
const BLOCKS: &str = "600";

/// An account that owns nothing.
const NOBODY: u32 = 65534;

/// A program of which no file grows beyond that. Whoever writes hears so instead of being ended.
fn on_a_full_disk(blocks: &str, command: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    shell.env_clear().args(["-c", &script, "sh", env!("CARGO_BIN_EXE_nextcloud-opencode-bot"), command]);
    shell
}

/// The program where it may write nothing. Root may write everywhere, so that it has to be somebody else then.
fn by_a_stranger(directory: &Path, argument: &str) -> Command {
    let program = directory.join(argument);
    std::fs::copy(env!("CARGO_BIN_EXE_nextcloud-opencode-bot"), &program).expect("copied");
    let mut command = Command::new(program);
    command.env_clear().arg(argument);
    if std::fs::metadata("/proc/self").expect("a process").uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_too_short() {
    Fault::of("`BOT_SECRET` is cut").await.set("BOT_SECRET", "short").not_started().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_without_its_file() {
    let fault = Fault::of("`BOT_SECRET_FILE` is not there, or not for this account").await;
    fault.set("BOT_SECRET", "").set("BOT_SECRET_FILE", "no-such-file").not_started().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_directory_that_is_not_there() {
    let fault = Fault::of("the state directory is not there").await;
    let url = format!("sqlite://{}/no/such/bot.db", fault.scene.directory.path().display());
    fault.set("DATABASE_URL", url).not_started().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_directory_that_takes_no_file() {
    let fault = Fault::of("the state directory is another account's, or read-only").await;
    let directory = fault.scene.directory.path().to_owned();
    let [service, doctor] = ["serve", "doctor"].map(|argument| by_a_stranger(&directory, argument));
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o555)).expect("ours");
    fault.not_started_by(service, doctor).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_a_newer_version() {
    let fault = Fault::of("the store is a newer version's").await;
    fault.scene.start().stop();
    let options = SqliteConnectOptions::new().filename(fault.scene.database());
    let mut connection = options.connect().await.expect("opened");
    let later = "INSERT INTO _sqlx_migrations VALUES (99, 'later', '2030-01-01', TRUE, x'00', 0)";
    sqlx::raw_sql(later).execute(&mut connection).await.expect("done");
    connection.close().await.expect("closed");
    fault.not_started().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_another_program_has() {
    let other =
        MockServer::builder().listener(TcpListener::bind("127.0.0.1:0").expect("a port")).start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("hello")).mount(&other).await;
    let port = other.address().port().to_string();
    let fault = Fault::of("another program has `BOT_PORT`").await;
    fault.scene.start().stop();
    fault.set("BOT_PORT", port).not_started().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_does_not_run() {
    Fault::of("the service does not run").await.stopped().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full() {
    let fault = Fault::of("the disk is full").await;
    let scene = &fault.scene;
    scene.start().stop();
    let service = on_a_full_disk(BLOCKS, "serve");
    let bot =
        BotProcess::spawn_by(service, scene.directory.path(), &scene.talk.url(), &scene.model.url(), &[]);
    let bot = bot.listening();
    let mut taken = 0;
    while scene.deliver(&bot.url, &scene.talk.say(GROUP, MIRA, "@Halo hello")).await {
        taken += 1;
        assert!(taken < 1000, "the disk is not full");
    }
    fault.look_by(on_a_full_disk("1", "doctor"), bot).await;
}
