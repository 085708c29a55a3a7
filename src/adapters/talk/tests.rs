use serde_json::Value;
use tokio::net::TcpListener;

use super::*;
use crate::adapters::clock::SystemClock;
use crate::domain::message::ThreadId;
use crate::domain::signature::BotSecret;

const VECTORS: &str = include_str!("../../../tests/fixtures/talk/golden-vectors.json");

fn room() -> RoomToken {
    RoomToken::parse("kq7m2rtx").expect("valid")
}

fn api(base: &str, secret: &str, limit: Duration) -> TalkApi {
    let base = Url::parse(base).expect("valid");
    let secrets = Secrets::new(BotSecret::new(secret).expect("length"), None);
    TalkApi::with_limit(base, Arc::new(secrets), Arc::new(SystemClock), limit)
}

#[test]
fn a_post_agrees_with_every_golden_vector() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("fixture");
    let messages =
        vectors["vectors"].as_array().expect("list").iter().filter(|vector| vector["field"] == "message");
    let mut checked = 0;
    for vector in messages {
        let field = |name: &str| vector[name].as_str().expect("text");
        let text = field("signed_text");
        let request = api("https://h", field("secret"), POST)
            .post_request(field("random"), &room().into(), text, None)
            .build()
            .expect("complete");
        assert_eq!(request.headers()["X-Nextcloud-Talk-Bot-Random"], field("random"));
        assert_eq!(request.headers()["X-Nextcloud-Talk-Bot-Signature"], field("signature"), "{vector}");
        let body = request.body().and_then(reqwest::Body::as_bytes).expect("whole body");
        let body: Value = serde_json::from_slice(body).expect("JSON");
        assert_eq!(body, serde_json::json!({ "message": text }));
        checked += 1;
    }
    assert_eq!(checked, 7);
}

#[test]
fn a_reaction_agrees_with_every_golden_vector() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("fixture");
    let reactions =
        vectors["vectors"].as_array().expect("list").iter().filter(|vector| vector["field"] == "reaction");
    let mut checked = 0;
    for vector in reactions {
        let field = |name: &str| vector[name].as_str().expect("text");
        let emoji = field("signed_text");
        for method in [Method::POST, Method::DELETE] {
            let request = api("https://h", field("secret"), POST)
                .reaction_request(method.clone(), field("random"), &room(), MessageId(4102), emoji)
                .build()
                .expect("complete");
            assert_eq!(request.headers()["X-Nextcloud-Talk-Bot-Random"], field("random"));
            assert_eq!(request.headers()["X-Nextcloud-Talk-Bot-Signature"], field("signature"), "{vector}");
            assert!(request.url().path().ends_with("/bot/kq7m2rtx/reaction/4102"), "{}", request.url());
            let body = request.body().and_then(reqwest::Body::as_bytes);
            let in_query = request.url().query_pairs().next().map(|(name, value)| {
                assert_eq!(name, "reaction");
                value.into_owned()
            });
            match method {
                Method::POST => {
                    let body: Value = serde_json::from_slice(body.expect("a body")).expect("JSON");
                    assert_eq!((body, in_query), (serde_json::json!({ "reaction": emoji }), None));
                }
                _ => assert_eq!((body, in_query.as_deref()), (None, Some(emoji))),
            }
        }
        checked += 1;
    }
    assert_eq!(checked, 3);
}

#[test]
fn a_thread_is_named_where_no_message_leads_there() {
    let place = Place { room: room(), thread: Some(ThreadId(7)) };
    for (reply_to, expected) in [
        (None, serde_json::json!({ "message": "hi", "threadId": 7 })),
        (Some(MessageId(9)), serde_json::json!({ "message": "hi", "replyTo": 9 })),
    ] {
        let request = api("https://h", &"s".repeat(40), POST).post_request("r", &place, "hi", reply_to);
        let request = request.build().expect("complete");
        let body = request.body().and_then(reqwest::Body::as_bytes).expect("whole body");
        assert_eq!(serde_json::from_slice::<Value>(body).expect("JSON"), expected);
    }
}

#[test]
fn the_address_keeps_a_path_and_has_no_double_slash() {
    for (base, prefix) in [
        ("https://h", "https://h/ocs/"),
        ("https://h/", "https://h/ocs/"),
        ("https://h/nextcloud//", "https://h/nextcloud/ocs/"),
        ("http://[::1]:8080/a/b", "http://[::1]:8080/a/b/ocs/"),
    ] {
        let api = api(base, &"s".repeat(40), POST);
        let request = api.post_request("r", &room().into(), "hi", None).build().expect("complete");
        assert_eq!(request.url().as_str(), format!("{prefix}v2.php/apps/spreed/api/v1/bot/kq7m2rtx/message"));
    }
}

#[test]
fn every_random_is_new_and_long_enough() {
    let (one, other) = (random().expect("random"), random().expect("random"));
    assert_ne!(one, other);
    assert_eq!(one.len(), 64);
}

#[tokio::test]
async fn no_answer_in_time_leaves_the_outcome_unknown() {
    // The kernel takes the connection and the request; nobody ever reads it.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let base = format!("http://{}", listener.local_addr().expect("bound"));
    let error = api(&base, &"s".repeat(40), Duration::from_millis(50))
        .post(&room().into(), "hi", None)
        .await
        .expect_err("silence");
    assert!(matches!(&error, TalkError::Uncertain(why) if why.contains("no answer within")), "{error}");
}
