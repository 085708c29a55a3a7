//! Talk's webhook body as it comes over the wire, in the words of Activity Streams. Servers of many versions send
//! it, so a part with an odd shape counts as absent; what the bot cannot do without is asked for when the
//! [`Event`](crate::domain::event::Event) is made. The same types are the schema of the document.

mod content;
mod event;
mod tolerant;

use poem_openapi::Object;
use serde::Deserialize;

pub use event::{Unreadable, read};

/// One event of a Talk room. Keys and types that are not listed here are accepted and ignored.
#[derive(Debug, Clone, PartialEq, Deserialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct WebhookEvent {
    /// `Create` (a typed message), `Activity` (a shared file or object, or a message of the room itself), `Like`
    /// and `Undo` (a reaction comes and goes), `Join` and `Leave` (the bot is enabled or disabled in a room).
    #[serde(rename = "type")]
    #[oai(rename = "type")]
    kind: String,
    /// Who did it; for `Join` and `Leave` the bot itself.
    #[serde(default, deserialize_with = "tolerant::object")]
    actor: Option<Actor>,
    /// What it was done to.
    #[serde(default, deserialize_with = "tolerant::object")]
    object: Option<EventObject>,
    /// The room; absent for `Join` and `Leave`, whose object is the room.
    #[serde(default, deserialize_with = "tolerant::object")]
    target: Option<Conversation>,
    /// The emoji of a `Like`.
    #[serde(default, deserialize_with = "tolerant::text")]
    content: Option<String>,
}

/// Somebody in Talk.
#[derive(Debug, Clone, PartialEq, Deserialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct Actor {
    /// `Person`, or `Application` for a bot.
    #[serde(rename = "type", default, deserialize_with = "tolerant::text")]
    #[oai(rename = "type")]
    kind: Option<String>,
    /// Kind and id with a slash between: `users/mira`, `guests/…`, `federated_users/…`, `bots/bot-…`.
    #[serde(default, deserialize_with = "tolerant::text")]
    id: Option<String>,
    /// Display name, chosen by its owner; may be empty.
    #[serde(default, deserialize_with = "tolerant::text")]
    name: Option<String>,
    /// Since Talk 21, for `Create` only: 1 owner, 2 moderator, 3 user, 4 guest, 5 user by link, 6 guest moderator.
    #[serde(default, deserialize_with = "tolerant::text")]
    talk_participant_type: Option<String>,
}

/// A message (`Note`); for `Undo` the `Like` that is undone; for `Join` and `Leave` the room (`Collection`).
#[derive(Debug, Clone, PartialEq, Deserialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct EventObject {
    /// `Note`, `Like` or `Collection`.
    #[serde(rename = "type", default, deserialize_with = "tolerant::text")]
    #[oai(rename = "type")]
    kind: Option<String>,
    /// Number of the message, in digits; or token of the room.
    #[serde(default, deserialize_with = "tolerant::text")]
    id: Option<String>,
    /// `message`, the identifier of a message of the room itself (`call_started`, …), or empty.
    #[serde(default, deserialize_with = "tolerant::text")]
    name: Option<String>,
    /// For a `Note`, JSON within a string: `{"message":"Hi {mention-user1}","parameters":{"mention-user1":{…}}}`,
    /// where `parameters` is `[]` when there are none. For a `Like`, the emoji.
    #[serde(default, deserialize_with = "tolerant::text")]
    content: Option<String>,
    /// Always `text/markdown`.
    #[serde(default, deserialize_with = "tolerant::text")]
    media_type: Option<String>,
    /// The message that this one replies to (since Talk 21).
    #[serde(default, deserialize_with = "tolerant::object")]
    in_reply_to: Option<Box<Quote>>,
    /// The thread it stands in (since Talk 22.0.10 and 23.0.2).
    #[serde(default, deserialize_with = "tolerant::number")]
    thread_id: Option<i64>,
    /// Within an `Undo`: who reacted.
    #[serde(default, deserialize_with = "tolerant::object")]
    actor: Option<Actor>,
    /// Within an `Undo`: the message reacted to.
    #[serde(default, deserialize_with = "tolerant::object")]
    object: Option<Box<EventObject>>,
    /// Within an `Undo`: the room.
    #[serde(default, deserialize_with = "tolerant::object")]
    target: Option<Conversation>,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Deserialize, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct Conversation {
    /// `Collection`.
    #[serde(rename = "type", default, deserialize_with = "tolerant::text")]
    #[oai(rename = "type")]
    kind: Option<String>,
    /// Token of the room.
    #[serde(default, deserialize_with = "tolerant::text")]
    id: Option<String>,
    /// Its name; for a one-to-one room the two user ids as `["mira","tomas"]`.
    #[serde(default, deserialize_with = "tolerant::text")]
    name: Option<String>,
}

/// A message that is replied to.
#[derive(Debug, Clone, PartialEq, Deserialize, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct Quote {
    /// `Note`.
    #[serde(rename = "type", default, deserialize_with = "tolerant::text")]
    #[oai(rename = "type")]
    kind: Option<String>,
    /// Its author; a bot's name ends in ` (Bot)`.
    #[serde(default, deserialize_with = "tolerant::object")]
    actor: Option<Actor>,
    /// Its present text, which people may have edited.
    #[serde(default, deserialize_with = "tolerant::object")]
    object: Option<EventObject>,
}

#[cfg(test)]
mod tests;
