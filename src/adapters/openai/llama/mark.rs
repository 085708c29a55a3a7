//! A line at the end of the instructions that no other conversation has.
//!
//! A llama-server keeps prompts in memory and puts one in place of what a slot holds, when it shares more of its
//! beginning with the new prompt. Without the mark that could be another room's: two rooms that begin with the same
//! words are enough (seen on a real server). With it, no two conversations share more than the instructions, so
//! what is exchanged, and what is taken over as a beginning, is always the conversation's own. The instructions
//! themselves stay in front of it and are shared by all rooms.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::domain::conversation::ConversationId;

/// As long as a mark, for counting.
pub(in super::super) const SAMPLE: &str = "\n\n(Conversation 9f3b07c2d81e64a5)";

/// The mark of a conversation. It stays the same as long as the conversation, also over a restart, and does not
/// show the room's token, which may be a secret.
pub(in super::super) fn of(conversation: &ConversationId) -> String {
    let ConversationId { place, epoch } = conversation;
    let mut named = format!("{} {epoch}", place.room);
    if let Some(thread) = place.thread {
        let _ = write!(named, " {}", thread.0);
    }
    let digest = Sha256::digest(named);
    let number = digest.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("\n\n(Conversation {number:016x})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::RoomToken;

    fn mark(room: &str, epoch: u64) -> String {
        let place = RoomToken::parse(room).expect("a token").into();
        of(&ConversationId { place, epoch })
    }

    #[test]
    fn every_conversation_has_its_own_and_keeps_it() {
        assert_eq!(mark("kq7m2rtx", 0), mark("kq7m2rtx", 0));
        assert_ne!(mark("kq7m2rtx", 0), mark("kq7m2rtx", 1));
        assert_ne!(mark("kq7m2rtx", 0), mark("kq7m2rty", 0));
        assert_ne!(mark("a", 11), mark("a1", 1));
    }

    #[test]
    fn it_is_as_long_as_the_sample_and_shows_no_token() {
        assert_eq!(mark("kq7m2rtx", 0).len(), SAMPLE.len());
        assert!(!mark("kq7m2rtx", 0).contains("kq7m"));
    }
}
