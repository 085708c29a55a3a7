//! The demo's Talk behind wiremock: what it is asked goes to the same rules, at once and without its slow-down.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::wire::MockServer;
use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::demo::changes::Changes;
use nextcloud_opencode_bot::adapters::demo::exchange::Call;
use nextcloud_opencode_bot::adapters::demo::talk::{Delays, MessageKind, Said, TalkServer};
use nextcloud_opencode_bot::domain::signature::BotSecret;
use nextcloud_opencode_bot::ports::clock::Clock;
use wiremock::matchers::any;
use wiremock::{Mock, Request, Respond, ResponseTemplate};

use super::process::{DEADLINE, SECRET};
use super::trap::Trap;
use super::{response, trapped};

/// A group with the bot in it, and two of its people.
pub(crate) const GROUP: &str = "kq7m2rtx";
pub(crate) const MIRA: &str = "users/mira";
pub(crate) const TOMAS: &str = "users/tomas";
/// Somebody of another Nextcloud, who is in the group too.
pub(crate) const LENA: &str = "federated_users/lena@cloud.partner.example";
/// Mira's and Tomas' room.
pub(crate) const ONE_TO_ONE: &str = "d8wq3zzk";
/// A room for whoever has the link, and somebody who has it.
pub(crate) const PUBLIC: &str = "zz81lmfp";
pub(crate) const GUEST: &str = "guests/5b0e7f3a9c1d4e2f8a6b7c5d3e1f0a9b8c7d6e5f";

/// Mira's notes to herself.
pub(crate) const NOTES: &str = "7fxkp2y6";
/// A room of Oda's with everybody in it, also with a guest by mail. There Mira and the guest are moderators.
pub(crate) const WORKSHOP: &str = "w0rksh0p";
pub(crate) const ODA: &str = "users/oda";
pub(crate) const ACME: &str = "emails/9f2c0d6ab1e84c7f3d5a60be71c2f4987e0d1a3b5c6f8e9d0a1b2c3d4e5f6071";

/// The number of a message, and headers and body of its webhook.
pub(crate) type Webhook = (i64, Vec<(&'static str, String)>, String);

#[derive(Clone)]
struct Rules {
    server: Arc<Mutex<TalkServer>>,
    changes: Changes,
    trap: Arc<Trap>,
}

impl Rules {
    fn server(&self) -> MutexGuard<'_, TalkServer> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Respond for Rules {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let call = Call {
            method: &request.method,
            path: request.url.path(),
            query: request.url.query().unwrap_or(""),
            headers: &request.headers,
            body: &request.body,
        };
        let answer = || {
            let answer = self.server().answer(&call, SystemClock.now());
            self.changes.bump();
            response(answer)
        };
        if call.path.ends_with("/message") { trapped(&self.trap, answer) } else { answer() }
    }
}

/// A running Talk.
pub(crate) struct FakeTalk {
    rules: Rules,
    mock: MockServer,
    webhooks: AtomicU64,
}

impl FakeTalk {
    /// A Talk with the demo's people and rooms, and a bot called Halo in all of them.
    pub(crate) async fn start() -> Self {
        Self::with_groups(0).await
    }

    /// The same with so many public rooms more.
    pub(crate) async fn with_groups(count: usize) -> Self {
        let mock = MockServer::start().await;
        let secret = BotSecret::new(SECRET).expect("length");
        let bot = "http://bot.example/webhook".parse().expect("a URL");
        let server = TalkServer::new("Halo", secret, &bot, &mock.uri(), Delays::None).with_groups(count);
        let server = Arc::new(Mutex::new(server));
        let rules = Rules { server, changes: Changes::default(), trap: Arc::default() };
        Mock::given(any()).respond_with(rules.clone()).mount(&mock).await;
        Self { rules, mock, webhooks: AtomicU64::default() }
    }

    /// 64 characters, other ones for each webhook, as Nextcloud draws them.
    pub(crate) fn random(&self) -> String {
        format!("{:064}", self.webhooks.fetch_add(1, Ordering::Relaxed))
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        self.mock.uri()
    }

    /// Holds posts.
    pub(crate) fn trap(&self) -> &Trap {
        &self.rules.trap
    }

    /// The server itself: to speak as somebody, to look into rooms, to let it fail.
    pub(crate) fn server(&self) -> MutexGuard<'_, TalkServer> {
        self.rules.server()
    }

    /// Somebody writes in a room: the number of the message, and its webhook, signed.
    pub(crate) fn say(&self, room: &str, actor: &str, text: &str) -> Webhook {
        let random = self.random();
        let mut server = self.server();
        let Said { message, webhook, .. } =
            server.say(room, actor, text, None, SystemClock.now()).expect("said");
        let webhook = webhook.expect("the bot is in the room");
        let headers = webhook.headers(server.secret(), &random, server.backend());
        (message, headers, webhook.body)
    }

    /// The bot's messages in a room: the text of each, and what it replies to.
    pub(crate) fn posted(&self, room: &str) -> Vec<(String, Option<i64>)> {
        let server = self.server();
        let messages = &server.room(room).expect("a room").messages;
        let by_bot = messages.iter().filter(|message| message.kind == MessageKind::Bot);
        by_bot.map(|message| (message.text.clone(), message.reply_to)).collect()
    }

    /// The number of the bot's newest message in a room.
    pub(crate) fn newest_post(&self, room: &str) -> i64 {
        let server = self.server();
        let messages = &server.room(room).expect("a room").messages;
        messages.iter().rfind(|message| message.kind == MessageKind::Bot).expect("a post").id
    }

    /// Waits until the bot has posted so many messages in a room.
    pub(crate) async fn wait_for_posts(&self, room: &str, count: usize) -> Vec<(String, Option<i64>)> {
        loop {
            let seen = self.rules.changes.revision();
            let posted = self.posted(room);
            if posted.len() >= count {
                return posted;
            }
            self.rules.changes.after(seen, DEADLINE).await;
            assert_ne!(self.rules.changes.revision(), seen, "only {posted:?} was posted");
        }
    }

    /// The emoji on a message, each with the actor behind it, oldest first.
    pub(crate) fn reactions(&self, room: &str, message: i64) -> Vec<(String, String)> {
        let server = self.server();
        let message = server.room(room).and_then(|room| room.message(message)).expect("a message");
        let reactions = message.reactions.0.iter();
        reactions.map(|(emoji, actor)| (emoji.clone(), actor.as_str().to_owned())).collect()
    }

    /// Waits until just these emoji are on a message, whoever put them there.
    pub(crate) async fn wait_for_reactions(&self, room: &str, message: i64, wanted: &[&str]) {
        loop {
            let seen = self.rules.changes.revision();
            let reactions = self.reactions(room, message);
            if reactions.iter().map(|(emoji, _)| emoji.as_str()).eq(wanted.iter().copied()) {
                return;
            }
            self.rules.changes.after(seen, DEADLINE).await;
            assert_ne!(self.rules.changes.revision(), seen, "{reactions:?} instead of {wanted:?}");
        }
    }

    /// The same rules at another address too, for as long as the returned server lives.
    pub(crate) async fn also_at(&self, listener: TcpListener) -> MockServer {
        let mock = MockServer::at(listener).await;
        Mock::given(any()).respond_with(self.rules.clone()).mount(&mock).await;
        mock
    }

    /// The server that the rules stand behind.
    pub(crate) fn mock(&self) -> &MockServer {
        &self.mock
    }
}
