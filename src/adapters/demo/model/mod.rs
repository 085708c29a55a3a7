//! A model server without a model: llama-server's routes, stream and refusals, two slots that queue silently, and
//! answers out of a script.

mod memory;
mod samples;
pub mod script;
mod slot;
mod wire;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use poem::http::{Method, StatusCode};
use poem::{Endpoint, endpoint::make};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::changes::Changes;
use super::exchange::{Answer, Call, Content, take};
use memory::Memory;
use script::Line;
use slot::Slot;
use wire::{Reply, Request, Tokens};

/// Requests at once, as `/props` tells.
pub const SLOTS: usize = 2;

/// Tokens of one request, as `/props` tells.
pub const CONTEXT_TOKENS: usize = 4096;

/// What `/v1/models` calls it.
pub const NAME: &str = "scripted";

/// Requests that are kept to be looked at.
const REMEMBERED: usize = 100;

/// How long a slow model says nothing.
const SLOW: Duration = Duration::from_secs(20);

/// How fast the model speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Before the first word.
    pub first: Duration,
    /// Before each word.
    pub word: Duration,
}

impl Pace {
    /// At once: for tests.
    pub const INSTANT: Self = Self { first: Duration::ZERO, word: Duration::ZERO };
    /// As people can follow.
    pub const VISIBLE: Self = Self { first: Duration::from_millis(400), word: Duration::from_millis(20) };
}

/// What goes wrong, when it is switched on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelFault {
    /// Nothing.
    #[default]
    None,
    /// A reverse proxy without a server behind it: 502.
    Down,
    /// The model is being loaded: 503.
    Loading,
    /// Twenty seconds of silence before the first word, or until this is over.
    Slow,
    /// The stream breaks in the middle.
    Cut,
    /// No question pleases it: 400.
    Refusing,
}

/// The server. Its requests are remembered, the newest hundred.
#[derive(Debug)]
pub struct ScriptedModel {
    pace: Pace,
    slots: Arc<Semaphore>,
    changes: Changes,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    fault: ModelFault,
    requests: VecDeque<Value>,
    memory: Memory,
}

impl ScriptedModel {
    /// A server that is ready at once.
    #[must_use]
    pub fn new(pace: Pace) -> Arc<Self> {
        let slots = Arc::new(Semaphore::new(SLOTS));
        Arc::new(Self { pace, slots, changes: Changes::default(), state: Mutex::default() })
    }

    /// Tells when it begins and ends an answer.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// How many answers it writes now.
    #[must_use]
    pub fn writing(&self) -> usize {
        SLOTS - self.slots.available_permits()
    }

    /// What goes wrong at present.
    #[must_use]
    pub fn fault(&self) -> ModelFault {
        self.state().fault
    }

    /// Switches what goes wrong.
    pub fn set_fault(&self, fault: ModelFault) {
        self.state().fault = fault;
        self.changes.bump();
    }

    /// Bodies of the chat requests, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Value> {
        self.state().requests.iter().cloned().collect()
    }

    /// Answers a call.
    pub fn answer(&self, call: &Call<'_>) -> Answer {
        match self.fault() {
            ModelFault::Down => return Answer::of_proxy(StatusCode::BAD_GATEWAY),
            ModelFault::Loading => return error(503, "unavailable_error", "Loading model"),
            ModelFault::None | ModelFault::Slow | ModelFault::Cut | ModelFault::Refusing => {}
        }
        let path = call.path.strip_prefix("/v1").unwrap_or(call.path);
        match (call.method, path) {
            (&Method::GET, "/health") => Answer::json(StatusCode::OK, &json!({"status": "ok"})),
            (&Method::GET, "/models") => Answer::json(StatusCode::OK, &models()),
            (&Method::GET, "/props") => Answer::json(StatusCode::OK, &props()),
            (&Method::GET, "/slots") => {
                Answer::json(StatusCode::OK, &self.state().memory.slots(self.writing()))
            }
            (&Method::POST, "/chat/completions") => self.chat(call.body),
            (&Method::POST, "/chat/completions/input_tokens") => count(call.body),
            _ => error(404, "not_found_error", "File Not Found"),
        }
    }

    fn chat(&self, body: &[u8]) -> Answer {
        let parsed = serde_json::from_slice::<Value>(body).and_then(|value| {
            self.remember(value.clone());
            serde_json::from_value::<Request>(value)
        });
        let request = match parsed {
            Ok(request) => request,
            Err(why) => return error(400, "invalid_request_error", &why.to_string()),
        };
        if self.fault() == ModelFault::Refusing {
            return error(400, "invalid_request_error", "the chat template does not take this conversation");
        }
        let lines = match request.lines() {
            Ok(lines) => lines,
            Err(why) => return error(400, "invalid_request_error", &why),
        };
        let prompt = tokens_of(&lines);
        if prompt >= CONTEXT_TOKENS {
            return too_long(prompt);
        }
        let cached = self.state().memory.work(&lines, request.wish());
        let room = CONTEXT_TOKENS - prompt;
        let limit = request.limit().unwrap_or(room);
        let speech = script::speak(&lines);
        let model = request.model.as_deref().unwrap_or(NAME);
        let reply = Reply::new(model, &speech, Tokens { prompt, cached, limit: limit.clamp(1, room) });
        let first = if self.fault() == ModelFault::Slow { SLOW } else { self.pace.first };
        if !request.stream {
            return Answer::json(StatusCode::OK, &reply.whole()).after(first);
        }
        Answer { delay: first, content: self.stream(reply.events(request.wants_usage())) }
    }

    fn stream(&self, mut events: Vec<String>) -> Content {
        let cut = self.fault() == ModelFault::Cut;
        if cut {
            events.truncate(events.len() / 2);
        }
        Content::Events { events, pace: self.pace.word, cut }
    }

    fn remember(&self, request: Value) {
        let requests = &mut self.state().requests;
        if requests.len() == REMEMBERED {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sits out a long silence, which ends at once when it is switched off.
    async fn sit_out(&self, answer: Answer) -> Answer {
        if answer.delay < SLOW {
            return answer;
        }
        let switched_off = async {
            let mut seen = self.changes.revision();
            while self.fault() == ModelFault::Slow {
                self.changes.after(seen, SLOW).await;
                seen = self.changes.revision();
            }
        };
        // Either way it speaks now.
        drop(tokio::time::timeout(answer.delay, switched_off).await);
        answer.after(self.pace.first)
    }

    /// The server's routes. A chat waits without a byte until a slot is free, and gives it back when its
    /// connection is gone.
    pub fn endpoint(self: &Arc<Self>) -> impl Endpoint<Output = poem::Response> + 'static {
        let model = Arc::clone(self);
        make(move |request| {
            let model = Arc::clone(&model);
            async move {
                let slot = if request.uri().path().ends_with("/chat/completions") {
                    Slot::take(&model).await
                } else {
                    None
                };
                let answer = take(request, |call| model.answer(&call)).await;
                model.sit_out(answer).await.respond(slot).await
            }
        })
    }
}

/// Roughly as a tokenizer counts.
fn tokens_of(lines: &[Line]) -> usize {
    lines.iter().map(|line| 4 + line.content.chars().count().div_ceil(4)).sum()
}

fn count(body: &[u8]) -> Answer {
    let request = serde_json::from_slice::<Request>(body).map_err(|why| why.to_string());
    match request.and_then(|request| request.lines()) {
        Ok(lines) => Answer::json(
            StatusCode::OK,
            &json!({"input_tokens": tokens_of(&lines), "object": "response.input_tokens"}),
        ),
        Err(why) => error(400, "invalid_request_error", &why),
    }
}

fn models() -> Value {
    json!({"object": "list", "data": [{"id": NAME, "object": "model", "created": 1_750_000_000,
        "owned_by": "llamacpp", "meta": {"n_ctx": CONTEXT_TOKENS, "n_ctx_train": CONTEXT_TOKENS}}]})
}

fn props() -> Value {
    json!({
        "default_generation_settings": {"n_ctx": CONTEXT_TOKENS}, "total_slots": SLOTS, "model_alias": NAME,
        "modalities": {"vision": false, "video": false, "audio": false}, "build_info": "scripted",
        "chat_template_caps": {"supports_system_role": true}, "is_sleeping": false,
    })
}

fn error(code: u16, kind: &str, message: &str) -> Answer {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Answer::json(status, &json!({"error": {"code": code, "message": message, "type": kind}}))
}

fn too_long(prompt: usize) -> Answer {
    let message = format!(
        "request ({prompt} tokens) exceeds the available context size ({CONTEXT_TOKENS} tokens), try increasing it"
    );
    let error = json!({"code": 400, "message": message, "type": "exceed_context_size_error",
        "n_prompt_tokens": prompt, "n_ctx": CONTEXT_TOKENS});
    Answer::json(StatusCode::BAD_REQUEST, &json!({"error": error}))
}

#[cfg(test)]
mod tests;
