//! The promises of `ports::model::ChatModel`, on `OpenAiModel`.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::openai::{BaseUrl, ModelSettings, OpenAiModel};
use nextcloud_opencode_bot::domain::conversation::ConversationId;
use nextcloud_opencode_bot::domain::message::RoomToken;
use nextcloud_opencode_bot::domain::prompt::Prompt;
use nextcloud_opencode_bot::ports::model::{ChatModel, Completion, ModelError, ModelRequest};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::consumed::Document;

mod connections;
mod looks;
mod real;
mod recorded;
mod requests;

/// Longer than any test takes.
const LIMIT: Duration = Duration::from_secs(30);

fn settings(urls: &[&str]) -> ModelSettings {
    ModelSettings {
        base_urls: urls.iter().map(|url| BaseUrl::parse(url).expect("an address")).collect(),
        model: "halo-8000".into(),
        api_key: None,
        max_tokens: 64,
        context_tokens: None,
        slots: None,
    }
}

fn model(urls: &[&str]) -> OpenAiModel {
    OpenAiModel::new(settings(urls))
}

fn prompt(question: &str) -> Prompt {
    Prompt::assemble("You are Halo.", &[], question)
}

fn request(question: &str) -> ModelRequest {
    let room = RoomToken::parse("room1").expect("a token");
    ModelRequest { conversation: ConversationId { room, epoch: 0 }, prompt: prompt(question) }
}

async fn ask(model: &OpenAiModel) -> Result<Completion, ModelError> {
    model.complete(&request("Name three colours."), LIMIT).await
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
    Mock::given(method("POST")).and(path("/v1/chat/completions")).respond_with(response).mount(&server).await;
    server
}

async fn get(server: &MockServer, route: &str, response: ResponseTemplate) {
    Mock::given(method("GET")).and(path(route)).respond_with(response).mount(server).await;
}

/// Whatever was sent is documented.
async fn assert_documented(server: &MockServer) {
    let document = Document::chat_completions();
    for request in server.received_requests().await.expect("recorded") {
        document.assert_request(request.method.as_str(), request.url.path(), &request.body);
    }
}
