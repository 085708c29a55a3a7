//! Who did something in Talk: `users/mira`, `guests/…`, `bots/bot-…`.

use sha1::{Digest, Sha1};

/// The kind of account behind an actor id, the part before its first slash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// An account of this Nextcloud.
    User,
    /// Somebody who followed a public link; the id changes with the session.
    Guest,
    /// A guest invited by mail; the id is a hash.
    Email,
    /// An account of another Nextcloud.
    Federated,
    /// A bot, this one included.
    Bot,
    /// Bridges, phones, deleted accounts and what Talk may add later.
    Other,
}

/// An actor id as Talk writes it, for example `users/mira`. Split at the first slash only: ids may hold more.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActorId(String);

impl ActorId {
    /// Takes the id as it came; any text is one, since Talk adds kinds over time.
    #[must_use]
    pub fn new(raw: impl Into<String>) -> Self {
        Self(raw.into())
    }

    /// The id Talk gives to the bot that was installed with this URL, to the letter.
    #[must_use]
    pub fn of_bot(webhook_url: &str) -> Self {
        let digest = base16ct::lower::encode_string(&Sha1::digest(webhook_url));
        Self(format!("bots/bot-{digest}"))
    }

    /// The whole id, kind included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first slash, read.
    #[must_use]
    pub fn kind(&self) -> ActorKind {
        match self.0.split_once('/').map(|(kind, _)| kind) {
            Some("users") => ActorKind::User,
            Some("guests") => ActorKind::Guest,
            Some("emails") => ActorKind::Email,
            Some("federated_users") => ActorKind::Federated,
            Some("bots") => ActorKind::Bot,
            _ => ActorKind::Other,
        }
    }

    /// The part after the first slash: for a user, the Nextcloud user id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, id)| id)
    }
}

/// An actor with the display name Talk sent, which may be empty and is chosen by its owner: untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Whom the name belongs to.
    pub id: ActorId,
    /// Display name as sent.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_first_slash_only() {
        let actor = ActorId::new("federated_users/mira@https://other.example/nextcloud");
        assert_eq!(actor.kind(), ActorKind::Federated);
        assert_eq!(actor.id(), "mira@https://other.example/nextcloud");
    }

    #[test]
    fn a_bot_is_known_by_its_url() {
        let bot = ActorId::of_bot("https://assistant.example.net/hooks/talk/main");
        assert_eq!(bot.as_str(), "bots/bot-e23b3b7c8861ecb2a2170d7be90b9ded3773bb8e");
        assert_eq!(bot.kind(), ActorKind::Bot);
    }

    #[test]
    fn an_unknown_kind_or_no_slash_is_other() {
        for raw in ["", "users", "deleted_users/deleted_users", "bridged/bridge-bot"] {
            assert_eq!(ActorId::new(raw).kind(), ActorKind::Other, "{raw}");
        }
    }
}
