//! The language model: a server that completes chats.

use std::time::Duration;

use async_trait::async_trait;

use super::Cause;
use crate::domain::conversation::ConversationId;
use crate::domain::prompt::Prompt;
use crate::domain::retry::Retry;

/// One question for the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRequest {
    /// The memory that the prompt was made of.
    pub conversation: ConversationId,
    /// What is asked.
    pub prompt: Prompt,
}

/// Why the model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// It was done.
    Stop,
    /// The answer's or the context's limit was reached.
    Length,
    /// Anything else a server may say: a filter, a tool call.
    Other,
}

/// What an answer cost, as far as the server tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Of these, tokens that came from the server's cache.
    pub cached_tokens: u64,
    /// Tokens of the answer.
    pub completion_tokens: u64,
    /// Time spent on the prompt; absent where the server does not measure it.
    pub prompt_time: Option<Duration>,
}

/// How the words of a streamed answer came, reasoning included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streamed {
    /// Time from the request to the first words.
    pub first: Duration,
    /// Time from there to the last ones.
    pub rest: Duration,
    /// In how many pieces they came.
    pub pieces: usize,
}

/// A whole answer. A cut one is an error, never this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Content as sent: it may still hold inline reasoning, and it may be empty.
    pub text: String,
    /// Whether the server sent reasoning in a field of its own, which is not part of `text`.
    pub reasoned: bool,
    /// Why it ended.
    pub finish: Finish,
    /// Absent where the server does not count.
    pub usage: Option<Usage>,
    /// Absent where the answer came in one piece, or without words.
    pub streamed: Option<Streamed>,
    /// The server's own name of the model that answered.
    pub model: Option<String>,
}

/// What a request may be. Read from the server, unless the settings say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Tokens of one request, prompt and answer together.
    pub context_tokens: u32,
    /// Requests at once.
    pub slots: u32,
}

impl Limits {
    /// What is assumed of a server that was not asked yet, or does not tell.
    pub const ASSUMED: Self = Self { context_tokens: 4096, slots: 1 };
}

/// One of the servers behind a model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointState {
    /// Whether a question from a room without a home would go there now, or may where servers share the questions.
    pub used: bool,
    /// Whether it is asked at all; not for a while after it failed repeatedly.
    pub available: bool,
    /// Requests that it works on now.
    pub in_flight: u32,
    /// What went wrong when it was asked last; absent when nothing did.
    pub problem: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The server asks for a pause.
    #[error("the model server is busy")]
    Busy {
        /// How long, where it said so.
        after: Option<Duration>,
    },
    /// The server is up and loads its model.
    #[error("the model server is loading its model")]
    Loading,
    /// No connection, or none of the endpoints.
    #[error("the model server cannot be reached")]
    Unreachable(#[source] Cause),
    /// The answer broke off: connection lost, error event, or silence for too long. What came before is dropped.
    #[error("the model's answer broke off: {0}")]
    Interrupted(String),
    /// The whole answer took longer than allowed.
    #[error("the model did not finish within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The prompt does not fit.
    #[error("{}", in_tokens(*prompt_tokens, *context_tokens))]
    PromptTooLong {
        /// Tokens of the prompt, where the server says.
        prompt_tokens: Option<u64>,
        /// Tokens of the context, where the server says.
        context_tokens: Option<u64>,
    },
    /// The key is wrong or missing.
    #[error("the model server refuses the key (MODEL_API_KEY)")]
    Unauthorized,
    /// The request is refused and would be again: unknown model, template, wrong path.
    #[error("the model server refuses the request: {0}")]
    Refused(String),
    /// The server failed by its own account.
    #[error("the model server failed: {0}")]
    Failed(String),
}

fn in_tokens(prompt: Option<u64>, context: Option<u64>) -> String {
    match (prompt, context) {
        (Some(prompt), Some(context)) => format!("the prompt has {prompt} tokens, the model takes {context}"),
        (None, Some(context)) => {
            format!("the prompt has more than the {context} tokens that the model takes")
        }
        (Some(prompt), None) => format!("the prompt has {prompt} tokens, more than the model takes"),
        (None, None) => "the prompt has more tokens than the model takes".to_owned(),
    }
}

impl ModelError {
    /// Whether asking again makes sense. A time-out does not: the same question takes as long again.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Busy { after: Some(after) } => Retry::After(*after),
            Self::Busy { after: None }
            | Self::Loading
            | Self::Unreachable(_)
            | Self::Interrupted(_)
            | Self::Failed(_) => Retry::Backoff,
            Self::TimedOut(_) | Self::PromptTooLong { .. } | Self::Unauthorized | Self::Refused(_) => {
                Retry::Never
            }
        }
    }

    /// Every kind.
    pub const KINDS: [&'static str; 9] = [
        "busy",
        "loading",
        "unreachable",
        "interrupted",
        "timed_out",
        "prompt_too_long",
        "unauthorized",
        "refused",
        "failed",
    ];

    /// The kind, as a metric label.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "busy",
            Self::Loading => "loading",
            Self::Unreachable(_) => "unreachable",
            Self::Interrupted(_) => "interrupted",
            Self::TimedOut(_) => "timed_out",
            Self::PromptTooLong { .. } => "prompt_too_long",
            Self::Unauthorized => "unauthorized",
            Self::Refused(_) => "refused",
            Self::Failed(_) => "failed",
        }
    }
}

/// A chat model. Dropping the future of `complete` drops the connection, which gives the server's slot back.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait ChatModel: Send + Sync {
    /// Asks and waits for the whole answer, at most `limit` long.
    async fn complete(&self, request: &ModelRequest, limit: Duration) -> Result<Completion, ModelError>;

    /// Tokens of the whole prompt as the server will count them; `None` where no server tells. Takes seconds at
    /// most.
    async fn count_tokens(&self, prompt: &Prompt) -> Option<u64>;

    /// What a request may be; asks the server where the settings do not say. Never fails: what nobody tells is
    /// [`Limits::ASSUMED`]. Where several servers share the questions, their slots are counted together, and the
    /// smallest context is everybody's.
    async fn limits(&self) -> Limits;

    /// Returns when `limits` may tell something new: a server came back, failed repeatedly, answers with another model,
    /// or found a prompt too long.
    async fn limits_changed(&self);

    /// Whether a request would be taken now.
    async fn probe(&self) -> Result<(), ModelError>;

    /// Every server in the order of the settings, as it was when it was asked last. Asks nobody.
    fn endpoints(&self) -> Vec<EndpointState>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_that_is_too_long_is_told_in_words() {
        for (prompt_tokens, context_tokens, words) in [
            (Some(8920), Some(2048), "the prompt has 8920 tokens, the model takes 2048"),
            (None, Some(2048), "the prompt has more than the 2048 tokens that the model takes"),
            (Some(8920), None, "the prompt has 8920 tokens, more than the model takes"),
            (None, None, "the prompt has more tokens than the model takes"),
        ] {
            assert_eq!(ModelError::PromptTooLong { prompt_tokens, context_tokens }.to_string(), words);
        }
    }
}
