//! Webhooks as Talk sends them, whole and signed before any clock runs.

use std::sync::atomic::{AtomicI64, Ordering};

use nextcloud_opencode_bot::domain::signature::BotSecret;

/// The bot's, at least 40 bytes.
pub(crate) const SECRET: &str = "a secret of the benches, between 40 and 128 bytes";

/// Talk sends a new one each time; nothing is told apart by it.
pub(crate) const RANDOM: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Rooms that are written in when it does not matter in which.
pub(crate) const ROOMS: i64 = 50;

/// No message has the number of another, in no room.
static NEXT_MESSAGE: AtomicI64 = AtomicI64::new(1);

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// To other people.
    Unaddressed,
    /// To the bot.
    Question,
}

impl Words {
    fn text(self) -> &'static str {
        match self {
            Self::Unaddressed => "Is the build green?",
            Self::Question => "@Halo is the build green?",
        }
    }
}

/// A whole request of a message in one of the `rooms`. Each is by another person, so that no two are answered together.
pub(crate) fn request(words: Words, rooms: i64) -> Vec<u8> {
    let body = body(words, rooms);
    let signature = BotSecret::new(SECRET).expect("its length is right").sign(RANDOM, body.as_bytes());
    format!(
        "POST /webhook HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Nextcloud Server Crawler\r\n\
         Content-Type: application/json\r\nX-Nextcloud-Talk-Random: {RANDOM}\r\n\
         X-Nextcloud-Talk-Signature: {signature}\r\nX-Nextcloud-Talk-Backend: https://cloud.example.com/\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The body alone.
pub(crate) fn body(words: Words, rooms: i64) -> String {
    let message = NEXT_MESSAGE.fetch_add(1, Ordering::Relaxed);
    let (text, room) = (words.text(), message % rooms);
    format!(
        r#"{{"type":"Create","actor":{{"type":"Person","id":"users\/person{message}","name":"Mira Halloran","talkParticipantType":"3"}},"object":{{"type":"Note","id":"{message}","name":"message","content":"{{\"message\":\"{text}\",\"parameters\":[]}}","mediaType":"text\/markdown"}},"target":{{"type":"Collection","id":"room{room}","name":"Launch crew"}}}}"#
    )
}
