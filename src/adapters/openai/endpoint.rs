//! One model server: asked in the dialect it takes, and looked at without disturbing its work.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::time::timeout;

use super::answer;
use super::base_url::BaseUrl;
use super::learnt::Learnt;
use super::llama::desk::{Desk, HOLD, Placed};
use super::llama::ledger::Placement;
use super::llama::{self, mark};
use super::refusal::Refusal;
use super::settings::ModelSettings;
use super::wire::{Asked, Dialect, LlamaFields, Request};
use crate::adapters::clock::timer_now;
use crate::adapters::http_client::{cause, read_body, validity};
use crate::application::doctor::Validity;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::model::{Completion, ModelError, ModelRequest};

/// Longest wait for a route that a server answers at once, also while it is busy.
const GLANCE: Duration = Duration::from_secs(4);

/// Longest wait for a glance that holds up a question.
const SHORT_GLANCE: Duration = Duration::from_secs(1);

/// A list of models can be long.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// A server and what was learnt about it.
#[derive(Debug)]
pub(super) struct Endpoint {
    client: Client,
    pub(super) base: BaseUrl,
    pub(super) settings: Arc<ModelSettings>,
    pub(super) learnt: Learnt,
    desk: Desk,
}

impl Endpoint {
    pub(super) fn new(
        client: Client,
        base: BaseUrl,
        settings: Arc<ModelSettings>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (learnt, desk) = (Learnt::new(&settings), Desk::new(clock));
        Self { client, base, settings, learnt, desk }
    }

    /// Asks once; a server that refuses an optional field is asked again without it, and never with it again.
    pub(super) async fn complete(&self, request: &ModelRequest) -> Result<Completion, ModelError> {
        let is_llama = self.is_llama().await;
        loop {
            let (dialect, began) = (self.learnt.facts().dialect, timer_now());
            let response = if is_llama {
                self.begin(request, dialect).await?
            } else {
                self.send_chat(request, dialect, None, None).await?
            };
            if response.status().is_success() {
                return answer::read(response.bytes_stream(), began).await;
            }
            let refusal = Refusal::read(response).await;
            match refusal.corrects(dialect) {
                Some(correct) => self.learnt.facts().dialect = correct,
                None => return Err(refusal.into_error()),
            }
        }
    }

    /// Sends to a llama-server: where it is of use, to the slot that holds the conversation.
    async fn begin(&self, request: &ModelRequest, dialect: Dialect) -> Result<Response, ModelError> {
        let plain = || self.send_chat(request, dialect, None, Some(LlamaFields::default()));
        if !self.reuses() {
            return plain().await;
        }
        let turn = self.desk.turn().await;
        let slots = self.slots().await;
        // The look may have shown that there is no such route.
        let placed =
            if self.reuses() { self.desk.place(&request.conversation, slots.as_ref()) } else { None };
        let Some(placed) = placed else {
            drop(turn);
            return plain().await;
        };
        let (mark, fields) = (mark::of(&request.conversation), self.fields(&placed));
        let mut sending = pin!(self.send_chat(request, dialect, Some(&mark), Some(fields)));
        let soon = timeout(HOLD, sending.as_mut()).await;
        drop(turn);
        let response = match soon {
            Ok(response) => response?,
            Err(_) => sending.await?,
        };
        placed.begun();
        Ok(response)
    }

    fn fields(&self, placed: &Placed<'_>) -> LlamaFields {
        let (id_slot, n_cache_reuse) = match placed.placement {
            Placement::Anywhere => (None, 0),
            Placement::In(slot) => (Some(slot), 0),
            Placement::Own(slot) => (Some(slot), self.settings.cache_reuse),
        };
        LlamaFields { n_cache_reuse, id_slot, seed: Some(placed.tag.0) }
    }

    /// Whether conversations are told apart in the server's slots. The seed is what tells them apart.
    pub(super) fn reuses(&self) -> bool {
        let facts = self.learnt.facts();
        facts.is_llama == Some(true)
            && !facts.lacks.slots
            && self.settings.cache_reuse > 0
            && !self.settings.extra.contains_key("seed")
    }

    async fn send_chat(
        &self,
        request: &ModelRequest,
        dialect: Dialect,
        mark: Option<&str>,
        llama: Option<LlamaFields>,
    ) -> Result<Response, ModelError> {
        let asked = Asked::new(&self.settings, &request.prompt, mark);
        let body = Request::new(&self.settings, asked, dialect, llama);
        send(self.request(Method::POST, &self.base.chat()).json(&body)).await
    }

    /// Whether it is a llama-server. Looked at once for each connection that was lost.
    pub(super) async fn is_llama(&self) -> bool {
        let known = self.learnt.facts().is_llama;
        if let Some(known) = known {
            return known;
        }
        let look = async {
            let props = send(self.request(Method::GET, &self.base.props(None))).await.ok()?;
            let in_head = llama::in_headers(props.headers());
            let props = body_of(props).await;
            let is_llama = in_head || props.is_some_and(|props| llama::in_props(&props));
            Some(is_llama || self.models().await.is_some_and(|models| llama::in_models(&models)))
        };
        let is_llama = timeout(SHORT_GLANCE, look).await.ok().flatten();
        self.learnt.facts().is_llama = is_llama;
        is_llama == Some(true)
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
            .unwrap_or_else(|_| Err(ModelError::Unreachable("no answer within 4 s".into())))
    }

    /// `/props` of llama-server, of one model where it serves several. Nothing is loaded for it.
    pub(super) async fn props(&self, model: Option<&str>) -> Option<Value> {
        json(self.request(Method::GET, &self.base.props(model)), GLANCE).await
    }

    /// The list of models.
    pub(super) async fn models(&self) -> Option<Value> {
        json(self.request(Method::GET, &self.base.models()), GLANCE).await
    }

    /// How long its certificate is valid; `None` without TLS.
    pub(super) async fn validity(&self, seen: Timestamp) -> Option<Validity> {
        if !self.base.api().starts_with("https:") {
            return None;
        }
        let look = send(self.request(Method::GET, &self.base.models()));
        validity(&timeout(GLANCE, look).await.ok()?.ok()?, seen)
    }

    /// What the slots hold; a server without that route is not asked for it again.
    async fn slots(&self) -> Option<Value> {
        let look = async {
            let response = send(self.request(Method::GET, &self.base.slots())).await.ok()?;
            self.learnt.facts().lacks.slots = is_lacking(response.status());
            body_of(response).await
        };
        timeout(SHORT_GLANCE, look).await.ok()?
    }

    /// Sends a body to a route that not every server has. `Err` when this one has not.
    pub(super) async fn try_route(
        &self,
        url: &str,
        body: &impl serde::Serialize,
    ) -> Result<Option<Value>, Lacking> {
        let Ok(response) = send(self.request(Method::POST, url).json(body)).await else { return Ok(None) };
        if is_lacking(response.status()) {
            return Err(Lacking);
        }
        Ok(body_of(response).await)
    }

    fn request(&self, method: Method, url: &str) -> RequestBuilder {
        let request = self.client.request(method, url);
        match self.settings.api_key.get() {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        }
    }
}

/// The server does not have that route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lacking;

fn is_lacking(status: StatusCode) -> bool {
    matches!(status.as_u16(), 403 | 404 | 405 | 501)
}

/// The answer's head. A failure until then has cost nothing but time: it is as good as no connection.
async fn send(request: RequestBuilder) -> Result<Response, ModelError> {
    request.send().await.map_err(|error| {
        if error.is_builder() {
            return ModelError::Refused("MODEL_API_KEY has characters that no header can hold".to_owned());
        }
        ModelError::Unreachable(cause(error, "MODEL_BASE_URL"))
    })
}

/// What a route tells, if it answers with JSON.
async fn json(request: RequestBuilder, limit: Duration) -> Option<Value> {
    let read = async { body_of(send(request).await.ok()?).await };
    timeout(limit, read).await.ok()?
}

async fn body_of(response: Response) -> Option<Value> {
    let response = response.error_for_status().ok()?;
    serde_json::from_slice(&read_body(response, MAX_BODY).await).ok()
}
