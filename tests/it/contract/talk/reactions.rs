//! Reactions, and what the server tells of itself.

use nextcloud_opencode_bot::domain::sign::Sign;
use nextcloud_opencode_bot::ports::talk::TalkVersion;

use super::*;

const QUESTION: MessageId = MessageId(4102);

/// Puts it on, or takes it off.
async fn reaction(base: &str, on: bool) -> Result<(), TalkError> {
    let (talk, emoji) = (api(base), Sign::Failed.emoji());
    if on { talk.react(&room(), QUESTION, emoji).await } else { talk.unreact(&room(), QUESTION, emoji).await }
}

async fn kind(response: ResponseTemplate, on: bool) -> &'static str {
    let server = server(response).await;
    reaction(&server.uri(), on).await.map_or_else(|error| error.kind(), |()| "ok")
}

#[tokio::test]
async fn a_reaction_is_signed_over_the_emoji_as_it_is_sent() {
    let server = server(ResponseTemplate::new(200)).await;
    for emoji in ["👀", "⚠️", "⚠", "👩🏽‍🚀"] {
        api(&server.uri()).react(&room(), QUESTION, emoji).await.expect("put on");
        api(&server.uri()).unreact(&room(), QUESTION, emoji).await.expect("taken off");
        let requests = server.received_requests().await.expect("recorded");
        let [.., put, taken] = &requests[..] else { panic!("{requests:?}") };
        assert_eq!((put.method.as_str(), taken.method.as_str()), ("POST", "DELETE"));
        let body: Value = serde_json::from_slice(&put.body).expect("JSON");
        assert_eq!((body, put.url.query()), (json!({ "reaction": emoji }), None));
        let query: Vec<(String, String)> = taken.url.query_pairs().into_owned().collect();
        assert_eq!((&taken.body[..], query), (&[][..], vec![("reaction".to_owned(), emoji.to_owned())]));
        for request in [put, taken] {
            assert_signed(request, emoji);
        }
    }
}

#[tokio::test]
async fn each_status_of_a_reaction_means_what_talk_means_by_it() {
    for (status, put_on, taken_off) in [
        (200, "ok", "ok"),
        (201, "ok", "ok"),
        (301, "refused", "refused"),
        (400, "refused", "refused"),
        (401, "unauthorized", "unauthorized"),
        (404, "room_gone", "ok"),
        (412, "refused", "refused"),
        (429, "locked_out", "locked_out"),
        (500, "failed", "failed"),
        (502, "unavailable", "unavailable"),
        (503, "unavailable", "unavailable"),
        (504, "uncertain", "uncertain"),
    ] {
        let response = || match status {
            201 => outside(ResponseTemplate::new(201), "never told of a reaction that is taken off"),
            _ => ResponseTemplate::new(status),
        };
        assert_eq!(
            (kind(response(), true).await, kind(response(), false).await),
            (put_on, taken_off),
            "{status}"
        );
    }
}

#[tokio::test]
async fn what_is_not_talk_takes_no_reaction_off() {
    let page = ResponseTemplate::new(404).set_body_raw("<html>", "text/html");
    let no_talk =
        ResponseTemplate::new(404).set_body_json(json!({"ocs": {"meta": {"statuscode": 998}, "data": []}}));
    for response in [page, no_talk] {
        assert_eq!(kind(response, false).await, "refused");
    }
}

#[tokio::test]
async fn a_reaction_without_a_connection_was_not_sent() {
    for on in [true, false] {
        let error = reaction(NOBODY, on).await.expect_err("no connection");
        assert_eq!(error.kind(), "unavailable", "{error:?}");
    }
}

#[tokio::test]
async fn the_version_of_talk_is_read_without_a_signature() {
    let capabilities = json!({"ocs": {
        "meta": {"status": "ok", "statuscode": 200, "message": "OK"},
        "data": {
            "version": {"major": 32, "minor": 0, "micro": 9, "string": "32.0.9"},
            "capabilities": {"spreed": {"features": ["bots-v1"], "version": "22.0.12"}},
        },
    }});
    Document::talk_bot().assert_fits("Capabilities", &capabilities);
    let server = server(ResponseTemplate::new(200).set_body_json(capabilities)).await;
    let version = api(&server.uri()).version().await.expect("told");
    assert_eq!(version, Some(TalkVersion { major: 22, minor: 0, patch: 12 }));
    for request in server.received_requests().await.expect("recorded") {
        assert_eq!(header(&request, "accept"), "application/json");
        assert!(!request.headers.contains_key("x-nextcloud-talk-bot-signature"));
    }
}

#[tokio::test]
async fn a_server_may_not_tell_its_version() {
    let json = |body: Value| ResponseTemplate::new(200).set_body_json(body);
    for response in [
        json(json!({"ocs": {"data": {"capabilities": {}}}})),
        json(json!({"ocs": {"data": {"capabilities": {"spreed": {"version": "new"}}}}})),
        outside(ResponseTemplate::new(200).set_body_string("<html>"), "a page"),
        ResponseTemplate::new(401),
        ResponseTemplate::new(404),
    ] {
        let server = server(response).await;
        assert_eq!(api(&server.uri()).version().await.expect("answered"), None);
    }
    for status in [429, 500, 503] {
        let server = server(ResponseTemplate::new(status)).await;
        let error = api(&server.uri()).version().await.expect_err("in trouble");
        assert_eq!(error.kind(), "unavailable", "{status}");
    }
    assert_eq!(api(NOBODY).version().await.expect_err("nobody").kind(), "unavailable");
}
