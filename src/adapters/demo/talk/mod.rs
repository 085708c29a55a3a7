//! A small Talk, as strict as the real one: rooms, people, webhooks to sign and the bot's API with its limits and
//! its lock-out. A state machine without sockets or clock; who runs it sends the webhooks it hands out.

mod api;
pub mod cast;
mod mention;
mod moderators;
mod parameter;
mod people;
mod php;
mod progress;
mod reactions;
mod release;
mod room;
mod thing;
mod throttle;
mod webhook;

use url::Url;

use crate::domain::actor::{ActorId, Person};
use crate::domain::signature::BotSecret;
use crate::domain::time::Timestamp;
use cast::{PUBLIC, ROOMS};
use throttle::Throttle;

pub use parameter::{Parameter, Parameters};
pub use people::{NotSaid, Said};
pub use progress::Progress;
pub use release::Release;
pub use room::{Delivery, Message, MessageKind, Reactions, Room, Thread};
pub use thing::{Share, Thing};
pub use throttle::Delays;
pub use webhook::Webhook;

/// What Talk adds to the name of a bot's messages.
pub const BOT_SUFFIX: &str = " (Bot)";

/// The longest message, in code points.
const MAX_MESSAGE: usize = 32_000;

/// What goes wrong, when it is switched on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TalkFault {
    /// Nothing.
    #[default]
    None,
    /// Every call of the bot: 500.
    ServerError,
    /// No signature is accepted: 401, and it counts.
    Unauthorized,
    /// The door is closed: 429.
    LockedOut,
    /// Every post takes 27 s, as long as the slow-down can make it.
    Slow,
    /// A reverse proxy without a server behind it: 502.
    BadGateway,
    /// Every post is done, but a reverse proxy waits no longer and answers 504.
    GatewayTimeout,
    /// Every reaction that the bot adds: 400. Taking one away works.
    ReactionsRefused,
}

/// The server.
#[derive(Debug)]
pub struct TalkServer {
    rooms: Vec<Room>,
    bot: Person,
    secret: BotSecret,
    backend: String,
    throttle: Throttle,
    last_id: i64,
    fault: TalkFault,
    release: Release,
    /// Webhooks about the bot's own reactions, not yet handed out.
    echoes: Vec<Webhook>,
}

impl TalkServer {
    /// A server with some people and rooms, the bot enabled in all of them. The URL that its webhooks go to is the
    /// bot's identity; `backend` is the server's own address.
    #[must_use]
    pub fn new(name: &str, secret: BotSecret, webhook_url: &Url, backend: &str, delays: Delays) -> Self {
        let bot = ActorId::of_bot(webhook_url.as_str());
        Self {
            rooms: ROOMS.iter().map(Room::new).collect(),
            bot: Person { id: bot, name: format!("{name}{BOT_SUFFIX}") },
            secret,
            backend: backend.trim_end_matches('/').to_owned(),
            throttle: Throttle::new(delays),
            last_id: 4100,
            fault: TalkFault::None,
            release: Release::default(),
            echoes: Vec::new(),
        }
    }

    /// With so many public rooms more: `group01`, `group02` and so on.
    #[must_use]
    pub fn with_groups(mut self, count: usize) -> Self {
        self.rooms.extend((1..=count).map(|number| Room::numbered(number, &PUBLIC)));
        self
    }

    /// The rooms.
    #[must_use]
    pub fn rooms(&self) -> &[Room] {
        &self.rooms
    }

    /// The room of that token.
    #[must_use]
    pub fn room(&self, token: &str) -> Option<&Room> {
        self.rooms.iter().find(|room| room.token == token)
    }

    /// The bot as its messages name it.
    #[must_use]
    pub fn bot(&self) -> &Person {
        &self.bot
    }

    /// The server's address, as webhooks tell it.
    #[must_use]
    pub fn backend(&self) -> &str {
        &self.backend
    }

    /// The secret that webhooks are signed with.
    #[must_use]
    pub fn secret(&self) -> &BotSecret {
        &self.secret
    }

    /// What goes wrong at present.
    #[must_use]
    pub fn fault(&self) -> TalkFault {
        self.fault
    }

    /// Switches what goes wrong. Putting all right again also forgets refused signatures, as an administrator can.
    pub fn set_fault(&mut self, fault: TalkFault) {
        self.fault = fault;
        if fault == TalkFault::None {
            self.throttle.reset();
        }
    }

    /// The version that it is.
    #[must_use]
    pub fn release(&self) -> Release {
        self.release
    }

    /// Becomes another version. What was said stays.
    pub fn set_release(&mut self, release: Release) {
        self.release = release;
    }

    /// What became of a message's webhook.
    pub fn delivered(&mut self, token: &str, message: i64, delivery: Delivery) {
        if let Some(message) = self.room_mut(token).and_then(|room| room.message_mut(message)) {
            message.delivery = Some(delivery);
        }
    }

    /// Mentions in the bot's messages that notify somebody: each message's number and what was mentioned.
    #[must_use]
    pub fn live_mentions(&self) -> Vec<(i64, String)> {
        let messages = self.rooms.iter().flat_map(|room| &room.messages);
        let by_bot = messages.filter(|message| message.kind == MessageKind::Bot);
        let mentioned = |message: &Message| {
            let ids = message.parameters.0.values().filter_map(Parameter::mention_id);
            ids.map(|id| (message.id, id.to_owned())).collect::<Vec<_>>()
        };
        by_bot.flat_map(mentioned).collect()
    }

    fn room_mut(&mut self, token: &str) -> Option<&mut Room> {
        self.rooms.iter_mut().find(|room| room.token == token)
    }

    fn room_and_backend(&self, token: &str) -> Option<(&Room, &str)> {
        Some((self.room(token)?, &self.backend))
    }

    /// Stores a message as the server does for people and bots alike, and returns it.
    fn store(&mut self, token: &str, draft: Draft<'_>) -> Option<Message> {
        let room = self.rooms.iter_mut().find(|room| room.token == token)?;
        self.last_id += 1;
        let text = if draft.text.starts_with("//") { &draft.text[1..] } else { draft.text };
        let (text, mut parameters) = mention::resolve(text, room, &self.backend);
        parameters.0.extend(draft.parameters.into_iter().map(|(key, parameter)| (key.to_owned(), parameter)));
        let parent = draft.reply_to.and_then(|id| room.message(id));
        let thread =
            if draft.reply_to.is_some() { parent.and_then(|parent| parent.thread) } else { draft.thread };
        let told = room.bot_enabled && draft.kind == MessageKind::Person;
        if draft.kind == MessageKind::Person {
            room.last_post = None;
        }
        room.messages.push(Message {
            id: self.last_id,
            kind: draft.kind,
            author: draft.author,
            at: draft.at,
            text,
            parameters,
            reply_to: draft.reply_to,
            thread,
            deleted: false,
            reactions: Reactions::default(),
            delivery: told.then_some(Delivery::Pending),
            sign_gone: false,
        });
        room.messages.last().cloned()
    }
}

/// A message before it is stored.
struct Draft<'a> {
    kind: MessageKind,
    author: Person,
    text: &'a str,
    at: Timestamp,
    reply_to: Option<i64>,
    /// Where it stands, unless it is a reply.
    thread: Option<i64>,
    /// Meanings besides those of its mentions.
    parameters: Vec<(&'static str, Parameter)>,
}

impl<'a> Draft<'a> {
    fn new(kind: MessageKind, author: Person, text: &'a str, at: Timestamp) -> Self {
        Self { kind, author, text, at, reply_to: None, thread: None, parameters: Vec::new() }
    }
}

/// Without what PHP's `trim` takes off.
fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\n', '\r', '\t', '\u{b}', '\0'])
}

#[cfg(test)]
mod tests;
