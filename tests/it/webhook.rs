//! The webhook over HTTP: what Talk hears for each kind of event, what a stranger hears, and what of it is kept.

use nextcloud_opencode_bot::adapters::demo::talk::Webhook;
use serde_json::{Value, json};
use sqlx::Connection;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::app::TestApp;
use crate::support::talk::{GROUP, GUEST, MIRA, ONE_TO_ONE, PUBLIC, TOMAS};

/// The webhook of an unaddressed message of Mira's, with changes.
fn changed(app: &TestApp, change: impl FnOnce(&mut Value)) -> Webhook {
    let (_, webhook) = app.said(GROUP, MIRA, "@Halo hello");
    let mut event = serde_json::from_str(&webhook.body).expect("JSON");
    change(&mut event);
    Webhook { body: event.to_string() }
}

#[tokio::test]
async fn every_kind_of_event_is_acknowledged_and_only_questions_are_queued() {
    let mut app = TestApp::start().await;
    assert_eq!(app.join(GROUP).await.verdict(), "200 ignored membership");
    let answer = app.say(GROUP, TOMAS, "@Halo hello").await;
    assert_eq!(answer.verdict(), "200 queued");
    assert_eq!(app.say(ONE_TO_ONE, MIRA, "hello").await.verdict(), "200 queued");
    assert_eq!(app.say(GROUP, MIRA, "hello everybody").await.verdict(), "200 ignored not_addressed");
    assert_eq!(app.say(PUBLIC, GUEST, "@Halo hello").await.verdict(), "200 ignored not_allowed");
    let (message, _) = app.said(GROUP, MIRA, "a message");
    assert_eq!(app.react(GROUP, TOMAS, message, "👍").await.verdict(), "200 ignored reaction");
    assert_eq!(app.unreact(GROUP, TOMAS, message, "👍").await.verdict(), "200 ignored reaction");
    app.talk.wait_for_posts(GROUP, 1).await;
    app.talk.wait_for_posts(ONE_TO_ONE, 1).await;
    assert_eq!(app.clear(GROUP, MIRA).await.verdict(), "200 ignored system_message");
    assert_eq!(app.leave(GROUP).await.verdict(), "200 ignored membership");
    app.stop().await;
}

#[tokio::test]
async fn what_a_bot_says_is_no_question() {
    let mut app = TestApp::start().await;
    let by_bot = changed(&app, |event| event["actor"]["id"] = json!("bots/bot-4c1d"));
    assert_eq!(app.deliver(&by_bot).await.verdict(), "200 ignored from_bot");
    app.stop().await;
}

#[tokio::test]
async fn a_type_of_the_future_is_acknowledged() {
    let mut app = TestApp::start().await;
    let unknown = changed(&app, |event| event["type"] = json!("Announce"));
    assert_eq!(app.deliver(&unknown).await.verdict(), "200 ignored unknown_type");
    app.stop().await;
}

#[tokio::test]
async fn signed_nonsense_is_told_apart_from_events() {
    let mut app = TestApp::start().await;
    for body in ["", "hello", "[]", "{}", r#"{"type":7}"#, r#"{"type":"Create"}"#] {
        let answer = app.deliver(&Webhook { body: body.to_owned() }).await;
        assert_eq!(answer.verdict(), "400 malformed", "{body}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_question_is_taken_on_any_path() {
    let mut app = TestApp::start().await;
    for (nth, path) in ["/", "/health", "/apps/halo/talk?room=1"].into_iter().enumerate() {
        let (_, webhook) = app.said(GROUP, MIRA, "@Halo hello");
        let answer = app.post(path, &app.headers(&webhook), &webhook.body).await;
        assert_eq!(answer.verdict(), "200 queued", "{path}");
        app.talk.wait_for_posts(GROUP, nth + 1).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_not_signed_by_talk_is_refused_and_leaves_no_trace() {
    let mut app = TestApp::start().await;
    let (_, webhook) = app.said(GROUP, MIRA, "@Halo forged-by-a-stranger");
    let signed = app.headers(&webhook);
    let with = |name: &str, value: &str| {
        let mut headers = signed.clone();
        headers.iter_mut().filter(|(key, _)| *key == name).for_each(|(_, old)| value.clone_into(old));
        headers
    };
    let without = |name: &str| {
        let headers = signed.clone().into_iter().filter(|(key, _)| *key != name);
        headers.collect::<Vec<_>>()
    };
    for (headers, body) in [
        (vec![], webhook.body.as_str()),
        (without("X-Nextcloud-Talk-Signature"), &webhook.body),
        (without("X-Nextcloud-Talk-Random"), &webhook.body),
        (with("X-Nextcloud-Talk-Signature", &"0".repeat(64)), &webhook.body),
        (with("X-Nextcloud-Talk-Signature", ""), &webhook.body),
        (with("X-Nextcloud-Talk-Random", &"x".repeat(64)), &webhook.body),
        (signed.clone(), &webhook.body.replace("stranger", "strangers")),
        (signed.clone(), "hello"),
    ] {
        let answer = app.post("/webhook", &headers, body).await;
        assert_eq!(answer.verdict(), "401 unauthorized", "{headers:?}");
    }
    assert_eq!(app.figure("webhooks_total{outcome=\"unauthorized\"}").await, Some(8));
    app.stop().await;
    assert!(!app.is_stored("forged-by-a-stranger"));
}

#[tokio::test]
async fn a_body_that_is_too_long_is_not_read() {
    let mut app = TestApp::start().await;
    let long = Webhook { body: " ".repeat(2 * 1024 * 1024 + 1) };
    assert_eq!(app.deliver(&long).await.verdict(), "413 too_large");
    app.stop().await;
}

#[tokio::test]
async fn what_is_not_meant_for_the_bot_is_written_nowhere() {
    let mut app = TestApp::start().await;
    app.say(GROUP, MIRA, "between-you-and-me, Tomas").await;
    app.say(PUBLIC, GUEST, "@Halo a-guest-without-leave").await;
    app.answer(GROUP, TOMAS, "@Halo meant-for-the-bot").await;
    assert!(app.is_stored("meant-for-the-bot"), "the search works");
    app.stop().await;
    for text in ["between-you-and-me", "a-guest-without-leave", "Visitor", GUEST] {
        assert!(!app.is_stored(text), "{text}");
    }
}

#[tokio::test]
async fn while_the_store_cannot_write_nothing_is_acknowledged() {
    let mut app = TestApp::start().await;
    app.meddle("CREATE TRIGGER full BEFORE INSERT ON job BEGIN SELECT RAISE(ABORT, 'no space'); END").await;
    let (question, webhook) = app.said(GROUP, MIRA, "@Halo hello");
    assert_eq!(app.deliver(&webhook).await.verdict(), "503 unavailable");
    assert_eq!(app.say(GROUP, MIRA, "hello everybody").await.verdict(), "200 ignored not_addressed");

    app.meddle("DROP TRIGGER full").await;
    assert_eq!(app.deliver(&webhook).await.verdict(), "200 queued");
    let posted = app.talk.wait_for_posts(GROUP, 1).await;
    assert_eq!(posted[0].1, Some(question));
    app.stop().await;
}

#[tokio::test]
async fn a_webhook_that_comes_again_is_a_duplicate_and_has_one_answer() {
    let mut app = TestApp::start().await;
    let (_, webhook) = app.said(GROUP, MIRA, "@Halo hello");
    let together = tokio::join!(app.deliver(&webhook), app.deliver(&webhook));
    let mut verdicts = [together.0.verdict(), together.1.verdict()];
    verdicts.sort();
    assert_eq!(verdicts, ["200 duplicate", "200 queued"]);
    app.talk.wait_for_posts(GROUP, 1).await;
    assert_eq!(app.deliver(&webhook).await.verdict(), "200 duplicate");
    app.answer(GROUP, MIRA, "@Halo and now?").await;
    app.stop().await;
    assert_eq!((app.talk.posted(GROUP).len(), app.model.chats().await.len()), (2, 2));
}

/// Talk hangs up after five seconds, a proxy perhaps sooner; a command that was noted and not obeyed would be a duplicate
/// for ever.
#[tokio::test]
async fn a_command_whose_sender_hangs_up_in_the_middle_is_obeyed() {
    let mut app = TestApp::start().await;
    let webhook = app.said(GROUP, MIRA, "@Halo /help").1;
    let head: Vec<String> =
        app.headers(&webhook).iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let (head, length) = (head.join("\r\n"), webhook.body.len());
    let request = format!(
        "POST /webhook HTTP/1.1\r\nHost: bot\r\n{head}\r\nContent-Length: {length}\r\n\r\n{}",
        webhook.body
    );
    let database = app.hold_the_database().await;
    let mut sender = TcpStream::connect(app.address()).await.expect("it listens");
    sender.write_all(request.as_bytes()).await.expect("sent");
    sender.shutdown().await.expect("hung up");
    let mut answer = String::new();
    sender.read_to_string(&mut answer).await.expect("the service hangs up as well");
    assert_eq!(answer, "");
    database.close().await.expect("let go");
    app.talk.wait_for_posts(GROUP, 1).await;
    app.stop().await;
}
