//! The webhooks of Talk, byte for byte as Nextcloud sends them.

use serde::Serialize;

use super::parameter::Parameters;
use super::php;
use super::release::Release;
use super::room::{Message, Room};
use crate::domain::actor::Person;
use crate::domain::signature::BotSecret;

/// A webhook, not yet signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Exactly the bytes to send.
    pub body: String,
}

impl Webhook {
    /// The headers that belong to it. `random` has 64 characters and is new every time.
    #[must_use]
    pub fn headers(&self, secret: &BotSecret, random: &str, backend: &str) -> Vec<(&'static str, String)> {
        vec![
            ("Content-Type", "application/json".to_owned()),
            ("X-Nextcloud-Talk-Random", random.to_owned()),
            ("X-Nextcloud-Talk-Signature", secret.sign(random, self.body.as_bytes())),
            ("X-Nextcloud-Talk-Backend", format!("{}/", backend.trim_end_matches('/'))),
            ("OCS-APIRequest", "true".to_owned()),
            ("User-Agent", "Nextcloud-Server-Crawler/32.0.9".to_owned()),
        ]
    }

    fn of<O: Serialize>(event: &Event<'_, O>) -> Self {
        Self { body: php::encode(event) }
    }

    /// A person wrote `message`, in reply to `parent`.
    pub(super) fn create(room: &Room, message: &Message, parent: Option<&Message>, release: Release) -> Self {
        let mut note = Note::new(message, "message");
        note.thread_id = message.thread.filter(|_| release.tells_threads());
        note.in_reply_to = parent.map(|parent| {
            let actor = Actor::person(&parent.author, None);
            let object = Note::new(&as_quoted(parent), "message");
            Box::new(InReplyTo { kind: "Note", actor, object })
        });
        let actor = Actor::person(&message.author, room.role(message.author.id.as_str()));
        Self::of(&Event {
            kind: "Create",
            actor,
            object: note,
            target: Some(Collection::new(room)),
            content: None,
        })
    }

    /// Something was shared, or the room tells something; `name` is Talk's word for it.
    pub(super) fn activity(room: &Room, message: &Message, name: &'static str) -> Self {
        Self::of(&Event {
            kind: "Activity",
            actor: Actor::person(&message.author, None),
            object: Note::new(message, name),
            target: Some(Collection::new(room)),
            content: None,
        })
    }

    /// `who` reacted to `message`.
    pub(super) fn like(room: &Room, message: &Message, who: &Person, emoji: &str) -> Self {
        Self::of(&Event::like(room, message, who, emoji))
    }

    /// `who` took the reaction back.
    pub(super) fn undo(room: &Room, message: &Message, who: &Person, emoji: &str) -> Self {
        Self::of(&Event {
            kind: "Undo",
            actor: Actor::person(who, None),
            object: Event::like(room, message, who, emoji),
            target: Some(Collection::new(room)),
            content: None,
        })
    }

    /// The bot was enabled (`Join`) or disabled (`Leave`) in the room.
    pub(super) fn membership(kind: &'static str, room: &Room, bot: &Person) -> Self {
        let name = bot.name.strip_suffix(super::BOT_SUFFIX).unwrap_or(&bot.name);
        let actor = Actor { kind: "Application", id: bot.id.as_str(), name, role: None };
        Self::of(&Event { kind, actor, object: Collection::new(room), target: None, content: None })
    }
}

#[derive(Serialize)]
struct Event<'a, O> {
    #[serde(rename = "type")]
    kind: &'static str,
    actor: Actor<'a>,
    object: O,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Collection<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
}

impl<'a> Event<'a, Note<'a>> {
    fn like(room: &'a Room, message: &Message, who: &'a Person, emoji: &'a str) -> Self {
        Self {
            kind: "Like",
            actor: Actor::person(who, None),
            object: Note::new(message, ""),
            target: Some(Collection::new(room)),
            content: Some(emoji),
        }
    }
}

#[derive(Serialize)]
struct Actor<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    name: &'a str,
    #[serde(rename = "talkParticipantType", skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
}

impl<'a> Actor<'a> {
    fn person(person: &'a Person, role: Option<&'static str>) -> Self {
        Self { kind: "Person", id: person.id.as_str(), name: &person.name, role }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Note<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    name: &'static str,
    content: String,
    media_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_reply_to: Option<Box<InReplyTo<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_id: Option<i64>,
}

impl Note<'_> {
    /// Its content is a JSON text inside the JSON text.
    fn new(message: &Message, name: &'static str) -> Self {
        let content = Content { message: &message.text, parameters: &message.parameters };
        Self {
            kind: "Note",
            id: message.id.to_string(),
            name,
            content: php::encode(&content),
            media_type: "text/markdown",
            in_reply_to: None,
            thread_id: None,
        }
    }
}

/// A quoted message is rendered for who quotes it, a file with the address that it has for accounts.
fn as_quoted(message: &Message) -> Message {
    let mut quoted = message.clone();
    if let Some(file) = quoted.parameters.0.get_mut("file") {
        let share = file.get("link").and_then(|link| link.rsplit_once("/s/"));
        if let Some(link) = share.map(|(backend, _)| format!("{backend}/f/{}", file.id)) {
            file.set("link", link);
        }
    }
    quoted
}

#[derive(Serialize)]
struct Content<'a> {
    message: &'a str,
    parameters: &'a Parameters,
}

#[derive(Serialize)]
struct InReplyTo<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    actor: Actor<'a>,
    object: Note<'a>,
}

#[derive(Serialize)]
struct Collection<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    name: &'a str,
}

impl<'a> Collection<'a> {
    fn new(room: &'a Room) -> Self {
        Self { kind: "Collection", id: &room.token, name: &room.name }
    }
}
