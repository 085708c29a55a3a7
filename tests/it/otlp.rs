//! What a collector of OpenTelemetry is sent: one whole trace of each question, also when another process answers it,
//! and nothing that somebody wrote. A collector that is away disturbs nobody.

use std::net::TcpListener;

use nextcloud_opencode_bot::domain::message::{MessageId, RoomToken};
use nextcloud_opencode_bot::domain::signature::BotSecret;
use nextcloud_opencode_bot::domain::trace::TraceKey;
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::process::SECRET;
use crate::support::scene::{Scene, Side};
use crate::support::talk::GROUP;
use crate::support::trap::Moment;
use crate::support::{NOBODY, until};

/// The answers quote the questions.
const WORD: &str = "quokka";
const KEY: &str = "a-key-for-the-collector";
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

async fn collector() -> MockServer {
    let collector = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&collector).await;
    collector
}

async fn spans(collector: &MockServer) -> Vec<Value> {
    let mut spans = Vec::new();
    for request in collector.received_requests().await.expect("recorded") {
        assert_eq!(request.url.path(), "/v1/traces");
        let text = String::from_utf8(request.body).expect("text");
        for hidden in [WORD, "Mira", "users/", GROUP, SECRET, KEY] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
        let body: Value = serde_json::from_str(&text).expect("JSON");
        let list = &body["resourceSpans"][0]["scopeSpans"][0]["spans"];
        spans.extend(list.as_array().expect("spans").iter().cloned());
    }
    spans
}

/// Checks that they are one trace of that message, and returns their names in order.
fn names(spans: &[Value], message: i64) -> Vec<&str> {
    let secret = BotSecret::new(SECRET).expect("length");
    let trace = TraceKey::of(&secret).trace(&RoomToken::parse(GROUP).expect("valid"), MessageId(message));
    let mut names = Vec::new();
    for span in spans {
        assert_eq!(span["traceId"], trace.to_string(), "{span}");
        if span["name"] == "webhook" {
            assert!(span["spanId"] == trace.root() && span["parentSpanId"].is_null(), "{span}");
        } else {
            assert!(span["parentSpanId"] == trace.root() && span["spanId"] != trace.root(), "{span}");
        }
        names.push(span["name"].as_str().expect("a name"));
    }
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_trace_is_whole_when_another_process_answers() {
    let (scene, collector) = (Scene::new().await, collector().await);
    let url = collector.uri();
    let headers = format!("authorization={KEY}");
    let settings =
        [(ENDPOINT, url.as_str()), ("OTEL_EXPORTER_OTLP_HEADERS", &headers), ("LOG_LEVEL", "trace")];
    let mut bot = scene.start_with(&settings);
    let call = scene.trap(Side::Model).set(0, Moment::Arrived);
    let message = scene.ask(&bot, GROUP, "@Halo what does the quokka eat?").await;
    let held = call.held().await;
    until("the webhook's span", async || {
        spans(&collector).await.iter().any(|span| span["name"] == "webhook")
    })
    .await;
    bot.kill();
    held.forget();
    let mut bot = scene.start_with(&settings);
    bot.line_with("question settled");
    bot.stop();
    let spans = spans(&collector).await;
    let names = names(&spans, message);
    for name in ["webhook", "model", "post", "settle"] {
        assert!(names.contains(&name), "no {name} in {names:?}");
    }
    assert_eq!(names.iter().filter(|name| **name == "webhook").count(), 1, "{names:?}");
}

#[tokio::test]
async fn a_stop_sends_what_is_left() {
    let (scene, collector) = (Scene::new().await, collector().await);
    let mut bot = scene.start_with(&[(ENDPOINT, &collector.uri())]);
    let message = scene.ask(&bot, GROUP, "@Halo what does the quokka eat?").await;
    bot.line_with("question settled");
    bot.stop();
    assert_eq!(names(&spans(&collector).await, message), ["model", "post", "settle", "wait", "webhook"]);
}

#[tokio::test]
async fn a_collector_that_is_away_disturbs_nobody() {
    let scene = Scene::new().await;
    let mut bot = scene.start_with(&[(ENDPOINT, NOBODY)]);
    for _ in 0..3 {
        scene.ask(&bot, GROUP, "@Halo what does the quokka eat?").await;
        bot.line_with("question settled");
    }
    bot.line_with("the collector did not take the traces");
    bot.stop();
    assert_eq!(bot.log().iter().filter(|line| line.contains("the collector did not")).count(), 1);
}

#[tokio::test]
async fn a_collector_that_never_answers_holds_up_neither_answers_nor_the_stop() {
    let scene = Scene::new().await;
    let deaf = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = deaf.local_addr().expect("an address");
    let mut bot = scene.start_with(&[(ENDPOINT, &format!("http://{address}"))]);
    for _ in 0..2 {
        scene.ask(&bot, GROUP, "@Halo what does the quokka eat?").await;
        bot.line_with("question settled");
    }
    bot.stop();
    assert!(!bot.log().iter().any(|line| line.contains("did not close in time")));
}

#[tokio::test]
async fn an_error_in_a_trace_is_a_word_of_the_program() {
    let (scene, collector) = (Scene::new().await, collector().await);
    let mut bot = scene.start_with(&[(ENDPOINT, &collector.uri())]);
    let refusal = |status| ResponseTemplate::new(status).set_body_string("no quokka for Mira");
    scene.model.instead(refusal(401), 1).await;
    scene.ask(&bot, GROUP, "@Halo what does the quokka eat?").await;
    bot.line_with("given up");
    scene.talk.wait_for_posts(GROUP, 1).await;
    scene.talk.instead(GROUP, refusal(400), 2).await;
    scene.ask(&bot, GROUP, "@Halo what does the quokka eat now?").await;
    bot.line_with("given up");
    bot.stop();
    let spans = spans(&collector).await;
    for name in ["model", "post"] {
        let failed = spans.iter().find(|span| span["name"] == name && span["status"]["code"] == 2);
        assert!(failed.is_some(), "no failed {name} in {spans:#?}");
    }
}
