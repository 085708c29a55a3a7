//! What was said before in a room, in whole turns.

use super::message::{MessageId, RoomToken};

/// Which memory a prompt was made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConversationId {
    /// Whose.
    pub room: RoomToken,
    /// Grows when the room's conversation is erased: nothing that a server kept of an earlier epoch may be used.
    pub epoch: u64,
}

/// What a room remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its identity until it is erased.
    pub id: ConversationId,
    /// The turns of its window, oldest first.
    pub turns: Vec<Turn>,
}

/// A question and its answer. Turns are kept and dropped whole, so that roles always alternate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The question's message.
    pub message: MessageId,
    /// Who asked, cleaned for the prompt; `None` in a one-to-one room, where nobody needs to be told apart.
    pub speaker: Option<String>,
    /// The question as the model saw it.
    pub question: String,
    /// The answer as the room saw it.
    pub answer: String,
}
