//! SIGTERM and SIGINT: what runs is finished, what takes too long is handed back, what is new waits for the next start,
//! and nothing is lost.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::Stopwatch;

use crate::support::process::BotProcess;
use crate::support::scene::{Open, Scene, Side};
use crate::support::talk::GROUP;
use crate::support::trap::{Held, Moment};

const SIGNALS: [&str; 2] = ["TERM", "INT"];

/// Far less than the grace period, which is 30 s unless a test says otherwise.
const AT_ONCE: Duration = Duration::from_secs(10);

/// A service whose model, or Talk, was just called and has not answered.
struct Busy {
    scene: Scene,
    bot: BotProcess,
    question: i64,
    call: Held,
}

impl Busy {
    async fn with(side: Side, text: &str, settings: &[(&str, &str)]) -> Self {
        let scene = Scene::new().await;
        let bot = scene.start_with(settings);
        let call = scene.trap(side).set(0, Moment::Arrived);
        let question = scene.ask(&bot, GROUP, text).await;
        Self { scene, bot, question, call: call.held().await }
    }

    /// Sends the signal and returns once it has arrived.
    fn signal(&mut self, name: &str) {
        self.bot.signal(name);
        self.bot.line_with("\"stopping");
    }
}

/// The questions that were answered in a room, one for each post, after one more start that had time for what was open.
async fn answered_in_the_end(scene: &Scene) -> Vec<i64> {
    let mut bot = scene.start();
    scene.settled(&bot).await;
    bot.stop();
    scene.talk.posted(GROUP).into_iter().filter_map(|(_, to)| to).collect()
}

#[tokio::test]
async fn a_running_answer_is_finished_and_posted() {
    for signal in SIGNALS {
        for side in [Side::Model, Side::Talk] {
            let mut busy = Busy::with(side, "@Halo answer in several messages", &[]).await;
            busy.signal(signal);
            drop(busy.call);
            assert!(busy.bot.wait().success(), "{signal} {side:?}");
            assert_eq!(busy.scene.left().await, [], "{signal} {side:?}");
            let posted = busy.scene.talk.posted(GROUP).len();
            assert!(posted >= 3, "{signal} {side:?}: {posted} parts");
            assert_eq!(answered_in_the_end(&busy.scene).await.len(), posted, "{signal} {side:?}");
        }
    }
}

#[tokio::test]
async fn what_has_not_begun_waits_for_the_next_start() {
    let mut busy = Busy::with(Side::Model, "@Halo say one", &[]).await;
    let second = busy.scene.ask(&busy.bot, GROUP, "@Halo say two").await;
    busy.signal("TERM");
    drop(busy.call);
    assert!(busy.bot.wait().success());
    assert_eq!(busy.scene.left().await, [Open { question: second, waiting: None }]);
    assert_eq!(answered_in_the_end(&busy.scene).await, [busy.question, second]);
}

#[tokio::test]
async fn what_is_asked_while_an_answer_is_finished_is_taken_and_waits_for_the_next_start() {
    let mut busy = Busy::with(Side::Model, "@Halo say one", &[]).await;
    busy.signal("TERM");
    let second = busy.scene.ask(&busy.bot, GROUP, "@Halo say two").await;
    drop(busy.call);
    assert!(busy.bot.wait().success());
    assert_eq!(busy.scene.left().await, [Open { question: second, waiting: None }]);
    assert_eq!(answered_in_the_end(&busy.scene).await, [busy.question, second]);
}

#[tokio::test]
async fn an_answer_that_takes_longer_than_the_grace_period_is_handed_back() {
    for signal in SIGNALS {
        let mut busy = Busy::with(Side::Model, "@Halo say one", &[("SHUTDOWN_GRACE", "0.3")]).await;
        let start = Stopwatch::start();
        busy.signal(signal);
        assert!(busy.bot.wait().success(), "{signal}");
        let took = start.elapsed();
        assert!((Duration::from_millis(300)..AT_ONCE).contains(&took), "{signal}: {took:?}");
        assert!(
            busy.bot.log().iter().any(|line| line.contains("handed_back")),
            "{signal}: {:#?}",
            busy.bot.log()
        );
        busy.call.forget();
        assert_eq!(answered_in_the_end(&busy.scene).await, [busy.question], "{signal}");
        assert_eq!(busy.scene.model.script.requests().len(), 1, "{signal}");
    }
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    for (first, second) in [("TERM", "TERM"), ("INT", "INT"), ("TERM", "INT")] {
        let mut busy = Busy::with(Side::Model, "@Halo say one", &[]).await;
        busy.signal(first);
        let start = Stopwatch::start();
        busy.bot.signal(second);
        busy.bot.wait();
        assert!(start.elapsed() < AT_ONCE, "{first} {second}: {:?}", start.elapsed());
        busy.call.forget();
        assert_eq!(answered_in_the_end(&busy.scene).await, [busy.question], "{first} {second}");
    }
}

#[tokio::test]
async fn an_idle_connection_holds_nothing_up() {
    let scene = Scene::new().await;
    let mut bot = scene.start();
    let mut idle =
        TcpStream::connect(bot.url.strip_prefix("http://").expect("an address")).expect("it listens");
    idle.write_all(b"GET /health HTTP/1.1\r\nHost: bot\r\n\r\n").expect("open");
    let mut head = [0; 15];
    idle.read_exact(&mut head).expect("an answer");
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    let start = Stopwatch::start();
    bot.stop();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test]
async fn nothing_but_the_database_and_its_lock_is_left() {
    let scene = Scene::new().await;
    let mut bot = scene.start();
    scene.ask(&bot, GROUP, "@Halo say one").await;
    scene.settled(&bot).await;
    bot.stop();
    let files = std::fs::read_dir(scene.directory.path()).expect("a directory");
    let mut names: Vec<_> = files.map(|file| file.expect("readable").file_name()).collect();
    names.sort();
    assert_eq!(names, ["bot.db", "bot.db.lock"]);
}
