//! Tokens of a prompt, counted by the server that will read it.

use serde_json::json;
use wiremock::matchers::body_partial_json;

use super::*;

const IN_ONE_STEP: &str = "/v1/chat/completions/input_tokens";

/// A llama-server, as its `/props` prove.
async fn llama() -> MockServer {
    let server = MockServer::start().await;
    get(&server, "/props", answer(200, "props.json")).await;
    server
}

async fn post(server: &MockServer, route: &str, response: ResponseTemplate) {
    Mock::given(method("POST")).and(path(route)).respond_with(response).mount(server).await;
}

async fn asked(server: &MockServer, route: &str) -> usize {
    let requests = server.received_requests().await.expect("recorded");
    requests.iter().filter(|request| request.url.path() == route).count()
}

#[tokio::test]
async fn a_server_counts_in_one_step() {
    let server = llama().await;
    post(&server, IN_ONE_STEP, answer(200, "input-tokens.json")).await;
    assert_eq!(model(&[&server.uri()]).count_tokens(&prompt("hi")).await, Some(24));
}

#[tokio::test]
async fn what_is_added_to_requests_counts_too() {
    let server = llama().await;
    let kwargs = json!({"chat_template_kwargs": {"enable_thinking": false}});
    Mock::given(path(IN_ONE_STEP))
        .and(body_partial_json(&kwargs))
        .respond_with(answer(200, "input-tokens.json"))
        .mount(&server)
        .await;
    let extra = kwargs.as_object().expect("an object").clone();
    let model = with(ModelSettings { extra, ..settings(&[&server.uri()]) });
    assert_eq!(model.count_tokens(&prompt("hi")).await, Some(24));
}

#[tokio::test]
async fn an_older_server_counts_in_two_steps_and_is_not_asked_for_one_again() {
    let server = llama().await;
    post(&server, "/apply-template", answer(200, "apply-template.json")).await;
    let rendered = json!({"content": serde_json::from_slice::<Value>(&fixture("apply-template.json"))
        .expect("JSON")["prompt"]});
    Mock::given(path("/tokenize"))
        .and(body_partial_json(rendered))
        .respond_with(answer(200, "tokenize.json"))
        .mount(&server)
        .await;
    let model = model(&[&server.uri()]);
    for _ in 0..2 {
        assert_eq!(model.count_tokens(&prompt("hi")).await, Some(2));
    }
    assert_eq!(asked(&server, IN_ONE_STEP).await, 1);
}

#[tokio::test]
async fn a_server_that_cannot_count_is_not_asked_again() {
    let server = llama().await;
    let model = model(&[&server.uri()]);
    for _ in 0..2 {
        assert_eq!(model.count_tokens(&prompt("hi")).await, None);
    }
    assert_eq!((asked(&server, IN_ONE_STEP).await, asked(&server, "/apply-template").await), (1, 1));
}

#[tokio::test]
async fn another_server_is_not_sent_the_prompt_for_a_count() {
    let server = MockServer::start().await;
    assert_eq!(model(&[&server.uri()]).count_tokens(&prompt("hi")).await, None);
    assert_eq!(asked(&server, IN_ONE_STEP).await, 0);
}

#[tokio::test]
async fn an_answer_without_a_count_is_none() {
    let server = llama().await;
    for response in [
        outside(answer(200, "props.json"), "another route's answer"),
        answer(503, "error-503-loading.json"),
        answer(502, "proxy-502.html"),
    ] {
        let server = &server;
        server.reset().await;
        get(server, "/props", answer(200, "props.json")).await;
        post(server, IN_ONE_STEP, response).await;
        assert_eq!(model(&[&server.uri()]).count_tokens(&prompt("hi")).await, None);
    }
}
