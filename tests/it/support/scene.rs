//! The program between the two stand-ins, with a state that outlives it.

use std::path::PathBuf;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::{Stopwatch, SystemClock};
use nextcloud_opencode_bot::adapters::http_client;
use nextcloud_opencode_bot::adapters::sql::{SqlStore, StoreOptions};
use nextcloud_opencode_bot::domain::job::{PartState, Stage};
use nextcloud_opencode_bot::ports::clock::Clock;
use nextcloud_opencode_bot::ports::queue::JobQueue;
use tempfile::TempDir;

use super::model::FakeModel;
use super::process::{BotProcess, DEADLINE};
use super::talk::{FakeTalk, MIRA, Webhook};
use super::trap::Trap;

/// Far less than a lease lasts: what a process leaves is free for the next one at once.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Both stand-ins and a directory for the program.
pub(crate) struct Scene {
    pub(crate) talk: FakeTalk,
    pub(crate) model: FakeModel,
    pub(crate) directory: TempDir,
    client: reqwest::Client,
}

/// A stand-in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Model,
    Talk,
}

/// A question that is not settled.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Open {
    /// Its message.
    pub(crate) question: i64,
    /// Places of the parts that are not marked as posted; `None` while no reply is stored.
    pub(crate) waiting: Option<Vec<usize>>,
}

impl Scene {
    /// Nothing happened yet.
    pub(crate) async fn new() -> Self {
        Self::with_groups(0).await
    }

    /// The same with so many public rooms more.
    pub(crate) async fn with_groups(count: usize) -> Self {
        Self {
            talk: FakeTalk::with_groups(count).await,
            model: FakeModel::start().await,
            directory: tempfile::tempdir().expect("a directory"),
            client: http_client::build("http://127.0.0.1", Some(DEADLINE)),
        }
    }

    /// Starts the program on its state.
    pub(crate) fn start(&self) -> BotProcess {
        self.start_with(&[])
    }

    /// The same, with other settings.
    pub(crate) fn start_with(&self, settings: &[(&str, &str)]) -> BotProcess {
        BotProcess::start(self.directory.path(), &self.talk.url(), &self.model.url(), settings)
    }

    /// Starts the program and waits for nothing.
    pub(crate) fn spawn(&self) -> BotProcess {
        self.spawn_with(&[])
    }

    /// The same, with other settings.
    pub(crate) fn spawn_with(&self, settings: &[(&str, &str)]) -> BotProcess {
        BotProcess::spawn(self.directory.path(), &self.talk.url(), &self.model.url(), settings)
    }

    /// What holds chat requests, or posts.
    pub(crate) fn trap(&self, side: Side) -> &Trap {
        match side {
            Side::Model => &self.model.trap,
            Side::Talk => self.talk.trap(),
        }
    }

    /// Mira asks, and the program acknowledges it. Returns the question's message.
    pub(crate) async fn ask(&self, bot: &BotProcess, room: &str, text: &str) -> i64 {
        let question = self.talk.say(room, MIRA, text);
        let message = question.0;
        assert!(self.deliver(&bot.url, &question).await, "the question was not acknowledged");
        message
    }

    /// Sends a webhook as Talk does. Whether it was acknowledged.
    pub(crate) async fn deliver(&self, url: &str, (_, headers, body): &Webhook) -> bool {
        let request =
            headers.iter().fold(self.client.post(url), |request, (name, value)| request.header(*name, value));
        request.body(body.clone()).send().await.is_ok_and(|answer| answer.status() == 200)
    }

    /// Returns once the program has no question open.
    pub(crate) async fn settled(&self, bot: &BotProcess) {
        let start = Stopwatch::start();
        while self.open_questions(bot).await > 0 {
            assert!(start.elapsed() < SOON, "questions stay open");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn open_questions(&self, bot: &BotProcess) -> u64 {
        self.figure(bot, "queue_open_jobs").await
    }

    /// A figure of the program's `/metrics`: everything before the last space of its line, without the prefix.
    pub(crate) async fn figure(&self, bot: &BotProcess, name: &str) -> u64 {
        let figures = self.client.get(format!("{}/metrics", bot.url)).send().await.expect("it runs");
        let figures = figures.text().await.expect("figures");
        let line = figures.lines().find_map(|line| line.strip_prefix(&format!("opencode_bot_{name} ")));
        line.expect("the figure is there").parse().expect("a number")
    }

    /// Where the program keeps its state.
    pub(crate) fn database(&self) -> PathBuf {
        self.directory.path().join("bot.db")
    }

    /// What the program left, killed or stopped: the oldest open question of each room. Looks at a copy, so that
    /// the next start finds what the program left.
    pub(crate) async fn left(&self) -> Vec<Open> {
        let copy = tempfile::tempdir().expect("a directory");
        for ending in ["", "-wal"] {
            let name = format!("bot.db{ending}");
            // A program that was stopped leaves no log.
            let _ = std::fs::copy(self.directory.path().join(&name), copy.path().join(&name));
        }
        let url = format!("sqlite://{}", copy.path().join("bot.db").display());
        let options = StoreOptions { bot: "bot".to_owned(), signs: true };
        let store = SqlStore::open_for_service(&url, options).await.expect("what was left is whole");
        let later = SystemClock.now() + Duration::from_hours(48);
        let mut open = Vec::new();
        for stage in [Stage::Ask, Stage::Post] {
            let leased = store.lease(stage, 1000, later, later).await.expect("readable");
            open.extend(leased.into_iter().map(|leased| {
                let waiting = leased.job.reply.map(|reply| {
                    let waiting = reply.parts.iter().filter(|part| part.state == PartState::Waiting);
                    waiting.map(|part| part.index as usize).collect()
                });
                Open { question: leased.job.question.message.0, waiting }
            }));
        }
        store.close().await;
        open
    }
}
