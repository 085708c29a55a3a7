//! The whole service in this process between the two stand-ins, and what people, Talk and its administrator do
//! with it.

use std::net::SocketAddr;

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::demo::talk::{Said, Webhook};
use nextcloud_opencode_bot::adapters::http_client;
use nextcloud_opencode_bot::adapters::systemd::PassedSockets;
use nextcloud_opencode_bot::app::{App, Listeners, open_dead_letters};
use nextcloud_opencode_bot::ports::clock::Clock;
use nextcloud_opencode_bot::ports::queue::JobQueue;
use nextcloud_opencode_bot::settings::{Settings, Source};
use serde_json::Value;
use tempfile::TempDir;

use super::model::FakeModel;
use super::process::{DEADLINE, SECRET};
use super::talk::FakeTalk;
use super::until;

/// Figures of what nothing is sent to.
pub(crate) const ROOM_PAUSES: &str = "talk_pauses{scope=\"room\"}";
pub(crate) const SERVER_PAUSES: &str = "talk_pauses{scope=\"server\"}";

/// A service with its state, and the two servers around it.
pub(crate) struct TestApp {
    pub(crate) talk: FakeTalk,
    pub(crate) model: FakeModel,
    pub(super) directory: TempDir,
    source: Source,
    app: Option<App>,
    client: reqwest::Client,
}

/// What the service answers to a request.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) media_type: String,
    pub(crate) text: String,
}

impl Response {
    /// Status and words: `200 queued`, `200 ignored not_addressed`, `401 unauthorized`.
    pub(crate) fn verdict(&self) -> String {
        let (json, mut words) = (self.json(), vec![self.status.to_string()]);
        words.extend(["status", "reason"].iter().filter_map(|word| json[word].as_str().map(str::to_owned)));
        words.join(" ")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

impl TestApp {
    /// Listens with the settings that it must have and no other.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// The same with these settings.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::between(FakeTalk::start().await, settings).await
    }

    /// The same in front of that Talk.
    pub(crate) async fn between(talk: FakeTalk, settings: &[(&str, &str)]) -> Self {
        let model = FakeModel::start().await;
        let directory = tempfile::tempdir().expect("a directory");
        let database = format!("sqlite://{}", directory.path().join("bot.db").display());
        let mut source = Source::default();
        for (name, value) in [
            ("NEXTCLOUD_URL", talk.url().as_str()),
            ("MODEL_BASE_URL", &model.url()),
            ("BOT_SECRET", SECRET),
            ("BOT_PORT", "0"),
            ("DATABASE_URL", &database),
        ]
        .iter()
        .chain(settings)
        {
            source.environment.insert((*name).to_owned(), value.into());
        }
        let client = http_client::build("http://127.0.0.1", Some(DEADLINE));
        let mut app = Self { talk, model, directory, source, app: None, client };
        app.run().await;
        app
    }

    async fn run(&mut self) {
        let settings = self.settings();
        let listeners = Listeners::open(&settings, PassedSockets::default()).await.expect("free ports");
        self.app = Some(App::start(settings, listeners).await.expect("started"));
    }

    pub(super) fn settings(&self) -> Settings {
        Settings::read(&self.source).expect("valid")
    }

    fn app(&self) -> &App {
        self.app.as_ref().expect("it runs")
    }

    /// Where webhooks are taken.
    pub(crate) fn address(&self) -> SocketAddr {
        self.app().address().expect("a port")
    }

    /// Where the probes are, when they are apart.
    pub(crate) fn admin_address(&self) -> SocketAddr {
        self.app().admin_address().expect("a listener of its own")
    }

    /// Ends as at a SIGTERM. Every question must be settled.
    pub(crate) async fn stop(&mut self) {
        self.stop_leaving(0).await;
    }

    /// Ends with so many questions open.
    pub(crate) async fn stop_leaving(&mut self, open: u64) {
        self.app.take().expect("it runs").stop().await;
        let store = open_dead_letters(&self.settings().database_url).await.expect("the store is in order");
        let depth = store.depth(SystemClock.now()).await.expect("readable");
        store.close().await;
        assert_eq!((depth.open, depth.leased), (open, 0), "questions left open, and leased");
    }

    /// From the next start on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.source.environment.insert(name.to_owned(), value.into());
    }

    /// Starts again after a stop, with the same state.
    pub(crate) async fn start_again(&mut self) {
        assert!(self.app.is_none(), "it still runs");
        self.run().await;
    }

    /// Stops and starts again; every question must be settled.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start_again().await;
    }

    /// Somebody writes in a room, and Talk tells the service.
    pub(crate) async fn say(&self, room: &str, actor: &str, text: &str) -> Response {
        self.deliver(&self.said(room, actor, text).1).await
    }

    /// Somebody writes in reply to a message.
    pub(crate) async fn reply(&self, room: &str, actor: &str, to: i64, text: &str) -> Response {
        let said = self.talk.server().say(room, actor, text, Some(to), SystemClock.now());
        self.deliver(&webhook(said.expect("said")).1).await
    }

    /// Somebody reacts to a message.
    pub(crate) async fn react(&self, room: &str, actor: &str, message: i64, emoji: &str) -> Response {
        let said = self.talk.server().react(room, actor, message, emoji);
        self.deliver(&webhook(said.expect("done")).1).await
    }

    /// A moderator clears a room.
    pub(crate) async fn clear(&self, room: &str, actor: &str) -> Response {
        let said = self.talk.server().clear(room, actor, SystemClock.now());
        self.deliver(&webhook(said.expect("done")).1).await
    }

    /// A moderator enables the bot in a room.
    pub(crate) async fn join(&self, room: &str) -> Response {
        let webhook = self.talk.server().enable_bot(room);
        self.deliver(&webhook.expect("a room")).await
    }

    /// A moderator disables the bot in a room, and Talk tells the service.
    pub(crate) async fn leave(&self, room: &str) -> Response {
        let webhook = self.talk.server().disable_bot(room);
        self.deliver(&webhook.expect("a room")).await
    }

    /// Somebody asks, and the question is taken. Returns its number.
    pub(crate) async fn ask(&self, room: &str, actor: &str, text: &str) -> i64 {
        let (message, webhook) = self.said(room, actor, text);
        assert_eq!(self.deliver(&webhook).await.verdict(), "200 queued");
        message
    }

    /// Somebody asks and reads the bot's next message in that room.
    pub(crate) async fn answer(&self, room: &str, actor: &str, text: &str) -> String {
        let before = self.talk.posted(room).len();
        self.ask(room, actor, text).await;
        self.talk.wait_for_posts(room, before + 1).await.remove(before).0
    }

    /// Somebody writes in a room: the message's number, and its webhook, not sent.
    pub(crate) fn said(&self, room: &str, actor: &str, text: &str) -> (i64, Webhook) {
        webhook(self.talk.server().say(room, actor, text, None, SystemClock.now()).expect("said"))
    }

    /// Sends a webhook, signed, as Talk does.
    pub(crate) async fn deliver(&self, webhook: &Webhook) -> Response {
        let headers = self.headers(webhook);
        self.post("/webhook", &headers, &webhook.body).await
    }

    /// The headers that Talk sends with a webhook.
    pub(crate) fn headers(&self, webhook: &Webhook) -> Vec<(&'static str, String)> {
        let random = self.talk.random();
        let server = self.talk.server();
        webhook.headers(server.secret(), &random, server.backend())
    }

    /// Sends a request as anybody can.
    pub(crate) async fn post(&self, path: &str, headers: &[(&str, String)], body: &str) -> Response {
        let request = self.client.post(format!("http://{}{path}", self.address())).body(body.to_owned());
        send(headers.iter().fold(request, |request, (name, value)| request.header(*name, value))).await
    }

    /// Looks at a page of the webhook's listener.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.get_at(self.address(), path).await
    }

    /// Looks at a page of that listener.
    pub(crate) async fn get_at(&self, address: SocketAddr, path: &str) -> Response {
        send(self.client.get(format!("http://{address}{path}"))).await
    }

    /// What `/ready` says is wrong with that part; nothing when it is well.
    pub(crate) async fn problem(&self, part: &str) -> Option<String> {
        let ready = self.get("/ready").await.json();
        let checks = ready["checks"].as_array().expect("checks");
        let check = checks.iter().find(|check| check["name"] == part).expect("a check of that name");
        check["problem"].as_str().map(str::to_owned)
    }

    /// A figure of `/metrics`: everything before the last space of its line, without the prefix.
    pub(crate) async fn figure(&self, name: &str) -> Option<u64> {
        let page = self.get("/metrics").await.text;
        let line = page.lines().find_map(|line| line.strip_prefix(&format!("opencode_bot_{name} ")));
        line.map(|number| number.parse().expect("a number"))
    }

    /// Waits until a figure is that.
    pub(crate) async fn wait_for_figure(&self, name: &str, number: u64) {
        until(name, async || self.figure(name).await == Some(number)).await;
    }
}

fn webhook(said: Said) -> (i64, Webhook) {
    (said.message, said.webhook.expect("the bot is in the room"))
}

async fn send(request: reqwest::RequestBuilder) -> Response {
    let response = request.send().await.expect("answered");
    let media_type =
        response.headers().get("content-type").map(|value| value.to_str().expect("text").to_owned());
    Response {
        status: response.status().as_u16(),
        media_type: media_type.unwrap_or_default(),
        text: response.text().await.expect("text"),
    }
}
