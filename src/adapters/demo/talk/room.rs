//! Rooms and messages as the stand-in keeps them.

use std::time::Duration;

use super::cast::{MODERATORS, RoomKind, Seed};
use super::parameter::Parameters;
use crate::domain::actor::{ActorId, Person};
use crate::domain::time::Timestamp;

/// A room.
#[derive(Debug, Clone)]
pub struct Room {
    /// Its identity.
    pub token: String,
    /// Its raw name; of a one-to-one room the two ids as a JSON list.
    pub name: String,
    /// Its kind.
    pub kind: RoomKind,
    /// Actor ids of its people, each with Talk's number for its role.
    pub members: &'static [(&'static str, &'static str)],
    /// Whether a moderator has enabled the bot here.
    pub bot_enabled: bool,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Oldest first.
    pub threads: Vec<Thread>,
    /// The status of the bot's newest post since a person spoke.
    pub last_post: Option<u16>,
    /// The newest message when the bot was put out of the room: up to it, nothing is answered any more.
    pub left_after: i64,
}

impl Room {
    pub(super) fn new(seed: &Seed) -> Self {
        Self {
            token: seed.token.to_owned(),
            name: seed.name.to_owned(),
            kind: seed.kind,
            members: seed.members,
            bot_enabled: true,
            messages: Vec::new(),
            threads: Vec::new(),
            last_post: None,
            left_after: 0,
        }
    }

    /// One more room like that one.
    pub(super) fn numbered(number: usize, seed: &Seed) -> Self {
        Self { token: format!("group{number:02}"), name: format!("Group {number}"), ..Self::new(seed) }
    }

    /// The message of that number.
    #[must_use]
    pub fn message(&self, id: i64) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id)
    }

    /// Whether that actor may clear the room and decide about its bots.
    #[must_use]
    pub fn is_moderated_by(&self, actor: &str) -> bool {
        self.role(actor).is_some_and(|role| MODERATORS.contains(&role))
    }

    pub(super) fn has_thread(&self, id: i64) -> bool {
        self.threads.iter().any(|thread| thread.id == id)
    }

    /// Whether the bot's newest post was refused.
    pub(super) fn refused(&self) -> Option<u16> {
        self.last_post.filter(|status| *status >= 400)
    }

    pub(super) fn message_mut(&mut self, id: i64) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.id == id)
    }

    /// Talk's number for the role of that actor, if it is in the room.
    pub(super) fn role(&self, actor: &str) -> Option<&'static str> {
        self.members.iter().find(|(member, _)| *member == actor).map(|(_, role)| *role)
    }
}

/// A thread of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The number of the message that opened it.
    pub id: i64,
    /// What it is about.
    pub title: String,
}

/// Who is behind a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// A person's words.
    Person,
    /// The bot's words.
    Bot,
    /// The room tells something; Talk's name for it.
    System(&'static str),
}

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    /// Growing over all rooms.
    pub id: i64,
    /// Who is behind it.
    pub kind: MessageKind,
    /// Its author; a bot's name ends in ` (Bot)`.
    pub author: Person,
    /// When.
    pub at: Timestamp,
    /// Text with placeholders.
    pub text: String,
    /// What the placeholders stand for.
    pub parameters: Parameters,
    /// The message it replies to.
    pub reply_to: Option<i64>,
    /// The thread it stands in or opens.
    pub thread: Option<i64>,
    /// Whether its words are gone.
    pub deleted: bool,
    /// What people and bots think of it.
    pub reactions: Reactions,
    /// What became of its webhook; `None` when there was none.
    pub delivery: Option<Delivery>,
    /// Whether the bot took off its sign that it works on it.
    pub sign_gone: bool,
}

impl Message {
    /// Whether Talk takes reactions to it: only to words and to what is shared.
    #[must_use]
    pub fn takes_reactions(&self) -> bool {
        !self.deleted && !matches!(self.kind, MessageKind::System(_))
    }

    /// Whether the server keeps it only for itself and its clients, which do not show it.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        matches!(self.kind, MessageKind::System("reaction_revoked" | "message_edited" | "message_deleted"))
    }

    /// Whether the bot said that it will answer.
    #[must_use]
    pub fn is_question(&self) -> bool {
        self.delivery.as_ref().is_some_and(Delivery::is_queued)
    }
}

/// Emoji, each with who used it, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reactions(pub Vec<(String, ActorId)>);

impl Reactions {
    /// Whether that actor used that emoji.
    #[must_use]
    pub fn has(&self, emoji: &str, by: &ActorId) -> bool {
        self.0.iter().any(|(used, user)| used == emoji && user == by)
    }

    /// Adds one; `false` when it was there.
    pub(super) fn add(&mut self, emoji: &str, by: &ActorId) -> bool {
        let new = !self.has(emoji, by);
        if new {
            self.0.push((emoji.to_owned(), by.clone()));
        }
        new
    }

    /// Takes one away; `false` when it was not there.
    pub(super) fn remove(&mut self, emoji: &str, by: &ActorId) -> bool {
        let before = self.0.len();
        self.0.retain(|(used, user)| used != emoji || user != by);
        self.0.len() < before
    }
}

/// A webhook's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// On its way; the sender's own request waits for it.
    Pending,
    /// The bot answered.
    Answered {
        /// The status.
        status: u16,
        /// How long it took.
        took: Duration,
        /// The word for what the bot does with it.
        verdict: String,
        /// Why, where it says so.
        reason: Option<String>,
    },
    /// No answer.
    Lost {
        /// How long it took.
        took: Duration,
    },
}

impl Delivery {
    /// Whether Talk counts it as well: 200 and 202 only.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        matches!(self, Self::Answered { status: 200 | 202, .. })
    }

    fn is_queued(&self) -> bool {
        matches!(self, Self::Answered { verdict, .. } if verdict == "queued") && self.succeeded()
    }
}
