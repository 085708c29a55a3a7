//! The chat-completions stream as llama-server speaks it: events in the same order with the same fields.

use serde::Deserialize;
use serde_json::{Value, json};

use super::memory::Wish;
use super::script::{Line, Role, Speech};

/// What is read of a request. Unknown fields are ignored, as the server does.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub(super) model: Option<String>,
    pub(super) messages: Option<Vec<Message>>,
    #[serde(default)]
    pub(super) stream: bool,
    stream_options: Option<StreamOptions>,
    max_tokens: Option<i64>,
    max_completion_tokens: Option<i64>,
    id_slot: Option<i64>,
    seed: Option<i64>,
    #[serde(default)]
    n_cache_reuse: u32,
}

#[derive(Debug, Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message {
    role: Option<Role>,
    content: Option<String>,
}

impl Request {
    pub(super) fn wants_usage(&self) -> bool {
        self.stream_options.as_ref().is_some_and(|options| options.include_usage)
    }

    /// What it says of slots: -1 is any.
    pub(super) fn wish(&self) -> Wish {
        Wish {
            slot: self.id_slot.and_then(|slot| usize::try_from(slot).ok()),
            seed: self.seed.and_then(|seed| u32::try_from(seed).ok()).unwrap_or(u32::MAX),
            reuse: self.n_cache_reuse > 0,
        }
    }

    /// The longest answer, if any was asked for.
    pub(super) fn limit(&self) -> Option<usize> {
        self.max_completion_tokens.or(self.max_tokens).and_then(|most| usize::try_from(most).ok())
    }

    /// The conversation, in the shape that every chat template takes: at most one system message, first, then
    /// people and model in turn, ending with people. Any other shape is refused, as some templates do.
    pub(super) fn lines(&self) -> Result<Vec<Line>, String> {
        let messages = self.messages.as_ref().ok_or("'messages' is required")?;
        let lines: Vec<Line> = messages.iter().filter_map(Message::line).collect();
        if lines.len() < messages.len() {
            return Err("a message has no role or no content".to_owned());
        }
        let talk =
            if lines.first().is_some_and(|line| line.role == Role::System) { &lines[1..] } else { &lines };
        let turns = [Role::User, Role::Assistant].into_iter().cycle();
        let alternating = talk.iter().zip(turns).all(|(line, role)| line.role == role);
        if alternating && talk.len() % 2 == 1 {
            Ok(lines)
        } else {
            Err("Jinja Exception: Conversation roles must alternate user/assistant/user/assistant/..."
                .to_owned())
        }
    }
}

impl Message {
    fn line(&self) -> Option<Line> {
        Some(Line { role: self.role?, content: self.content.clone()? })
    }
}

/// Tokens as the stand-in counts them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens {
    pub(super) prompt: usize,
    pub(super) cached: usize,
    pub(super) limit: usize,
}

/// An answer, cut at its limit.
pub(super) struct Reply<'a> {
    model: &'a str,
    reasoning: Vec<&'a str>,
    words: Vec<&'a str>,
    finish: &'static str,
    tokens: Tokens,
}

impl<'a> Reply<'a> {
    pub(super) fn new(model: &'a str, speech: &'a Speech, tokens: Tokens) -> Self {
        let whole = |text: &'a str| text.split_inclusive(' ').collect::<Vec<_>>();
        let (mut reasoning, mut words) = (whole(&speech.reasoning), whole(&speech.text));
        let length = reasoning.len() + words.len();
        reasoning.truncate(tokens.limit);
        words.truncate(tokens.limit - reasoning.len());
        let finish = if length > tokens.limit { "length" } else { "stop" };
        Self { model, reasoning, words, finish, tokens }
    }

    /// As one JSON text.
    pub(super) fn whole(&self) -> Value {
        let mut message = json!({"role": "assistant", "content": self.words.concat()});
        if !self.reasoning.is_empty() {
            message["reasoning_content"] = self.reasoning.concat().into();
        }
        let choice = json!({"index": 0, "finish_reason": self.finish, "message": message});
        let mut value = self.envelope("chat.completion", &json!([choice]));
        value["usage"] = self.usage();
        value
    }

    /// As events, ready for the wire. The role comes first, with a null for content.
    pub(super) fn events(&self, with_usage: bool) -> Vec<String> {
        let delta = |delta: Value| self.chunk(&delta, None);
        let mut events = vec![delta(json!({"role": "assistant", "content": null}))];
        events.extend(self.reasoning.iter().map(|word| delta(json!({"reasoning_content": word}))));
        events.extend(self.words.iter().map(|word| delta(json!({"content": word}))));
        events.push(self.chunk(&json!({}), Some(self.finish)));
        if with_usage {
            let mut last = self.envelope("chat.completion.chunk", &json!([]));
            last["usage"] = self.usage();
            events.push(event(&last));
        }
        events.push("data: [DONE]\n\n".to_owned());
        events
    }

    fn chunk(&self, delta: &Value, finish: Option<&str>) -> String {
        let choices = json!([{"finish_reason": finish, "index": 0, "delta": delta}]);
        event(&self.envelope("chat.completion.chunk", &choices))
    }

    fn envelope(&self, object: &str, choices: &Value) -> Value {
        json!({
            "choices": choices, "created": 1_750_000_000, "id": "chatcmpl-scripted", "model": self.model,
            "system_fingerprint": "scripted", "object": object,
        })
    }

    fn usage(&self) -> Value {
        let completion = self.reasoning.len() + self.words.len();
        json!({
            "completion_tokens": completion, "prompt_tokens": self.tokens.prompt,
            "total_tokens": self.tokens.prompt + completion, "prompt_tokens_details": {"cached_tokens": self.tokens.cached},
        })
    }
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}
