//! Limits and probes: glances at a server that neither fail nor disturb it.

use nextcloud_opencode_bot::ports::model::Limits;
use wiremock::matchers::{header, query_param, query_param_is_missing};

use super::*;
use crate::support::NOBODY;

fn limits_of(limits: Limits) -> (u32, u32) {
    (limits.context_tokens, limits.slots)
}

#[tokio::test]
async fn limits_come_from_the_server() {
    let server = MockServer::start().await;
    get(&server, "/props", answer(200, "props.json")).await;
    assert_eq!(limits_of(model(&[&server.uri()]).limits().await), (2048, 2));
}

#[tokio::test]
async fn a_setting_wins_and_with_both_nobody_is_asked() {
    let server = MockServer::start().await;
    get(&server, "/props", answer(200, "props.json")).await;
    let settings = settings(&[&server.uri()]);
    let half = with(ModelSettings { slots: Some(7), ..settings.clone() });
    assert_eq!(limits_of(half.limits().await), (2048, 7));
    server.reset().await;
    let full = with(ModelSettings { slots: Some(7), context_tokens: Some(1000), ..settings });
    assert_eq!(limits_of(full.limits().await), (1000, 7));
    assert_eq!(server.received_requests().await.expect("recorded").len(), 0);
}

#[tokio::test]
async fn a_router_is_asked_about_the_model_without_loading_it() {
    let server = MockServer::start().await;
    Mock::given(path("/props"))
        .and(query_param("model", "halo-8000"))
        .and(query_param("autoload", "false"))
        .respond_with(answer(200, "props.json"))
        .mount(&server)
        .await;
    Mock::given(path("/props"))
        .and(query_param_is_missing("model"))
        .respond_with(answer(200, "router-props.json"))
        .mount(&server)
        .await;
    assert_eq!(limits_of(model(&[&server.uri()]).limits().await), (2048, 2));
}

#[tokio::test]
async fn without_props_the_list_of_models_tells_the_context() {
    let server = MockServer::start().await;
    get(&server, "/v1/models", answer(200, "models.json")).await;
    assert_eq!(limits_of(model(&[&server.uri()]).limits().await), (2048, 1));
}

#[tokio::test]
async fn what_nobody_tells_is_4096_tokens_and_one_request() {
    let silent = MockServer::start().await;
    for url in [NOBODY, &silent.uri()] {
        assert_eq!(limits_of(model(&[url]).limits().await), (4096, 1));
    }
}

#[tokio::test]
async fn the_first_server_that_answers_tells() {
    let server = MockServer::start().await;
    get(&server, "/props", answer(200, "props.json")).await;
    assert_eq!(limits_of(model(&[NOBODY, &server.uri()]).limits().await), (2048, 2));
}

#[tokio::test]
async fn a_server_that_is_away_has_the_limits_it_had() {
    let server = MockServer::start().await;
    get(&server, "/props", answer(200, "props.json")).await;
    let model = model(&[&server.uri()]);
    model.limits().await;
    server.reset().await;
    assert_eq!(limits_of(model.limits().await), (2048, 2));
}

async fn probe(server: &MockServer) -> Result<(), &'static str> {
    let result = model(&[&server.uri()]).probe().await;
    result.map_err(|error| error.kind())
}

#[tokio::test]
async fn a_healthy_server_is_ready() {
    let server = MockServer::start().await;
    get(&server, "/health", answer(200, "health-ok.json")).await;
    assert_eq!(probe(&server).await, Ok(()), "without a list of models");
    get(&server, "/v1/models", answer(200, "models.json")).await;
    assert_eq!(probe(&server).await, Ok(()));
}

#[tokio::test]
async fn a_server_without_a_health_route_is_ready_when_it_lists_its_models() {
    let server = MockServer::start().await;
    get(&server, "/v1/models", answer(200, "models.json")).await;
    assert_eq!(probe(&server).await, Ok(()));
}

#[tokio::test]
async fn what_is_wrong_with_a_server_shows() {
    let server = MockServer::start().await;
    assert_eq!(probe(&server).await, Err("refused"), "neither route");
    get(&server, "/health", answer(503, "health-loading.json")).await;
    assert_eq!(probe(&server).await, Err("loading"));
    let error = model(&[NOBODY]).probe().await.expect_err("nobody");
    assert_eq!(error.kind(), "unreachable");
}

#[tokio::test]
async fn a_wrong_key_shows_though_health_needs_none() {
    let server = MockServer::start().await;
    get(&server, "/health", answer(200, "health-ok.json")).await;
    Mock::given(path("/v1/models"))
        .and(header("authorization", "Bearer right"))
        .respond_with(answer(200, "models.json"))
        .mount(&server)
        .await;
    get(&server, "/v1/models", answer(401, "error-401-key.json")).await;
    let keyed =
        |key: &str| ModelSettings { api_key: ApiKey::new(Some(key.into())), ..settings(&[&server.uri()]) };
    with(keyed("right")).probe().await.expect("ready");
    let error = with(keyed("wrong")).probe().await.expect_err("wrong key");
    assert_eq!(error.kind(), "unauthorized");
    assert_eq!(probe(&server).await, Err("unauthorized"), "no key");
}
