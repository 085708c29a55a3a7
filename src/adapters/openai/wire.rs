//! The few fields that are sent and read. Whatever else a server says is passed over, and nearly everything may
//! be missing or null.

use std::borrow::Cow;
use std::time::Duration;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::settings::{LimitField, ModelSettings};
use crate::domain::prompt::{Prompt, Role};
use crate::ports::model::{Finish, Usage};

/// The body of `POST /chat/completions`.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    #[serde(flatten)]
    asked: Asked<'a>,
    /// Always: only a stream gives its slot back when it is dropped.
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(flatten)]
    llama: Option<LlamaFields>,
}

/// What the model is asked. It is the whole body where tokens are counted.
#[derive(Debug, Serialize)]
pub(super) struct Asked<'a> {
    model: &'a str,
    messages: Vec<RequestMessage<'a>>,
    #[serde(flatten)]
    extra: &'a Map<String, Value>,
}

#[derive(Debug, Serialize)]
struct RequestMessage<'a> {
    role: &'static str,
    content: Cow<'a, str>,
}

/// What only a llama-server is sent.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct LlamaFields {
    /// Always, since the server may have a default of its own.
    pub(super) n_cache_reuse: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id_slot: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<u32>,
}

#[derive(Debug, Serialize)]
struct StreamOptions {
    include_usage: bool,
}

/// What differs between servers. All know the first form of each; who refuses it is asked in the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Whether to ask for token counts.
    pub(super) usage: bool,
    /// The field that limits the answer.
    pub(super) limit: LimitField,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { usage: true, limit: LimitField::default() }
    }
}

impl<'a> Request<'a> {
    pub(super) fn new(
        settings: &ModelSettings,
        asked: Asked<'a>,
        dialect: Dialect,
        llama: Option<LlamaFields>,
    ) -> Self {
        let limit = |field| (dialect.limit == field).then_some(settings.max_tokens);
        Self {
            asked,
            stream: true,
            stream_options: dialect.usage.then_some(StreamOptions { include_usage: true }),
            max_tokens: limit(LimitField::MaxTokens),
            max_completion_tokens: limit(LimitField::MaxCompletionTokens),
            temperature: settings.sampling.temperature,
            top_p: settings.sampling.top_p,
            llama,
        }
    }
}

impl<'a> Asked<'a> {
    /// `mark` ends the instructions.
    pub(super) fn new(settings: &'a ModelSettings, prompt: &'a Prompt, mark: Option<&str>) -> Self {
        let mut messages: Vec<_> = prompt
            .messages()
            .iter()
            .map(|message| RequestMessage { role: role(message.role), content: (&message.content).into() })
            .collect();
        if let (Some(mark), Some(instructions)) = (mark, messages.first_mut()) {
            instructions.content.to_mut().push_str(mark);
        }
        Self { model: &settings.model, messages, extra: &settings.extra }
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

/// One event of a stream, or a whole answer: they differ in `delta` and `message` only.
#[derive(Debug, Deserialize)]
pub(super) struct Chunk {
    model: Option<String>,
    choices: Option<Vec<Choice>>,
    usage: Option<TokenCounts>,
    timings: Option<Timings>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    index: Option<u64>,
    delta: Option<Message>,
    message: Option<Message>,
    finish_reason: Option<String>,
}

/// The model's words, whole or a piece of them.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Message {
    content: Option<Content>,
    reasoning_content: Option<Content>,
    reasoning: Option<Content>,
    thinking: Option<Content>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
    Other(IgnoredAny),
}

#[derive(Debug, Deserialize)]
struct Part {
    text: Option<String>,
    thinking: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct TokenCounts {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Debug, Deserialize)]
struct PromptDetails {
    cached_tokens: Option<u64>,
}

/// llama-server's own figures.
#[derive(Debug, Deserialize)]
struct Timings {
    cache_n: Option<u64>,
    prompt_n: Option<u64>,
    prompt_ms: Option<f64>,
    predicted_n: Option<u64>,
}

impl Chunk {
    /// The server's own name of its model.
    pub(super) fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The first choice; others were not asked for.
    pub(super) fn choice(&self) -> Option<&Choice> {
        self.choices.iter().flatten().find(|choice| choice.index.unwrap_or(0) == 0)
    }

    /// Counts as the standard has them, with llama-server's own figures for what it leaves out.
    pub(super) fn usage(&self) -> Option<Usage> {
        let timings = self.timings.as_ref();
        let measured = timings.and_then(Timings::usage);
        let Some(counts) = self.usage.as_ref() else { return measured };
        let cached = counts.prompt_tokens_details.as_ref().and_then(|details| details.cached_tokens);
        Some(Usage {
            prompt_tokens: counts.prompt_tokens?,
            cached_tokens: cached.or(timings.and_then(|timings| timings.cache_n)).unwrap_or(0),
            completion_tokens: counts.completion_tokens.unwrap_or(0),
            prompt_time: timings.and_then(Timings::prompt_time),
        })
    }
}

impl Timings {
    fn usage(&self) -> Option<Usage> {
        let (cached_tokens, computed) = (self.cache_n?, self.prompt_n?);
        Some(Usage {
            prompt_tokens: cached_tokens.saturating_add(computed),
            cached_tokens,
            completion_tokens: self.predicted_n.unwrap_or(0),
            prompt_time: self.prompt_time(),
        })
    }

    fn prompt_time(&self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.prompt_ms? / 1000.0).ok()
    }
}

impl Choice {
    pub(super) fn message(&self) -> Option<&Message> {
        self.delta.as_ref().or(self.message.as_ref())
    }

    pub(super) fn finish(&self) -> Option<Finish> {
        self.finish_reason.as_deref().map(|reason| match reason {
            "stop" | "eos_token" => Finish::Stop,
            "length" => Finish::Length,
            _ => Finish::Other,
        })
    }
}

impl Message {
    pub(super) fn text(&self) -> String {
        self.content.as_ref().map(Content::text).unwrap_or_default()
    }

    pub(super) fn is_reasoned(&self) -> bool {
        let fields = [&self.reasoning_content, &self.reasoning, &self.thinking];
        let in_parts = match &self.content {
            Some(Content::Parts(parts)) => parts.iter().any(|part| part.thinking.is_some()),
            _ => false,
        };
        in_parts || fields.into_iter().flatten().any(|content| !content.text().is_empty())
    }
}

impl Content {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Parts(parts) => parts.iter().filter_map(|part| part.text.as_deref()).collect(),
            Self::Other(_) => String::new(),
        }
    }
}
