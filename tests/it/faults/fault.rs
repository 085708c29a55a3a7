//! The program between its stand-ins, with exactly one thing wrong, and the four places that are asked for it.

use std::process::Command;

use super::seen::{self, Seen, counts};
use super::table::Row;
use crate::support::process::{BotProcess, SECRET, command};
use crate::support::scene::Scene;
use crate::support::talk::{GROUP, MIRA};
use crate::support::until;

type Settings = Vec<(&'static str, String)>;

/// Tells something where the bot is.
type Lead = Box<dyn Fn(&str)>;

/// What is wrong.
pub(super) struct Fault {
    row: Row,
    pub(super) scene: Scene,
    settings: Settings,
    of_doctor: Settings,
    /// Leads what stands in front of the bot to its address.
    lead: Option<Lead>,
    looks_at_room: bool,
}

impl Fault {
    /// The fault of that row; nothing is wrong yet.
    pub(super) async fn of(row: &str) -> Self {
        Self {
            row: Row::of(row),
            scene: Scene::new().await,
            settings: Vec::new(),
            of_doctor: Vec::new(),
            lead: None,
            looks_at_room: false,
        }
    }

    /// With that setting.
    pub(super) fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((name, value.into()));
        self
    }

    /// The same, which the running service does not have yet.
    pub(super) fn set_since(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.of_doctor.push((name, value.into()));
        self
    }

    /// The doctor looks at the room of the question, too.
    pub(super) fn in_room(mut self) -> Self {
        self.looks_at_room = true;
        self
    }

    /// With something in front of the bot, which learns where that is when it runs.
    pub(super) fn behind(mut self, url: impl Into<String>, lead: impl Fn(&str) + 'static) -> Self {
        self.of_doctor.push(("WEBHOOK_URL", url.into()));
        self.lead = Some(Box::new(lead));
        self
    }

    /// A question is asked before anybody looks. Returns what was seen.
    pub(super) async fn asked(self) -> Seen {
        let bot = self.start();
        self.scene.ask(&bot, GROUP, "@Halo hello").await;
        self.look_by(command(&["doctor"]), bot).await
    }

    /// A question is asked that the bot does not take.
    pub(super) async fn asked_in_vain(self) {
        let bot = self.start();
        let question = self.scene.talk.say(GROUP, MIRA, "@Halo hello");
        assert!(!self.scene.deliver(&bot.url, &question).await);
        self.look_by(command(&["doctor"]), bot).await;
    }

    /// Nobody asks anything: no question can arrive, or none is needed.
    pub(super) async fn not_asked(self) {
        let bot = self.start();
        self.look_by(command(&["doctor"]), bot).await;
    }

    /// The service ends at its start.
    pub(super) async fn not_started(self) {
        self.not_started_by(command(&["serve"]), command(&["doctor"])).await;
    }

    /// The same, with other ways to run the two.
    pub(super) async fn not_started_by(self, service: Command, doctor: Command) {
        let (directory, talk, model) = (self.scene.directory.path(), &self.scene.talk, &self.scene.model);
        let settings = borrowed(&self.settings);
        let mut bot = BotProcess::spawn_by(service, directory, &talk.url(), &model.url(), &settings);
        assert!(!bot.wait().success());
        self.ended(bot, doctor).await;
    }

    /// The service was stopped.
    pub(super) async fn stopped(self) {
        let mut bot = self.start();
        bot.stop();
        self.ended(bot, command(&["doctor"])).await;
    }

    async fn ended(self, mut bot: BotProcess, doctor: Command) {
        let (findings, code) = self.doctor(&bot, doctor).await;
        let log = bot.log().into_iter().map(|line| seen::line(line)).collect();
        self.row.holds(&Seen { findings, code, ready: None, log, figures: Vec::new() });
    }

    fn start(&self) -> BotProcess {
        let bot = self.scene.start_with(&borrowed(&self.settings));
        if let Some(lead) = &self.lead {
            lead(&bot.url);
        }
        bot
    }

    /// Waits for what the row tells, and holds what is seen against it.
    pub(super) async fn look_by(self, doctor: Command, mut bot: BotProcess) -> Seen {
        bot.wait_for_log(&self.row.log());
        for figure in self.row.figures() {
            until(figure, async || counts(&seen::figures(&bot.url).await, figure)).await;
        }
        let figures = seen::figures(&bot.url).await;
        let ready = Some(seen::ready(&bot.url).await);
        let (findings, code) = self.doctor(&bot, doctor).await;
        bot.kill();
        let log = bot.log().into_iter().map(|line| seen::line(line)).collect();
        let seen = Seen { findings, code, ready, log, figures };
        self.row.holds(&seen);
        seen
    }

    /// What the doctor finds with the same settings.
    async fn doctor(&self, bot: &BotProcess, mut doctor: Command) -> (Vec<seen::Finding>, Option<i32>) {
        if self.looks_at_room {
            doctor.args(["--room", GROUP]);
        }
        doctor
            .arg("--json")
            .current_dir(self.scene.directory.path())
            .env("NEXTCLOUD_URL", self.scene.talk.url())
            .env("MODEL_BASE_URL", self.scene.model.url())
            .env("BOT_SECRET", SECRET)
            .env("BOT_PORT", bot.url.rsplit(':').next().filter(|port| !port.is_empty()).unwrap_or("0"))
            .env("DATABASE_URL", format!("sqlite://{}", self.scene.database().display()))
            .envs(self.settings.iter().chain(&self.of_doctor).cloned());
        if !bot.url.is_empty()
            && !self.settings.iter().chain(&self.of_doctor).any(|(name, _)| *name == "WEBHOOK_URL")
        {
            doctor.env("WEBHOOK_URL", format!("{}/webhook", bot.url));
        }
        let output = tokio::task::spawn_blocking(move || doctor.output()).await.expect("it runs");
        let output = output.expect("it starts");
        (seen::findings(&output.stdout), output.status.code())
    }
}

fn borrowed(settings: &Settings) -> Vec<(&str, &str)> {
    settings.iter().map(|(name, value)| (*name, value.as_str())).collect()
}
