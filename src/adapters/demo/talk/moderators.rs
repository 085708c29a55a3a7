//! What moderators do with a room: its history, and whether the bot is in it.

use super::TalkServer;
use super::people::{NotSaid, Said, System};
use super::room::Delivery;
use super::webhook::Webhook;
use crate::domain::time::Timestamp;

impl TalkServer {
    /// A moderator clears a room.
    pub fn clear(&mut self, token: &str, actor: &str, now: Timestamp) -> Result<Said, NotSaid> {
        let who = self.member(token, actor)?;
        self.check_moderator(token, actor)?;
        let room = self.room_mut(token).ok_or(NotSaid::NoSuchRoom)?;
        room.messages.clear();
        room.threads.clear();
        let text = "{actor} cleared the history of the conversation";
        let system = System { name: "history_cleared", text };
        let webhook = self.tell_system(token, &who, &system, vec![], now)?;
        let room = self.room_mut(token).ok_or(NotSaid::NoSuchRoom)?;
        let message = room.messages.last_mut().ok_or(NotSaid::NoSuchMessage)?;
        message.delivery = webhook.is_some().then_some(Delivery::Pending);
        Ok(Said { message: message.id, webhook, system: None })
    }

    /// Whether that actor may decide about the room.
    pub fn check_moderator(&self, token: &str, actor: &str) -> Result<(), NotSaid> {
        let room = self.room(token).ok_or(NotSaid::NoSuchRoom)?;
        if room.is_moderated_by(actor) { Ok(()) } else { Err(NotSaid::NotAllowed) }
    }

    /// A moderator enables the bot in a room; the webhook tells it. Nothing for a room that does not exist.
    pub fn enable_bot(&mut self, token: &str) -> Option<Webhook> {
        self.room_mut(token)?.bot_enabled = true;
        self.room(token).map(|room| Webhook::membership("Join", room, self.bot()))
    }

    /// A moderator disables the bot in a room; the webhook tells it.
    pub fn disable_bot(&mut self, token: &str) -> Option<Webhook> {
        let room = self.room_mut(token)?;
        room.bot_enabled = false;
        room.left_after = room.messages.last().map_or(0, |message| message.id);
        self.room(token).map(|room| Webhook::membership("Leave", room, self.bot()))
    }
}
