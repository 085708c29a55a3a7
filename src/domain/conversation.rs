//! What was said before in a room, in whole turns.

use super::message::MessageId;

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
