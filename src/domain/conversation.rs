//! What was said before in a place, in whole turns.

use super::message::{MessageId, Place};

/// Which memory a prompt was made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConversationId {
    /// Where it is held.
    pub place: Place,
    /// Grows when it is erased, wholly or in part: nothing that a server kept of an earlier epoch may be used.
    pub epoch: u64,
}

/// What a place remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its identity until it is erased.
    pub id: ConversationId,
    /// The turns of its window, oldest first.
    pub turns: Vec<Turn>,
    /// Whether older turns were dropped to keep the window small.
    pub trimmed: bool,
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
