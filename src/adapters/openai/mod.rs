//! The model behind any OpenAI-compatible server, llama-server first of all.
//!
//! Always asked for a stream, because only a stream gives its slot back when it is dropped. Three times are
//! limited: getting a connection (5 s), silence after the answer's first words (`answer`), and the whole call. Not
//! limited is the time to the first word: a busy llama-server sends nothing at all while a request queues, and on
//! a processor the prompt alone may take minutes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use tokio::time::timeout;

use super::http_client;
use crate::domain::prompt::Prompt;
use crate::ports::model::{ChatModel, Completion, Limits, ModelError, ModelRequest};

mod answer;
mod base_url;
mod echo;
mod endpoint;
mod events;
mod failover;
mod limits;
mod refusal;
mod server_error;
mod wire;

pub use base_url::{BadBaseUrl, BaseUrl};
use endpoint::Endpoint;
use failover::Failover;

/// What is assumed of a server that tells nothing.
const ASSUMED: Limits = Limits { context_tokens: 4096, slots: 1 };

/// Which model is asked, and where.
#[derive(Debug, Clone)]
pub struct ModelSettings {
    /// Servers in order of preference.
    pub base_urls: Vec<BaseUrl>,
    /// The `model` field.
    pub model: String,
    /// Bearer token.
    pub api_key: Option<SecretString>,
    /// Longest answer.
    pub max_tokens: u32,
    /// Context of one request, where the server shall not be asked.
    pub context_tokens: Option<u32>,
    /// Requests at once, where the server shall not be asked.
    pub slots: Option<u32>,
}

/// One model on one or more servers. A server that cannot answer now is passed over for that one question.
#[derive(Debug)]
pub struct OpenAiModel {
    settings: Arc<ModelSettings>,
    endpoints: Vec<Endpoint>,
    /// What was told last. A server that is away for a moment has not shrunk.
    told: Mutex<Limits>,
}

impl OpenAiModel {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(settings: ModelSettings) -> Self {
        let settings = Arc::new(settings);
        let endpoint = |base: &BaseUrl| {
            Endpoint::new(http_client::build(&base.chat(), None), base.clone(), Arc::clone(&settings))
        };
        let endpoints = settings.base_urls.iter().map(endpoint).collect();
        Self { settings, endpoints, told: Mutex::new(ASSUMED) }
    }

    async fn ask(&self, prompt: &Prompt) -> Result<Completion, ModelError> {
        let mut failover = Failover::default();
        for endpoint in &self.endpoints {
            if let Some(result) = failover.settled_by(endpoint.complete(prompt).await) {
                return result;
            }
        }
        Err(failover.into_error())
    }
}

#[async_trait]
impl ChatModel for OpenAiModel {
    async fn complete(&self, request: &ModelRequest, limit: Duration) -> Result<Completion, ModelError> {
        let prompt = &request.prompt;
        let result = timeout(limit, self.ask(prompt)).await.unwrap_or(Err(ModelError::TimedOut(limit)));
        result.map_err(|error| echo::without_quotes(error, prompt))
    }

    async fn count_tokens(&self, _prompt: &Prompt) -> Option<u64> {
        None
    }

    async fn limits(&self) -> Limits {
        let ModelSettings { model, context_tokens, slots, .. } = &*self.settings;
        if let (Some(context_tokens), Some(slots)) = (*context_tokens, *slots) {
            return Limits { context_tokens, slots };
        }
        for endpoint in &self.endpoints {
            let Some(told) = limits::ask(endpoint, model).await else { continue };
            *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Limits {
                context_tokens: told.context_tokens.unwrap_or(ASSUMED.context_tokens),
                slots: told.slots.unwrap_or(ASSUMED.slots),
            };
            break;
        }
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        Limits {
            context_tokens: context_tokens.unwrap_or(told.context_tokens),
            slots: slots.unwrap_or(told.slots),
        }
    }

    async fn probe(&self) -> Result<(), ModelError> {
        let mut failover = Failover::default();
        for endpoint in &self.endpoints {
            if let Some(result) = failover.settled_by(endpoint.probe().await) {
                return result;
            }
        }
        Err(failover.into_error())
    }
}
