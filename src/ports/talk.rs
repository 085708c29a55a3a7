//! Nextcloud Talk, as a bot may use it.

use std::time::Duration;

use async_trait::async_trait;

use super::Cause;
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::domain::retry::Retry;

/// Why a post or a reaction did not, or perhaps did not, arrive.
#[derive(Debug, thiserror::Error)]
pub enum TalkError {
    /// 429: too many failed signatures from this address. Everything sent now prolongs it.
    #[error("Nextcloud refuses all posts of this address for a while")]
    LockedOut {
        /// How long nothing may be sent to this server.
        pause: Duration,
    },
    /// Not sent, or refused before anything was done: connection refused, maintenance, a proxy without backend.
    #[error("Nextcloud cannot be reached")]
    Unavailable(#[source] Cause),
    /// The server failed in the middle of it.
    #[error("Nextcloud failed: {0}")]
    Failed(String),
    /// Sent, but no answer came: it may have been posted.
    #[error("it is not known whether Nextcloud took the message: {0}")]
    Uncertain(String),
    /// Wrong secret, or the bot is not enabled in the room or may not respond there. Feeds a lock-out.
    #[error(
        "Nextcloud refuses the signature: check the secret, that the bot is enabled in the room, and its `response` feature"
    )]
    Unauthorized,
    /// The room is gone, or the message that is reacted to.
    #[error("the room or the message does not exist any more")]
    RoomGone,
    /// The text is too long for one message.
    #[error("the message is too long for Nextcloud")]
    TooLong,
    /// Refused, and would be again.
    #[error("Nextcloud refuses the message: {0}")]
    Refused(String),
}

impl TalkError {
    /// Whether the same post may succeed later. An unknown outcome may be tried once more; who counts is the
    /// caller.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::LockedOut { pause } => Retry::After(*pause),
            Self::Unavailable(_) | Self::Failed(_) | Self::Uncertain(_) => Retry::Backoff,
            Self::Unauthorized | Self::RoomGone | Self::TooLong | Self::Refused(_) => Retry::Never,
        }
    }

    /// Every kind.
    pub const KINDS: [&'static str; 8] = [
        "locked_out",
        "unavailable",
        "failed",
        "uncertain",
        "unauthorized",
        "room_gone",
        "too_long",
        "refused",
    ];

    /// The kind, as a metric label.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::LockedOut { .. } => "locked_out",
            Self::Unavailable(_) => "unavailable",
            Self::Failed(_) => "failed",
            Self::Uncertain(_) => "uncertain",
            Self::Unauthorized => "unauthorized",
            Self::RoomGone => "room_gone",
            Self::TooLong => "too_long",
            Self::Refused(_) => "refused",
        }
    }
}

/// A version of Talk, for example 22.0.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TalkVersion {
    /// 22: with Nextcloud 32.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number.
    pub patch: u32,
}

/// The bot's side of Talk. A bot cannot read, edit or delete, and does not learn the id of what it posts.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Talk: Send + Sync {
    /// Posts one message, as a reply where `reply_to` names a message of the room. Calling twice posts twice.
    async fn post(&self, place: &Place, text: &str, reply_to: Option<MessageId>) -> Result<(), TalkError>;

    /// Puts the bot's reaction on a message; nothing happens when it is there.
    async fn react(&self, room: &RoomToken, message: MessageId, emoji: &str) -> Result<(), TalkError>;

    /// Takes the bot's reaction off a message; nothing happens when it, or the message, is not there.
    async fn unreact(&self, room: &RoomToken, message: MessageId, emoji: &str) -> Result<(), TalkError>;

    /// The version of Talk; `None` where the server does not tell it. Sends nothing that is signed.
    async fn version(&self) -> Result<Option<TalkVersion>, TalkError>;

    /// Whether Nextcloud answers and is not in maintenance. Sends nothing that is signed.
    async fn probe(&self) -> Result<(), TalkError>;
}
