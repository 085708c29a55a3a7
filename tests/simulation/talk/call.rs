//! One thing that the bot sends to Talk, and what becomes of it.

use std::time::Duration;

use nextcloud_opencode_bot::domain::message::{Place, RoomToken};

use crate::fault::Fault;

/// What the bot sends.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Post { place: Place, text: String, reply_to: Option<i64> },
    React { room: RoomToken, message: i64, emoji: String },
    Unreact { room: RoomToken, message: i64, emoji: String },
}

/// What the server makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Taken,
    Away,
    LockedOut,
    Unauthorized,
    Gone,
    TooLong,
    Refused,
}

/// What the bot heard of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Taken,
    /// No answer came.
    Unknown,
    /// The server failed: it may have been taken.
    Failed,
    Not,
}

/// One thing that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) process: u32,
    pub(crate) what: What,
    pub(crate) begun: Duration,
    pub(super) fate: Option<Fault>,
    /// Goes on when its sender is gone.
    pub(super) survives: bool,
    pub(super) abandoned: bool,
    pub(super) verdict: Option<Verdict>,
    pub(crate) effects: Vec<Duration>,
    pub(crate) told: Option<(Duration, Told)>,
}

impl What {
    pub(crate) fn room(&self) -> &RoomToken {
        match self {
            Self::Post { place, .. } => &place.room,
            Self::React { room, .. } | Self::Unreact { room, .. } => room,
        }
    }
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Post { place, text, reply_to } => {
                let thread = place.thread.map(|thread| thread.0);
                let (length, start) = (text.len(), text.chars().take(50).collect::<String>());
                let start = start.replace('\n', " ");
                write!(f, "post in {} {thread:?} to {reply_to:?}, {length} bytes: {start}", place.room)
            }
            Self::React { room, message, emoji } => write!(f, "put {emoji} on {room} {message}"),
            Self::Unreact { room, message, emoji } => write!(f, "take {emoji} off {room} {message}"),
        }
    }
}
