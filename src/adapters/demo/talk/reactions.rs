//! Reactions of people and of the bot, and what Talk tells the bot of them: its own ones come back to it like anybody
//! else's.

use poem::http::StatusCode;
use serde_json::json;
use unicode_segmentation::UnicodeSegmentation;

use super::api::{Done, json_body};
use super::people::{NotSaid, Said, System};
use super::room::{Message, Reactions};
use super::webhook::Webhook;
use super::{BOT_SUFFIX, TalkFault, TalkServer};
use crate::adapters::demo::exchange::Call;
use crate::domain::actor::Person;
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;

/// Added whenever a reaction is taken back.
const REVOKED: System = System { name: "reaction_revoked", text: "{actor} deleted a reaction" };

impl TalkServer {
    /// A person reacts to a message.
    pub fn react(&mut self, token: &str, actor: &str, message: i64, emoji: &str) -> Result<Said, NotSaid> {
        let who = self.member(token, actor)?;
        let message = self.change_reactions(token, message, |reactions| reactions.add(emoji, &who.id))?;
        self.tell_like(token, &message, &who, emoji)
    }

    /// A person takes a reaction back. Two webhooks: the Undo, and the system message that goes with it.
    pub fn unreact(
        &mut self,
        token: &str,
        actor: &str,
        message: i64,
        emoji: &str,
        now: Timestamp,
    ) -> Result<Said, NotSaid> {
        let who = self.member(token, actor)?;
        let message = self.change_reactions(token, message, |reactions| reactions.remove(emoji, &who.id))?;
        let system = self.tell_system(token, &who, &REVOKED, vec![], now)?;
        Ok(Said { system, ..self.tell_undo(token, &message, &who, emoji)? })
    }

    /// What the bot's own reactions make Talk tell it, oldest first. Each is handed out once.
    pub fn take_echoes(&mut self) -> Vec<Webhook> {
        std::mem::take(&mut self.echoes)
    }

    pub(super) fn bot_reacts(&mut self, token: &str, id: &str, call: &Call<'_>) -> Done {
        let emoji = reaction(call)?;
        self.authorize(token, call, &emoji)?;
        if !is_emoji(&emoji) || self.fault() == TalkFault::ReactionsRefused {
            return Err(StatusCode::BAD_REQUEST);
        }
        let id = self.locate(token, id, StatusCode::BAD_REQUEST)?;
        let bot = self.bot().clone();
        let message = self.room_mut(token).and_then(|room| room.message_mut(id));
        let message = message.ok_or(StatusCode::NOT_FOUND)?;
        if !message.takes_reactions() {
            return Err(StatusCode::BAD_REQUEST);
        }
        if !message.reactions.add(&emoji, &bot.id) {
            return Ok((StatusCode::OK, json!({})));
        }
        if emoji == Sign::Thinking.emoji() {
            message.sign_gone = false;
        }
        let message = message.clone();
        let said = self.tell_like(token, &message, &unmarked(&bot), &emoji);
        self.echoes.extend(said.into_iter().flat_map(Said::webhooks));
        Ok((StatusCode::CREATED, json!({})))
    }

    pub(super) fn bot_unreacts(&mut self, token: &str, id: &str, call: &Call<'_>, now: Timestamp) -> Done {
        let emoji = reaction(call)?;
        self.authorize(token, call, &emoji)?;
        let id = self.locate(token, id, StatusCode::NOT_FOUND)?;
        let bot = self.bot().clone();
        let message = self.room_mut(token).and_then(|room| room.message_mut(id));
        let message = message.filter(|message| message.reactions.has(&emoji, &bot.id));
        let message = message.ok_or(StatusCode::NOT_FOUND)?;
        message.reactions.remove(&emoji, &bot.id);
        message.sign_gone |= emoji == Sign::Thinking.emoji();
        let message = message.clone();
        let said = self.tell_undo(token, &message, &unmarked(&bot), &emoji);
        self.echoes.extend(said.into_iter().flat_map(Said::webhooks));
        let system = self.tell_system(token, &bot, &REVOKED, vec![], now);
        self.echoes.extend(system.into_iter().flatten());
        Ok((StatusCode::OK, json!({})))
    }

    fn tell_like(&self, token: &str, message: &Message, who: &Person, emoji: &str) -> Result<Said, NotSaid> {
        let named = self.named(message, who);
        self.tell(token, message.id, |room| Webhook::like(room, message, &named, emoji))
    }

    fn tell_undo(&self, token: &str, message: &Message, who: &Person, emoji: &str) -> Result<Said, NotSaid> {
        let named = self.named(message, who);
        self.tell(token, message.id, |room| Webhook::undo(room, message, &named, emoji))
    }

    /// Whom Talk names as the actor of a reaction: old versions the author of the message.
    fn named(&self, message: &Message, who: &Person) -> Person {
        if self.release().names_who_reacted() { who.clone() } else { unmarked(&message.author) }
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
        if !message.takes_reactions() {
            return Err(NotSaid::NotAllowed);
        }
        if change(&mut message.reactions) { Ok(message.clone()) } else { Err(NotSaid::Unchanged) }
    }
}

/// In Like and Undo a bot's name has no mark.
fn unmarked(person: &Person) -> Person {
    let name = person.name.strip_suffix(BOT_SUFFIX).unwrap_or(&person.name);
    Person { id: person.id.clone(), name: name.to_owned() }
}

/// From the query or the body: Nextcloud takes both.
fn reaction(call: &Call<'_>) -> Result<String, StatusCode> {
    let in_query = url::form_urlencoded::parse(call.query.as_bytes())
        .find(|(name, _)| name == "reaction")
        .map(|(_, value)| value.into_owned());
    match in_query {
        Some(emoji) => Ok(emoji),
        None => json_body(call)?["reaction"].as_str().map(str::to_owned).ok_or(StatusCode::BAD_REQUEST),
    }
}

/// One character as people count, and no letter or digit.
fn is_emoji(text: &str) -> bool {
    text.graphemes(true).count() == 1 && !text.is_ascii() && !text.chars().all(char::is_alphanumeric)
}
