//! One model server: asked in the dialect it takes, and looked at without disturbing its work.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::time::timeout;

use super::ModelSettings;
use super::answer;
use super::base_url::BaseUrl;
use super::refusal::Refusal;
use super::wire::{Dialect, Request};
use crate::adapters::http_client::read_body;
use crate::domain::prompt::Prompt;
use crate::ports::model::{Completion, ModelError};

/// Longest wait for a route that a server answers at once, also while it is busy.
const GLANCE: Duration = Duration::from_secs(5);

/// A list of models can be long.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// A server and what was learnt about it.
#[derive(Debug)]
pub(super) struct Endpoint {
    client: Client,
    base: BaseUrl,
    settings: Arc<ModelSettings>,
    dialect: Mutex<Dialect>,
}

impl Endpoint {
    pub(super) fn new(client: Client, base: BaseUrl, settings: Arc<ModelSettings>) -> Self {
        Self { client, base, settings, dialect: Mutex::default() }
    }

    /// Asks once; a server that refuses an optional field is asked again without it, and never with it again.
    pub(super) async fn complete(&self, prompt: &Prompt) -> Result<Completion, ModelError> {
        let mut dialect = *self.dialect.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let ModelSettings { model, max_tokens, .. } = &*self.settings;
            let body = Request::new(model, prompt, *max_tokens, dialect);
            let response = send(self.request(Method::POST, &self.base.chat()).json(&body)).await?;
            if response.status().is_success() {
                return answer::read(response.bytes_stream()).await;
            }
            let refusal = Refusal::read(response).await;
            match refusal.corrects(dialect) {
                Some(correct) => dialect = correct,
                None => return Err(refusal.into_error()),
            }
            *self.dialect.lock().unwrap_or_else(PoisonError::into_inner) = dialect;
        }
    }

    /// Whether it would take a request. `/health` tells where it exists, `/models` wants the key.
    pub(super) async fn probe(&self) -> Result<(), ModelError> {
        let probe = async {
            let health = send(self.request(Method::GET, &self.base.health())).await?;
            let healthy = health.status().is_success();
            if health.status().is_server_error() && health.status() != StatusCode::NOT_IMPLEMENTED {
                return Err(Refusal::read(health).await.into_error());
            }
            let models = send(self.request(Method::GET, &self.base.models())).await?;
            match models.status() {
                status if status.is_success() => Ok(()),
                StatusCode::NOT_FOUND if healthy => Ok(()),
                _ => Err(Refusal::read(models).await.into_error()),
            }
        };
        timeout(GLANCE, probe)
            .await
            .unwrap_or_else(|_| Err(ModelError::Unreachable("no answer within 5 s".into())))
    }

    /// `/props` of llama-server, of one model where it serves several. Nothing is loaded for it.
    pub(super) async fn props(&self, model: Option<&str>) -> Option<Value> {
        json(self.request(Method::GET, &self.base.props(model))).await
    }

    /// The list of models.
    pub(super) async fn models(&self) -> Option<Value> {
        json(self.request(Method::GET, &self.base.models())).await
    }

    fn request(&self, method: Method, url: &str) -> RequestBuilder {
        let request = self.client.request(method, url);
        match &self.settings.api_key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        }
    }
}

/// The answer's head. A failure until then has cost nothing but time: it is as good as no connection.
async fn send(request: RequestBuilder) -> Result<Response, ModelError> {
    request.send().await.map_err(|error| {
        if error.is_builder() {
            return ModelError::Refused("MODEL_API_KEY has characters that no header can hold".to_owned());
        }
        ModelError::Unreachable(Box::new(error.without_url()))
    })
}

/// What a route tells, if it answers with JSON.
async fn json(request: RequestBuilder) -> Option<Value> {
    let read = async {
        let response = send(request).await.ok()?.error_for_status().ok()?;
        serde_json::from_slice(&read_body(response, MAX_BODY).await).ok()
    };
    timeout(GLANCE, read).await.ok()?
}
