//! The promises of `ports::model::ChatModel`, on `OpenAiModel`.

use std::sync::Arc;
use std::time::Duration;

use crate::support::wire::{MockServer, outside};
use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::openai::{
    ApiKey, BaseUrl, LimitField, ModelSettings, OpenAiModel, Sampling,
};
use nextcloud_opencode_bot::domain::conversation::ConversationId;
use nextcloud_opencode_bot::domain::message::RoomToken;
use nextcloud_opencode_bot::domain::prompt::Prompt;
use nextcloud_opencode_bot::ports::model::{ChatModel, Completion, ModelError, ModelRequest};
use serde_json::Value;
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

mod connections;
mod counting;
mod endpoints;
mod llama;
mod looks;
mod real;
mod real_cache;
mod recorded;
mod requests;
mod spread;

/// Longer than any test takes.
const LIMIT: Duration = Duration::from_secs(30);

fn settings(urls: &[&str]) -> ModelSettings {
    ModelSettings {
        base_urls: urls.iter().map(|url| BaseUrl::parse(url).expect("an address")).collect(),
        model: "halo-8000".into(),
        api_key: ApiKey::default(),
        max_tokens: 64,
        limit_field: LimitField::MaxTokens,
        context_tokens: None,
        spread: false,
        slots: None,
        cache_reuse: 64,
        sampling: Sampling::default(),
        extra: serde_json::Map::new(),
    }
}

fn model(urls: &[&str]) -> OpenAiModel {
    with(settings(urls))
}

fn with(settings: ModelSettings) -> OpenAiModel {
    OpenAiModel::new(settings, Arc::new(SystemClock))
}

fn prompt(question: &str) -> Prompt {
    Prompt::assemble("You are Halo.", &[], question)
}

fn conversation(room: &str, epoch: u64) -> ConversationId {
    ConversationId { place: RoomToken::parse(room).expect("a token").into(), epoch }
}

/// A question in some room.
fn question(text: &str) -> ModelRequest {
    ModelRequest { conversation: conversation("kq7m2rtx", 0), prompt: prompt(text) }
}

async fn ask(model: &OpenAiModel) -> Result<Completion, ModelError> {
    model.complete(&question("Name three colours."), LIMIT).await
}

/// Somebody asks in that room.
async fn ask_in(model: &OpenAiModel, room: &str) -> Result<Completion, ModelError> {
    let request = ModelRequest { conversation: conversation(room, 0), prompt: prompt("hi") };
    model.complete(&request, LIMIT).await
}

/// A file of `tests/fixtures/llama`.
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/llama/{name}", env!("CARGO_MANIFEST_DIR"))).expect(name)
}

/// An answer with that file as its body, under its own content type.
fn answer(status: u16, name: &str) -> ResponseTemplate {
    let kind = match name.rsplit('.').next() {
        Some("sse") => "text/event-stream",
        Some("html") => "text/html",
        _ => "application/json",
    };
    ResponseTemplate::new(status).set_body_raw(fixture(name), kind)
}

/// A server that answers chats like that.
async fn chat_server(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    chats(&server, response).await;
    server
}

async fn chats(server: &MockServer, response: ResponseTemplate) {
    Mock::given(method("POST")).and(path("/v1/chat/completions")).respond_with(response).mount(server).await;
}

async fn get(server: &MockServer, route: &str, response: ResponseTemplate) {
    Mock::given(method("GET")).and(path(route)).respond_with(response).mount(server).await;
}

/// Bodies of what was asked, oldest first.
async fn bodies(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.expect("recorded");
    let chats = requests.iter().filter(|request| request.url.path().ends_with("/chat/completions"));
    chats.map(|request| serde_json::from_slice(&request.body).expect("JSON")).collect()
}
