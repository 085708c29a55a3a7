//! What the placeholders in a message stand for, key by key in Talk's order, since the signature covers the bytes.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::domain::actor::{ActorId, ActorKind};

/// What a placeholder stands for, as Talk tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Talk's type.
    pub kind: &'static str,
    /// Id within its kind.
    pub id: String,
    /// Display name.
    pub name: String,
    /// What else Talk tells of that kind, in its order.
    more: Vec<(&'static str, String)>,
}

impl Parameter {
    /// Anything, without more to tell.
    #[must_use]
    pub fn new(kind: &'static str, id: &str, name: &str) -> Self {
        Self { kind, id: id.to_owned(), name: name.to_owned(), more: Vec::new() }
    }

    /// An account of this server.
    #[must_use]
    pub fn user(id: &str, name: &str) -> Self {
        Self::new("user", id, name).with("mention-id", id)
    }

    /// An actor, with the key under which a mention of it stands.
    pub(super) fn actor(actor: &ActorId, name: &str) -> (&'static str, Self) {
        let id = actor.id();
        match actor.kind() {
            ActorKind::User => ("mention-user", Self::user(id, name)),
            ActorKind::Guest => {
                let id = format!("guest/{id}");
                ("mention-guest", Self::new("guest", &id, name).with("mention-id", &id))
            }
            ActorKind::Email => {
                let typed = format!("email/{id}");
                ("mention-email", Self::new("email", id, name).with("mention-id", &typed))
            }
            ActorKind::Federated => {
                let (id, host) = id.split_once('@').unwrap_or((id, ""));
                let (server, typed) =
                    (format!("https://{host}"), format!("federated_user/{id}@https://{host}"));
                let parameter = Self::new("user", id, name).with("server", &server);
                ("mention-federated-user", parameter.with("mention-id", &typed))
            }
            // Talk finds no account behind a bot.
            ActorKind::Bot | ActorKind::Other => {
                ("mention-highlight", Self::new("highlight", "deleted_users", "Deleted user"))
            }
        }
    }

    /// With one thing more, after the others.
    pub(super) fn with(mut self, key: &'static str, value: &str) -> Self {
        self.more.push((key, value.to_owned()));
        self
    }

    /// What has to be typed to mention it, where it can be mentioned.
    #[must_use]
    pub fn mention_id(&self) -> Option<&str> {
        self.get("mention-id")
    }

    /// One of the further things.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.more.iter().find(|(known, _)| *known == key).map(|(_, value)| value.as_str())
    }

    pub(super) fn set(&mut self, key: &str, value: String) {
        if let Some((_, old)) = self.more.iter_mut().find(|(known, _)| *known == key) {
            *old = value;
        }
    }
}

impl Serialize for Parameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3 + self.more.len()))?;
        map.serialize_entry("type", self.kind)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("name", &self.name)?;
        self.more.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

/// Placeholder keys and their meanings. PHP writes an empty one as a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(pub BTreeMap<String, Parameter>);

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() { serializer.collect_seq([(); 0]) } else { serializer.collect_map(&self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_meanings_are_a_list_for_php() {
        assert_eq!(serde_json::to_string(&Parameters::default()).expect("JSON"), "[]");
    }

    #[test]
    fn each_kind_of_actor_is_told_in_its_own_way() {
        for (actor, key, json) in [
            ("users/mira", "mention-user", r#"{"type":"user","id":"mira","name":"N","mention-id":"mira"}"#),
            (
                "guests/5b",
                "mention-guest",
                r#"{"type":"guest","id":"guest/5b","name":"N","mention-id":"guest/5b"}"#,
            ),
            (
                "emails/9f",
                "mention-email",
                r#"{"type":"email","id":"9f","name":"N","mention-id":"email/9f"}"#,
            ),
            (
                "federated_users/l@c.example",
                "mention-federated-user",
                r#"{"type":"user","id":"l","name":"N","server":"https://c.example","mention-id":"federated_user/l@https://c.example"}"#,
            ),
            (
                "bots/bot-1",
                "mention-highlight",
                r#"{"type":"highlight","id":"deleted_users","name":"Deleted user"}"#,
            ),
        ] {
            let (found, parameter) = Parameter::actor(&ActorId::new(actor), "N");
            assert_eq!((found, serde_json::to_string(&parameter).expect("JSON").as_str()), (key, json));
        }
    }
}
