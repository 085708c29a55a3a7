//! `doctor` beside a service that listens at a path, where only what stands in front reaches it.

use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, UnixStream};
use tokio::task::JoinSet;

use super::{doctor, faults, said};
use crate::support::door::ClosedDoor;
use crate::support::process::BotProcess;
use crate::support::scene::Scene;

const OTHER: &str = "another secret of the tests, as long as Talk wants it";

/// The service as its supervisor starts it: with its socket as number 3.
fn at(path: &PathBuf) -> Command {
    let socket = UnixListener::bind(path).expect("a free path");
    let mut supervisor = Command::new("/bin/sh");
    let script = "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" serve 3<&0 </dev/null";
    supervisor.env_clear().args(["-c", script, env!("CARGO_BIN_EXE_nextcloud-opencode-bot")]);
    supervisor.stdin(std::os::fd::OwnedFd::from(socket));
    supervisor
}

/// Hands on every byte. Answers where it is asked.
async fn in_front_of(path: PathBuf, tasks: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/webhook", listener.local_addr().expect("bound"));
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let (mut outside, _) = listener.accept().await.expect("a connection");
            let mut inside = UnixStream::connect(&path).await.expect("it runs");
            // How either side ends is its own affair.
            connections.spawn(async move { copy_bidirectional(&mut outside, &mut inside).await });
        }
    });
    url
}

/// What is found beside a service at a path, by a doctor with that secret.
async fn found(more: &[(&str, &str)]) -> (Value, Option<i32>) {
    let (scene, mut tasks) = (Scene::new().await, JoinSet::new());
    let path = scene.directory.path().join("bot.sock");
    let (talk, model) = (scene.talk.url(), scene.model.url());
    let mut bot = BotProcess::spawn_by(at(&path), scene.directory.path(), &talk, &model, &[]);
    assert!(bot.line_with("listening").contains("bot.sock"));
    // There is nobody at the address of the settings.
    let nobody = ClosedDoor::new();
    bot.url = nobody.url();
    let url = in_front_of(path, &mut tasks).await;
    let settings: Vec<_> = more.iter().copied().chain([("WEBHOOK_URL", url.as_str())]).collect();
    doctor(&scene, &bot, &settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_at_a_path_is_found_by_the_way_of_its_webhooks() {
    let (document, code) = found(&[]).await;
    assert_eq!((faults(&document), code), (vec![], Some(0)), "{document:#}");
    assert!(said(&document, "listener").contains("at a path or another address"), "{document:#}");
    assert!(said(&document, "webhook-url").contains("the service runs, at another address"), "{document:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_secret_than_that_of_a_service_at_a_path_is_told() {
    let (document, code) = found(&[("BOT_SECRET", OTHER)]).await;
    assert_eq!((faults(&document), code), (vec!["webhook-url"], Some(1)), "{document:#}");
    assert!(said(&document, "webhook-url").contains("whether it has this secret"), "{document:#}");
}
