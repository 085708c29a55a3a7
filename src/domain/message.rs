//! One message of a room, as far as the bot reads it.

use super::actor::{ActorId, ActorKind, Person};
use super::text::{Parameter, RichText};

/// Talk's id of a room ("conversation token"). Only letters and digits, so it is safe in a URL path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomToken(String);

/// The text is not a room token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a room token has 1 to 64 letters and digits")]
pub struct BadRoomToken;

impl RoomToken {
    /// Accepts 1 to 64 ASCII letters and digits (Talk makes 4 to 30, lower case).
    pub fn parse(raw: &str) -> Result<Self, BadRoomToken> {
        let fits = (1..=64).contains(&raw.len()) && raw.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits { Ok(Self(raw.to_owned())) } else { Err(BadRoomToken) }
    }

    /// The token as Talk writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RoomToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Talk's number of a message: unique and growing on one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub i64);

impl MessageId {
    /// The smallest number that a later message can have.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Talk's number of a thread: that of its first message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadId(pub i64);

/// Where people talk with the bot: a room, or one thread of it. Each place has a memory of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The room.
    pub room: RoomToken,
    /// The thread; `None` for what stands in none, which is everything where Talk knows no threads.
    pub thread: Option<ThreadId>,
}

impl From<RoomToken> for Place {
    /// The room itself, outside its threads.
    fn from(room: RoomToken) -> Self {
        Self { room, thread: None }
    }
}

/// What a person may do in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Owner, moderator or guest moderator.
    Moderator,
    /// Anybody else.
    Member,
}

/// What kind of thing was shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentKind {
    /// A file of a kind that needs no other word.
    File,
    /// A picture.
    Image,
    /// A recording of a voice.
    Voice,
    /// A person's card of an address book.
    Contact,
    /// A place on the map.
    Location,
    /// A poll.
    Poll,
    /// A card of a Deck board.
    DeckCard,
    /// Anything else that Talk can share.
    Other,
}

impl AttachmentKind {
    /// What a parameter of that type is, for a file by its MIME type.
    #[must_use]
    pub fn of(kind: &str, mime: Option<&str>) -> Self {
        let mime = mime.unwrap_or_default().to_ascii_lowercase();
        let (family, subtype) = mime.split_once('/').unwrap_or_default();
        match (kind, family) {
            ("file", "image") => Self::Image,
            // Talk tells a recorded message from other sound by nothing that a bot is sent.
            ("file", "audio") => Self::Voice,
            ("file", "text") if matches!(subtype, "vcard" | "x-vcard" | "directory") => Self::Contact,
            ("file", _) => Self::File,
            ("geo-location", _) => Self::Location,
            ("talk-poll", _) => Self::Poll,
            ("deck-card", _) => Self::DeckCard,
            _ => Self::Other,
        }
    }

    /// Whether there is a file behind it, which the bot cannot open.
    #[must_use]
    pub const fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Image | Self::Voice | Self::Contact)
    }
}

/// Something shared in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What it is.
    pub kind: AttachmentKind,
    /// Its name, chosen by people: untrusted.
    pub name: String,
}

impl Attachment {
    /// The placeholders of what a message shares. People who type them in a message that shares nothing get no meaning.
    pub const KEYS: [&str; 2] = ["file", "object"];

    /// What a text shares.
    #[must_use]
    pub fn all_of(text: &RichText) -> Vec<Self> {
        Self::KEYS.iter().filter_map(|key| text.parameters.get(*key)).map(Self::from).collect()
    }
}

impl From<&Parameter> for Attachment {
    fn from(shared: &Parameter) -> Self {
        let kind = AttachmentKind::of(&shared.kind, shared.mime.as_deref());
        Self { kind, name: shared.label().to_owned() }
    }
}

/// The room a message stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its identity.
    pub token: RoomToken,
    /// The two user ids that Talk writes in place of a name for a one-to-one room. A group's moderator can
    /// give the same name, so nothing but "needs no mention" may hang on it.
    pub pair: Option<[String; 2]>,
}

impl Room {
    /// Whether this is a one-to-one room of that actor.
    #[must_use]
    pub fn is_one_to_one_of(&self, actor: &ActorId) -> bool {
        actor.kind() == ActorKind::User
            && self.pair.as_ref().is_some_and(|pair| pair.iter().any(|id| id == actor.id()))
    }
}

/// The message that another one replies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// Its number.
    pub id: Option<MessageId>,
    /// Its author; for a bot the name ends in ` (Bot)`.
    pub author: Person,
    /// Its present text, which people may have edited.
    pub text: RichText,
}

/// What a person wrote: a typed message, or a file with a caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number.
    pub id: MessageId,
    /// Where it stands.
    pub room: Room,
    /// The thread it stands in, where Talk tells one.
    pub thread: Option<ThreadId>,
    /// Who wrote it.
    pub author: Person,
    /// The author's role; `None` where Talk does not tell it.
    pub role: Option<Role>,
    /// Its words, or the caption of its file.
    pub text: RichText,
    /// What it shares.
    pub attachments: Vec<Attachment>,
    /// What it replies to.
    pub parent: Option<Parent>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_safe_in_a_path() {
        for bad in ["", "../x", "a b", "a/b", "ä", &"x".repeat(65)] {
            assert_eq!(RoomToken::parse(bad), Err(BadRoomToken), "{bad}");
        }
        assert_eq!(RoomToken::parse("kq7m2rtx").expect("valid").as_str(), "kq7m2rtx");
    }

    #[test]
    fn a_token_is_shown_as_talk_writes_it() {
        assert_eq!(RoomToken::parse("kq7m2rtx").expect("valid").to_string(), "kq7m2rtx");
    }

    #[test]
    fn what_is_shared_is_told_by_its_type_and_a_file_by_its_mime_type() {
        for (kind, mime, expected) in [
            ("file", Some("application/pdf"), AttachmentKind::File),
            ("file", Some("text/plain"), AttachmentKind::File),
            ("file", None, AttachmentKind::File),
            ("file", Some("odd"), AttachmentKind::File),
            ("file", Some("image/JPEG"), AttachmentKind::Image),
            ("file", Some("Audio/mpeg"), AttachmentKind::Voice),
            ("file", Some("text/vcard"), AttachmentKind::Contact),
            ("geo-location", None, AttachmentKind::Location),
            ("talk-poll", None, AttachmentKind::Poll),
            ("deck-card", Some("image/png"), AttachmentKind::DeckCard),
            ("circle", None, AttachmentKind::Other),
        ] {
            assert_eq!(AttachmentKind::of(kind, mime), expected, "{kind} {mime:?}");
            assert_eq!(expected.is_file(), kind == "file", "{kind} {mime:?}");
        }
    }

    #[test]
    fn a_pair_counts_only_for_one_of_the_two() {
        let room = Room {
            token: RoomToken::parse("abcd").expect("valid"),
            pair: Some(["mira".into(), "tomas".into()]),
        };
        assert!(room.is_one_to_one_of(&ActorId::new("users/mira")));
        assert!(!room.is_one_to_one_of(&ActorId::new("users/eve")));
        assert!(!room.is_one_to_one_of(&ActorId::new("guests/mira")));
    }
}
