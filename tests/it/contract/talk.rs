//! The promises of `ports::talk::Talk`, on `TalkApi`; those of reactions are in `reactions`.

use std::time::Duration;

use crate::support::wire::{Document, MockServer, outside};
use nextcloud_opencode_bot::adapters::talk::TalkApi;
use nextcloud_opencode_bot::domain::message::{MessageId, Place, RoomToken, ThreadId};
use nextcloud_opencode_bot::domain::signature::BotSecret;
use nextcloud_opencode_bot::ports::talk::{Talk, TalkError};
use serde_json::{Value, json};
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, Request, ResponseTemplate};

use super::socket::{Socket, Then};

mod reactions;

use crate::support::NOBODY;
use crate::support::bot_api::bot_api;

const SECRET: &str = "k3yF0rT3sts-k3yF0rT3sts-k3yF0rT3sts-1234";

fn secret() -> BotSecret {
    BotSecret::new(SECRET).expect("length")
}

fn api(base: &str) -> TalkApi {
    bot_api(base, SECRET)
}

fn room() -> RoomToken {
    RoomToken::parse("kq7m2rtx").expect("a token")
}

async fn server(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(response).mount(&server).await;
    server
}

async fn post_to(base: &str) -> Result<(), TalkError> {
    api(base).post(&room().into(), "Grüße 👩🏽‍🚀", Some(MessageId(4102))).await
}

async fn outcome(response: ResponseTemplate) -> Result<(), TalkError> {
    post_to(&server(response).await.uri()).await
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    request.headers.get(name).expect(name).to_str().expect("text")
}

/// Talk's own check.
fn assert_signed(request: &Request, protected: &str) {
    let random = header(request, "x-nextcloud-talk-bot-random");
    let signature = header(request, "x-nextcloud-talk-bot-signature");
    assert!(random.len() >= 32 && secret().verify(random, protected.as_bytes(), signature), "{protected}");
    assert_eq!(header(request, "ocs-apirequest"), "true");
    assert_eq!(header(request, "accept"), "application/json");
}

#[tokio::test]
async fn a_post_is_signed_over_its_exact_text() {
    let server = server(ResponseTemplate::new(201)).await;
    let talk = api(&server.uri());
    let texts = ["hi", "Grüße 👩🏽‍🚀 日本語", "  \n\"quoted\" \\ /slash\n\n", "e\u{301}", "\u{e9}"];
    for text in texts {
        talk.post(&room().into(), text, None).await.expect("posted");
    }
    let place = Place { room: room(), thread: Some(ThreadId(4100)) };
    talk.post(&place, "yes", Some(MessageId(4102))).await.expect("posted");
    talk.post(&place, "no", None).await.expect("posted");
    let requests = server.received_requests().await.expect("recorded");
    let sent: Vec<Value> =
        requests.iter().map(|request| serde_json::from_slice(&request.body).expect("JSON")).collect();
    let mut expected: Vec<Value> = texts.map(|text| json!({ "message": text })).into();
    expected.push(json!({ "message": "yes", "replyTo": 4102 }));
    expected.push(json!({ "message": "no", "threadId": 4100 }));
    assert_eq!(sent, expected);
    for request in &requests {
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        assert_signed(request, body["message"].as_str().expect("a text"));
        assert_eq!(header(request, "content-type"), "application/json");
    }
}

#[tokio::test]
async fn a_nextcloud_in_a_folder_is_posted_to_there() {
    let server = MockServer::start().await;
    let route = "/nextcloud/ocs/v2.php/apps/spreed/api/v1/bot/kq7m2rtx/message";
    Mock::given(method("POST"))
        .and(path(route))
        .respond_with(ResponseTemplate::new(201))
        .mount(&server)
        .await;
    for base in ["/nextcloud", "/nextcloud/", "/nextcloud//"] {
        post_to(&format!("{}{base}", server.uri())).await.expect(base);
    }
}

#[tokio::test]
async fn each_status_means_what_talk_means_by_it() {
    for (status, expected) in [
        (200, "ok"),
        (201, "ok"),
        (301, "refused"),
        (400, "refused"),
        (401, "unauthorized"),
        (403, "refused"),
        (404, "room_gone"),
        (412, "refused"),
        (413, "too_long"),
        (418, "refused"),
        (429, "locked_out"),
        (500, "failed"),
        (501, "failed"),
        (502, "unavailable"),
        (503, "unavailable"),
        (504, "uncertain"),
        (507, "failed"),
        (524, "uncertain"),
    ] {
        let outcome =
            outcome(ResponseTemplate::new(status)).await.map_or_else(|error| error.kind(), |()| "ok");
        assert_eq!(outcome, expected, "{status}");
    }
}

/// What Nextcloud says without Talk, as recorded: 31 and older in XML, although JSON is asked for, and 29 with 404.
fn no_talk_in_xml(code: u16) -> ResponseTemplate {
    let body = format!(
        "<?xml version=\"1.0\"?>\n<ocs>\n <meta>\n  <status>failure</status>\n  <statuscode>{code}</statuscode>\n  \
         <message>Invalid query, please check the syntax. API specifications are here: \
         http://www.freedesktop.org/wiki/Specifications/open-collaboration-services.\n</message>\n </meta>\n \
         <data/>\n</ocs>\n"
    );
    ResponseTemplate::new(404).set_body_raw(body, "text/xml; charset=UTF-8")
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    let page = |status| ResponseTemplate::new(status).set_body_raw("<html>", "text/html; charset=utf-8");
    let no_talk = json!({"ocs": {"meta": {"statuscode": 998}, "data": []}});
    let redirect =
        ResponseTemplate::new(302).insert_header("location", "https://cloud.example/login?user=mira");
    for (response, words) in [
        (ResponseTemplate::new(412), "OCS-APIRequest"),
        (outside(page(200), "a page"), "check NEXTCLOUD_URL"),
        (page(400), "trusted_domains"),
        (page(404), "check NEXTCLOUD_URL"),
        (ResponseTemplate::new(404).set_body_json(no_talk), "Talk is not enabled"),
        (no_talk_in_xml(998), "Talk is not enabled"),
        (no_talk_in_xml(404), "Talk is not enabled"),
        (redirect, "redirects to https://cloud.example;"),
    ] {
        let error = outcome(response).await.expect_err(words);
        assert_eq!(error.kind(), "refused", "{words}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_lock_out_lasts_half_an_hour_or_as_long_as_the_server_says_within_reason() {
    for (retry_after, minutes) in
        [(None, 30), (Some("60"), 30), (Some("7200"), 120), (Some("18446744073709551615"), 24 * 60)]
    {
        let mut response = ResponseTemplate::new(429);
        if let Some(seconds) = retry_after {
            response = response.insert_header("retry-after", seconds);
        }
        let error = outcome(response).await.expect_err("locked out");
        let expected = Duration::from_mins(minutes);
        assert!(matches!(error, TalkError::LockedOut { pause } if pause == expected), "{error:?}");
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let plain = server(ResponseTemplate::new(201)).await;
    for base in [NOBODY.to_owned(), plain.uri().replace("http:", "https:")] {
        let error = post_to(&base).await.expect_err("no connection");
        assert_eq!(error.kind(), "unavailable", "{error:?}");
    }
}

#[tokio::test]
async fn a_lost_connection_leaves_the_outcome_unknown() {
    for answer in ["", "HTTP/1.1 20"] {
        let socket = Socket::answering(answer, Then::Close).await;
        let error = post_to(&socket.url()).await.expect_err("hung up");
        assert_eq!(error.kind(), "uncertain", "{error}");
    }
}

#[tokio::test]
async fn an_error_never_holds_the_text() {
    for status in [400, 401, 404, 413, 500, 503] {
        let echo = ResponseTemplate::new(status).set_body_string("Grüße 👩🏽‍🚀");
        let error = outcome(outside(echo, "repeats the text")).await.expect_err("refused");
        assert!(!format!("{error:?} {error}").contains("Grüße"), "{error}");
    }
}

#[tokio::test]
async fn a_working_nextcloud_is_ready() {
    let status =
        json!({"installed": true, "maintenance": false, "needsDbUpgrade": false, "version": "31.0.2.1"});
    Document::talk_bot().assert_fits("Status", &status);
    let server = MockServer::start().await;
    let response = ResponseTemplate::new(200).set_body_json(status);
    Mock::given(path("/nextcloud/status.php")).respond_with(response).mount(&server).await;
    api(&format!("{}/nextcloud/", server.uri())).probe().await.expect("ready");
    let requests = server.received_requests().await.expect("recorded");
    assert!(requests.iter().all(|request| !request.headers.contains_key("x-nextcloud-talk-bot-signature")));
}

#[tokio::test]
async fn a_probe_says_what_is_wrong() {
    let json = |body: Value| ResponseTemplate::new(200).set_body_json(body);
    let redirect = ResponseTemplate::new(301).insert_header("location", "https://cloud.example/status.php");
    let untrusted =
        ResponseTemplate::new(400).set_body_json(json!({"error": "Trusted domain error.", "code": 15}));
    for (response, why) in [
        (json(json!({"maintenance": true})), "maintenance mode"),
        (json(json!({"maintenance": false, "needsDbUpgrade": true})), "upgrade"),
        (outside(json(json!({"hello": 1})), "something else"), "no Nextcloud"),
        (outside(ResponseTemplate::new(200).set_body_string("<html>"), "a page"), "no Nextcloud"),
        (redirect, "redirects to https://cloud.example; set NEXTCLOUD_URL"),
        (ResponseTemplate::new(404), "HTTP 404; check NEXTCLOUD_URL and its path"),
        (untrusted, "trusted_domains"),
        (ResponseTemplate::new(503), "HTTP 503"),
    ] {
        let server = server(response).await;
        let error = api(&server.uri()).probe().await.expect_err(why);
        let TalkError::Unavailable(cause) = error else { panic!("{error}") };
        assert!(cause.to_string().contains(why), "{cause}");
    }
    assert_eq!(api(NOBODY).probe().await.expect_err("nobody").kind(), "unavailable");
}
