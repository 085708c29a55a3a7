//! What the administrator decided about the model: which one, where, and how it is asked.

use serde_json::{Map, Value};

use super::base_url::BaseUrl;
use super::key::ApiKey;

/// Which model is asked, where, and how.
#[derive(Debug, Clone)]
pub struct ModelSettings {
    /// Servers in order of preference, if they do not share the questions.
    pub base_urls: Vec<BaseUrl>,
    /// The `model` field.
    pub model: String,
    /// Bearer token.
    pub api_key: ApiKey,
    /// Longest answer.
    pub max_tokens: u32,
    /// The field that says so.
    pub limit_field: LimitField,
    /// Context of one request, where the server shall not be asked.
    pub context_tokens: Option<u32>,
    /// Whether all servers share the questions; else a later one is for when those before it fail.
    pub spread: bool,
    /// Requests at once on each server, where it shall not be asked.
    pub slots: Option<u32>,
    /// Smallest piece of a conversation, in tokens, that a llama-server moves to its new place when something
    /// before it was dropped; 0 for never.
    pub cache_reuse: u32,
    /// How the next token is chosen.
    pub sampling: Sampling,
    /// Fields of the server's own, added to each request.
    pub extra: Map<String, Value>,
}

/// How the next token is chosen; what is not set is the server's choice.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sampling {
    /// The `temperature` field.
    pub temperature: Option<f64>,
    /// The `top_p` field.
    pub top_p: Option<f64>,
}

/// The field that limits an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LimitField {
    /// `max_tokens`, which nearly all servers know.
    #[default]
    MaxTokens,
    /// `max_completion_tokens`, which some want instead.
    MaxCompletionTokens,
}

/// Fields that `extra` must not hold: a setting of their own decides about them, or the bot itself.
pub const OWN_FIELDS: [(&str, &str); 11] = [
    ("model", "MODEL_NAME"),
    ("messages", ""),
    ("stream", ""),
    ("stream_options", ""),
    ("n", ""),
    ("max_tokens", "MODEL_MAX_TOKENS"),
    ("max_completion_tokens", "MODEL_MAX_TOKENS"),
    ("temperature", "MODEL_TEMPERATURE"),
    ("top_p", "MODEL_TOP_P"),
    ("n_cache_reuse", "MODEL_CACHE_REUSE"),
    ("id_slot", "MODEL_CACHE_REUSE"),
];
