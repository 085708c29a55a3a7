//! Model servers: those that are well, and those that refuse, load, lack the model or are something else.

use std::time::Duration;

use nextcloud_opencode_bot::app::doctor::outside::model;
use nextcloud_opencode_bot::application::doctor::Finding;
use nextcloud_opencode_bot::application::doctor::Outcome::{Fault, Good, Skipped};
use serde_json::json;
use wiremock::matchers::{any, path};
use wiremock::{Mock, ResponseTemplate};

use super::{has, of, outcomes, settings};
use crate::support::model::FakeModel;
use crate::support::wire::{MockServer, outside};

const MODELS: &str = include_str!("../../fixtures/llama/models.json");
const PROPS: &str = include_str!("../../fixtures/llama/props.json");
const HEALTHY: &str = include_str!("../../fixtures/llama/health-ok.json");
const LOADING: &str = include_str!("../../fixtures/llama/error-503-loading.json");
const KEY: &str = include_str!("../../fixtures/llama/error-401-key.json");
const STREAM: &str = include_str!("../../fixtures/llama/stream-usage.sse");
const TOO_LONG: &str = include_str!("../../fixtures/llama/error-400-context-stream.json");

/// Long enough to tell.
const HELD_BACK: Duration = Duration::from_millis(600);

fn json_body(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(path(at)).respond_with(answer).mount(server).await;
}

async fn llama(chat: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    serve(&server, "/health", json_body(200, HEALTHY)).await;
    serve(&server, "/v1/models", json_body(200, MODELS)).await;
    serve(&server, "/props", json_body(200, PROPS)).await;
    serve(&server, "/v1/chat/completions", chat).await;
    server
}

fn stream() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(STREAM, "text/event-stream")
}

async fn look(server: &MockServer) -> Vec<Finding> {
    model(&settings(&[("MODEL_BASE_URL", &server.uri())])).await
}

#[tokio::test]
async fn a_server_that_is_well_is_good_in_all() {
    let findings = look(&llama(stream()).await).await;
    for check in ["model", "model-name", "model-answer"] {
        assert_eq!(of(&findings, check), Good, "{findings:#?}");
    }
    assert_eq!(of(&findings, "model-stream"), Skipped, "it was too fast to tell");
}

#[tokio::test]
async fn a_stream_that_comes_at_once_is_told_where_no_tokens_are_counted() {
    let numbers = (1..=20).map(|number| json!({"choices": [{"delta": {"content": format!("{number} ")}}]}));
    let end = json!({"choices": [{"delta": {}, "finish_reason": "stop"}]});
    let events: Vec<_> = numbers.chain([end]).map(|event| format!("data: {event}\n\n")).collect();
    let answer =
        ResponseTemplate::new(200).set_body_raw(events.concat() + "data: [DONE]\n\n", "text/event-stream");
    let findings = look(&llama(answer.set_delay(HELD_BACK)).await).await;
    has(&findings, "model-stream", "the whole answer comes at once");
}

#[tokio::test]
async fn a_refused_question_tells_why() {
    let findings = look(&llama(json_body(400, TOO_LONG)).await).await;
    assert_eq!((of(&findings, "model"), of(&findings, "model-answer")), (Good, Fault));
    has(&findings, "model-answer", "larger context");
}

#[tokio::test]
async fn what_takes_no_question_is_told_with_its_cure() {
    let page =
        outside(ResponseTemplate::new(200).set_body_raw("<html>", "text/html"), "somebody else's server");
    let redirect = ResponseTemplate::new(301).insert_header("Location", "https://llm.example.com/");
    for (answer, words) in [
        (json_body(503, LOADING), "wait until the model is loaded"),
        (json_body(401, KEY), "set MODEL_API_KEY"),
        (ResponseTemplate::new(404), "check MODEL_BASE_URL"),
        (page, "no chat-completions API"),
        (redirect, "https://llm.example.com"),
    ] {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let findings = look(&server).await;
        has(&findings, "model", words);
        let rest = outcomes(&findings)[1..].iter().all(|(_, outcome)| *outcome == Skipped);
        assert!(rest, "{findings:#?}");
    }
}

#[tokio::test]
async fn a_model_that_a_server_of_several_lacks_is_named_beside_those_it_has() {
    let server = MockServer::start().await;
    let models = json!({"data": [{"id": "small"}, {"id": "large"}]});
    serve(&server, "/v1/models", ResponseTemplate::new(200).set_body_json(models)).await;
    serve(&server, "/v1/chat/completions", stream()).await;
    has(&look(&server).await, "model-name", "no halo-8000, but small, large");
}

#[tokio::test]
async fn each_server_is_looked_at_by_itself() {
    let server = llama(stream()).await;
    let both = format!("http://127.0.0.1:1, {}", server.uri());
    let findings = model(&settings(&[("MODEL_BASE_URL", &both)])).await;
    let found: Vec<_> = findings.iter().filter(|it| it.check == "model").map(|it| it.outcome).collect();
    assert_eq!(found, [Fault, Good]);
    has(&findings, "model", "127.0.0.1:1: the connection is refused");
}

#[tokio::test]
async fn the_demos_model_is_well() {
    let server = FakeModel::start().await;
    let findings = model(&settings(&[("MODEL_BASE_URL", &server.url())])).await;
    assert_eq!((of(&findings, "model"), of(&findings, "model-answer")), (Good, Good), "{findings:#?}");
}
