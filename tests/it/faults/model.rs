//! The model is away, refuses, is something else, or takes less than it should.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::demo::model::ModelFault;
use serde_json::json;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::fault::Fault;
use crate::support::door::ClosedDoor;

const MODELS: &str = include_str!("../../fixtures/llama/models.json");
const KEY: &str = include_str!("../../fixtures/llama/error-401-key.json");
const NO_SUCH_MODEL: &str = include_str!("../../fixtures/llama/other-error-ollama-404.json");
const NO_ROUTE: &str = include_str!("../../fixtures/llama/error-404-route.json");

/// Long enough for the doctor to tell that the words did not come one by one.
const HELD_BACK: Duration = Duration::from_millis(600);

fn json_body(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(path(at)).respond_with(answer).mount(server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_does_not_run() {
    let door = ClosedDoor::new();
    Fault::of("nobody listens at `MODEL_BASE_URL`").await.set("MODEL_BASE_URL", door.url()).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_loads() {
    let fault = Fault::of("the model is being loaded").await;
    fault.scene.model.script.set_fault(ModelFault::Loading);
    fault.asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_no_model() {
    let server = MockServer::start().await;
    let models = json!({"object": "list", "data": [{"id": "small"}, {"id": "large"}]});
    serve(&server, "/v1/models", ResponseTemplate::new(200).set_body_json(models)).await;
    serve(&server, "/v1/chat/completions", json_body(404, NO_SUCH_MODEL)).await;
    let fault = Fault::of("`MODEL_NAME` is not among its models").await;
    fault.set("MODEL_BASE_URL", server.uri()).set("MODEL_CONTEXT_TOKENS", "8192").asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(json_body(401, KEY)).mount(&server).await;
    let fault = Fault::of("`MODEL_API_KEY` is wrong").await;
    fault.set("MODEL_BASE_URL", server.uri()).set("MODEL_API_KEY", "not-this-key").asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_url_with_another_path() {
    let server = MockServer::start().await;
    serve(&server, "/v1/models", json_body(200, MODELS)).await;
    Mock::given(any()).respond_with(json_body(404, NO_ROUTE)).with_priority(6).mount(&server).await;
    let fault = Fault::of("`MODEL_BASE_URL` lacks /v1 behind its path").await;
    fault.set("MODEL_BASE_URL", format!("{}/llm", server.uri())).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_holds_words_back() {
    let fault = Fault::of("a proxy holds the model's words back").await;
    fault.scene.model.slow_down(HELD_BACK).await;
    let seen = fault.asked().await;
    let seconds = |figure: &str| seen.figure(&format!("{figure}_seconds_sum")).expect("it was answered");
    let (first, whole) = (seconds("model_first_token"), seconds("model_call_duration"));
    assert!(first > 0.9 * whole, "first words after {first} s of {whole} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_that_is_too_small() {
    let fault = Fault::of("the model's context is too small for `MODEL_MAX_TOKENS`").await;
    let props = json!({"default_generation_settings": {"n_ctx": 1024}, "total_slots": 2});
    let answer = Mock::given(path("/props")).respond_with(ResponseTemplate::new(200).set_body_json(props));
    answer.with_priority(1).mount(fault.scene.model.mock()).await;
    fault.set("MODEL_MAX_TOKENS", "2048").asked().await;
}
