//! What people do in the stand-in's rooms, and the webhooks that follow from it.

use super::cast::PEOPLE;
use super::mention::Parameter;
use super::room::{Message, MessageKind, Reactions, Room};
use super::webhook::Webhook;
use super::{Draft, MAX_MESSAGE, TalkServer, trimmed};
use crate::domain::actor::{ActorId, Person};
use crate::domain::time::Timestamp;

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSaid {
    /// No such room, or the person is not in it.
    #[error("that person is in no such room")]
    NoSuchRoom,
    /// Nothing to read in it, or too long.
    #[error("a message has 1 to 32,000 characters")]
    BadLength,
    /// No such message in the room.
    #[error("the room has no such message")]
    NoSuchMessage,
    /// The reaction is there already, or not there.
    #[error("nothing changed")]
    Unchanged,
}

/// What a person did, and what Talk has to tell the bot about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The message.
    pub message: i64,
    /// `None` when the bot is not enabled in the room.
    pub webhook: Option<Webhook>,
}

impl TalkServer {
    /// A person writes, perhaps in reply to a message of the room.
    pub fn say(
        &mut self,
        token: &str,
        actor: &str,
        text: &str,
        reply_to: Option<i64>,
        now: Timestamp,
    ) -> Result<Said, NotSaid> {
        let author = self.member(token, actor)?;
        let text = trimmed(text);
        if text.is_empty() || text.chars().count() > MAX_MESSAGE {
            return Err(NotSaid::BadLength);
        }
        let room = self.room(token).ok_or(NotSaid::NoSuchRoom)?;
        let parent = match reply_to {
            Some(id) => Some(room.message(id).cloned().ok_or(NotSaid::NoSuchMessage)?),
            None => None,
        };
        let draft = Draft { kind: MessageKind::Person, author, text, reply_to, at: now };
        let message = self.store(token, draft).ok_or(NotSaid::NoSuchRoom)?;
        self.tell(token, message.id, |room| Webhook::create(room, &message, parent.as_ref()))
    }

    /// A person reacts to a message.
    pub fn react(&mut self, token: &str, actor: &str, message: i64, emoji: &str) -> Result<Said, NotSaid> {
        let who = self.member(token, actor)?;
        let message = self.change_reactions(token, message, |reactions| reactions.add(emoji, &who.id))?;
        self.tell(token, message.id, |room| Webhook::like(room, &message, &who, emoji))
    }

    /// A person takes a reaction back.
    pub fn unreact(&mut self, token: &str, actor: &str, message: i64, emoji: &str) -> Result<Said, NotSaid> {
        let who = self.member(token, actor)?;
        let message = self.change_reactions(token, message, |reactions| reactions.remove(emoji, &who.id))?;
        self.tell(token, message.id, |room| Webhook::undo(room, &message, &who, emoji))
    }

    /// A moderator clears a room.
    pub fn clear(&mut self, token: &str, actor: &str, now: Timestamp) -> Result<Said, NotSaid> {
        let author = self.member(token, actor)?;
        let parameter = Parameter::user(author.id.id(), &author.name);
        self.room_mut(token).ok_or(NotSaid::NoSuchRoom)?.messages.clear();
        let text = "{actor} cleared the history of the conversation";
        let kind = MessageKind::System("history_cleared");
        let draft = Draft { kind, author, text, reply_to: None, at: now };
        let id = self.store(token, draft).ok_or(NotSaid::NoSuchRoom)?.id;
        let stored = self.room_mut(token).and_then(|room| room.message_mut(id));
        let stored = stored.ok_or(NotSaid::NoSuchMessage)?;
        stored.parameters.0.insert("actor".to_owned(), parameter);
        let message = stored.clone();
        self.tell(token, id, |room| Webhook::activity(room, &message))
    }

    /// A moderator enables the bot in a room; the webhook tells it. Nothing for a room that does not exist.
    pub fn enable_bot(&mut self, token: &str) -> Option<Webhook> {
        self.room_mut(token)?.bot_enabled = true;
        self.room(token).map(|room| Webhook::membership("Join", room, self.bot()))
    }

    /// A moderator disables the bot in a room; the webhook tells it.
    pub fn disable_bot(&mut self, token: &str) -> Option<Webhook> {
        self.room_mut(token)?.bot_enabled = false;
        self.room(token).map(|room| Webhook::membership("Leave", room, self.bot()))
    }

    /// Nextcloud tells the bot only where it is enabled.
    fn tell(
        &self,
        token: &str,
        message: i64,
        webhook: impl FnOnce(&Room) -> Webhook,
    ) -> Result<Said, NotSaid> {
        let room = self.room(token).ok_or(NotSaid::NoSuchRoom)?;
        Ok(Said { message, webhook: room.bot_enabled.then(|| webhook(room)) })
    }

    fn member(&self, token: &str, actor: &str) -> Result<Person, NotSaid> {
        let room = self.room(token).ok_or(NotSaid::NoSuchRoom)?;
        let account = PEOPLE.iter().find(|account| account.actor == actor && room.role(actor).is_some());
        let account = account.ok_or(NotSaid::NoSuchRoom)?;
        Ok(Person { id: ActorId::new(account.actor), name: account.name.to_owned() })
    }

    /// Changes a message's reactions; `change` tells whether it did.
    fn change_reactions(
        &mut self,
        token: &str,
        message: i64,
        change: impl FnOnce(&mut Reactions) -> bool,
    ) -> Result<Message, NotSaid> {
        let room = self.room_mut(token).ok_or(NotSaid::NoSuchRoom)?;
        let message = room.message_mut(message).ok_or(NotSaid::NoSuchMessage)?;
        if change(&mut message.reactions) { Ok(message.clone()) } else { Err(NotSaid::Unchanged) }
    }
}
