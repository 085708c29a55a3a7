use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::{FutureExt, stream};
use poem::Body;
use poem::http::Method;
use serde_json::{Value, json};

use super::super::fixtures::{self, cases, golden};
use super::super::places::Places;
use super::super::signed::LONGEST_BODY;
use super::super::stand::{Stand, ask, bare, signed, webhook};
use super::super::{AdminRoutes, public};
use crate::domain::message::MessageId;
use crate::ports::queue::{Depth, Enqueued, QueueError};

mod doctor;
mod replays;

/// A message that calls the bot.
fn call() -> String {
    json!({
        "type": "Create",
        "actor": {"id": "users/mira", "name": "Mira"},
        "object": {"id": "7", "content": "{\"message\":\"@assistant hi\",\"parameters\":[]}"},
        "target": {"id": "kq7m2rtx", "name": "Crew"},
    })
    .to_string()
}

fn ignored(reason: &str) -> (u16, Value) {
    (200, json!({"status": "ignored", "reason": reason}))
}

fn queued() -> (u16, Value) {
    (200, json!({"status": "queued"}))
}

#[tokio::test]
async fn every_recorded_webhook_verifies_and_only_questions_are_enqueued() {
    let mut stand = Stand::queueing(10);
    stand.conversations.expect_add_own_actor().once().returning(|_| Ok(()));
    let endpoint = stand.public();
    let mut reasons = BTreeSet::new();
    for case in cases() {
        let (status, body) =
            ask(&endpoint, webhook("/webhook", &case.random, &case.signature, case.body)).await;
        assert_eq!(status, 200, "{}", case.name);
        reasons.insert(body["reason"].as_str().unwrap_or("queued").to_owned());
    }
    let expected = ["membership", "not_addressed", "queued", "reaction", "system_message"];
    assert_eq!(reasons, expected.map(str::to_owned).into());
}

fn malformed(detail: &str) -> Value {
    json!({
        "type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail, "reason": "malformed",
    })
}

#[tokio::test]
async fn the_golden_vectors_verify_and_what_they_hold_is_told() {
    for (id, expected) in [
        ("in-1", ignored("not_addressed")),
        ("in-2", ignored("not_addressed")),
        ("in-3", ignored("membership")),
        ("in-4", ignored("reaction")),
        ("in-5", ignored("not_addressed")),
        ("in-6", (400, malformed("`object` is missing or odd"))),
        ("in-7", (400, malformed("the body is not a JSON object with a `type` and each key once"))),
    ] {
        let [secret, random, body, signature] = golden(id);
        let mut stand = Stand { secrets: vec![secret], ..Stand::default() };
        stand.conversations.expect_add_own_actor().returning(|_| Ok(()));
        assert_eq!(ask(&stand.public(), webhook("/", &random, &signature, body)).await, expected, "{id}");
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_the_signature_is_answered_with_the_same_words() {
    let [secret, random, body, signature] = golden("in-1");
    let endpoint = Stand { secrets: vec![secret], ..Stand::default() }.public();
    let without = |name: &str| {
        let mut request = webhook("/webhook", &random, &signature, body.clone());
        request.headers_mut().remove(name);
        request
    };
    let other = "0".repeat(64);
    let requests = [
        without("X-Nextcloud-Talk-Random"),
        without("X-Nextcloud-Talk-Signature"),
        bare(Method::POST, "/webhook"),
        webhook("/webhook", "", &signature, body.clone()),
        webhook("/webhook", &random, "", body.clone()),
        webhook("/webhook", &random, &signature[..63], body.clone()),
        webhook("/webhook", &random, &signature[..62], body.clone()),
        webhook("/webhook", &random, &format!("sha256={signature}"), body.clone()),
        webhook("/webhook", &random, &format!("{}z", &signature[..63]), body.clone()),
        webhook("/webhook", &random, &other, body.clone()),
        webhook("/webhook", &random[1..], &signature, body.clone()),
        webhook("/webhook", &random, &signature, format!("{body}\n")),
        webhook("/webhook", &random, &signature, body.replace("\\/", "/")),
        webhook("/webhook", &random, &signature, ""),
        webhook("/webhook", &random, &signature, "no JSON"),
    ];
    let mut answers = BTreeSet::new();
    for request in requests {
        let (status, body) = ask(&endpoint, request).await;
        assert_eq!(status, 401);
        answers.insert(body.to_string());
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn a_signature_may_be_in_upper_case() {
    let [secret, random, body, signature] = golden("in-1");
    let endpoint = Stand { secrets: vec![secret], ..Stand::default() }.public();
    let request = webhook("/webhook", &random, &signature.to_uppercase(), body);
    assert_eq!(ask(&endpoint, request).await, ignored("not_addressed"));
}

#[tokio::test]
async fn a_previous_secret_counts_as_long_as_it_is_given() {
    let new = "n".repeat(40);
    let both = Stand { secrets: vec![new.clone(), fixtures::secret()], ..Stand::queueing(1) }.public();
    assert_eq!(ask(&both, signed("/webhook", call())).await, queued());
    let none = Stand { secrets: vec![new], ..Stand::default() }.public();
    assert_eq!(ask(&none, signed("/webhook", call())).await.0, 401);
}

#[tokio::test]
async fn the_bytes_are_verified_whatever_the_json_looks_like() {
    let endpoint = Stand::queueing(3).public();
    let call = call();
    let spaced = format!(" \n{}\t\r\n", call.replace("\":\"", "\" :\n \""));
    let escaped = call.replace("Mira", "\\u004d\\u0069ra").replace("users/mira", "users\\/mira");
    let extended = call.replacen('{', r#"{"unknown":[{"a":null}],"#, 1);
    for body in [spaced, escaped, extended] {
        assert_eq!(ask(&endpoint, signed("/webhook", body.clone())).await, queued(), "{body}");
    }
}

#[tokio::test]
async fn a_content_type_is_not_asked_for() {
    let endpoint = Stand::queueing(2).public();
    let mut other = signed("/webhook", call());
    other.headers_mut().insert("Content-Type", "text/xml".parse().expect("value"));
    assert_eq!(ask(&endpoint, other).await, queued());
    let mut none = signed("/webhook", call());
    none.headers_mut().remove("Content-Type");
    assert_eq!(ask(&endpoint, none).await, queued());
}

#[tokio::test]
async fn post_is_the_webhook_on_any_path_and_on_both_layouts() {
    for admin in [AdminRoutes::Here, AdminRoutes::Elsewhere] {
        let endpoint = public(&Stand::queueing(7).service(), admin);
        for path in ["/webhook", "/", "/health", "/hooks/talk/main", "/docs", "/webhook/", "/x?y=z#%20"] {
            assert_eq!(ask(&endpoint, signed(path, call())).await, queued(), "{path}");
        }
    }
}

#[tokio::test]
async fn an_unknown_type_is_ignored_and_no_event_is_refused() {
    let endpoint = Stand::default().public();
    assert_eq!(ask(&endpoint, signed("/webhook", r#"{"type":"Pin"}"#)).await, ignored("unknown_type"));
    for body in ["[]", "{}", "\"Create\"", "{\"type\":null}"] {
        assert_eq!(ask(&endpoint, signed("/webhook", body)).await.0, 400, "{body}");
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_stored_is_not_acknowledged() {
    let mut stand = Stand::default();
    let failure = || QueueError::Unavailable("disk full".into());
    stand.queue.expect_enqueue().returning(move |_, _| Err(failure()));
    let endpoint = stand.public();
    let response = poem::Endpoint::call(&endpoint, signed("/webhook", call())).await.expect("an answer");
    assert_eq!(response.status(), 503);
    assert_eq!(response.header("Retry-After"), Some("5"));
    let body = response.into_body().into_string().await.expect("text");
    assert!(!body.contains("disk"), "the cause is for the log: {body}");
}

#[tokio::test]
async fn a_message_that_cannot_be_stored_shows_in_ready_though_the_store_can_be_read() {
    let mut stand = Stand::default();
    stand.queue.expect_enqueue().returning(|_, _| Err(QueueError::Unavailable("disk full".into())));
    stand.queue.expect_depth().returning(|_| Ok(Depth::default()));
    stand.model.expect_probe().returning(|| Ok(()));
    stand.talk.expect_probe().returning(|| Ok(()));
    let endpoint = stand.public();
    ask(&endpoint, signed("/webhook", call())).await;
    let (status, report) = ask(&endpoint, bare(Method::GET, "/ready")).await;
    let problem = report["checks"][0]["problem"].as_str().expect("a problem");
    assert!(status == 503 && problem.contains("disk full"), "{report}");
}

/// A body of that many bytes that is an event of an unknown type.
fn body_of(len: usize) -> Vec<u8> {
    let mut body = br#"{"type":"Pin"}"#.to_vec();
    body.resize(len, b' ');
    body
}

fn in_chunks(body: &[u8]) -> Body {
    let chunks: Vec<_> = body.chunks(60_000).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect();
    Body::from_bytes_stream(stream::iter(chunks))
}

#[tokio::test]
async fn a_body_of_two_mebibytes_is_taken_and_one_byte_more_is_not() {
    let endpoint = Stand::default().public();
    for chunked in [false, true] {
        for (len, status) in [(LONGEST_BODY, 200), (LONGEST_BODY + 1, 413)] {
            let body = body_of(len);
            let mut request = signed("/webhook", body.clone());
            if chunked {
                request.set_body(in_chunks(&body));
            }
            assert_eq!(ask(&endpoint, request).await.0, status, "{len} {chunked}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_announced_as_too_long_is_not_read() {
    let mut request = signed("/webhook", "");
    request.headers_mut().insert("Content-Length", "2097153".parse().expect("value"));
    request.set_body(Body::from_bytes_stream(stream::poll_fn(
        |_| -> std::task::Poll<Option<std::io::Result<Vec<u8>>>> { panic!("read") },
    )));
    assert_eq!(ask(&Stand::default().public(), request).await.0, 413);
}

#[tokio::test]
async fn a_body_is_not_read_for_a_signature_that_cannot_be_one() {
    let mut request = webhook("/webhook", "random", "abc", "");
    request.set_body(Body::from_bytes_stream(stream::poll_fn(
        |_| -> std::task::Poll<Option<std::io::Result<Vec<u8>>>> { panic!("read") },
    )));
    assert_eq!(ask(&Stand::default().public(), request).await.0, 401);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_ends_at_the_deadline() {
    let endpoint = Stand::default().public();
    let mut hanging = signed("/webhook", call());
    hanging.set_body(Body::from_bytes_stream(stream::pending::<std::io::Result<Vec<u8>>>()));
    assert_eq!(ask(&endpoint, hanging).await.0, 408);
    let mut broken = signed("/webhook", call());
    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    broken.set_body(Body::from_bytes_stream(stream::iter([Err::<Vec<u8>, _>(reset)])));
    assert_eq!(ask(&endpoint, broken).await.0, 408);
}

#[tokio::test]
async fn outcomes_are_counted_with_words_of_a_closed_set() {
    let service = Stand::queueing(1).service();
    let endpoint = public(&service, AdminRoutes::Here);
    let too_long = body_of(LONGEST_BODY + 1);
    for request in [
        signed("/webhook", call()),
        signed("/webhook", r#"{"type":"Pin"}"#),
        signed("/webhook", "{}"),
        signed("/webhook", too_long),
        bare(Method::POST, "/webhook"),
    ] {
        let _ = ask(&endpoint, request).await;
    }
    let page = service.metrics.render(None);
    for word in ["queued", "unknown_type", "malformed", "too_large", "unauthorized"] {
        assert!(page.contains(&format!("webhooks_total{{outcome=\"{word}\"}} 1")), "{word} in {page}");
    }
    // Talk's own: what strangers send says nothing of how long Talk waits.
    assert!(page.contains("webhook_duration_seconds_count 3"), "{page}");
}

#[tokio::test]
async fn only_a_genuine_webhook_keeps_its_place() {
    for (genuine, mut request) in [
        (true, signed("/webhook", "no JSON")),
        (false, webhook("/webhook", "random", &"0".repeat(64), "no JSON")),
    ] {
        let places = Places::new(1, 1000);
        let place = Arc::new(places.take().await);
        request.extensions_mut().insert(Arc::clone(&place));
        ask(&Stand::default().public(), request).await;
        assert!(places.take().now_or_never().is_none(), "it is taken");
        assert_eq!(place.given_up().now_or_never().is_none(), genuine);
    }
}
