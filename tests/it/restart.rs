//! What survives a stop and a start: everything that was acknowledged, learnt, remembered or decided.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::demo::talk::TalkFault;
use wiremock::ResponseTemplate;

use crate::support::app::{ROOM_PAUSES, SERVER_PAUSES, TestApp};
use crate::support::talk::{GROUP, MIRA, ONE_TO_ONE, TOMAS};
use crate::support::until;

/// A stop does not wait for answers.
const HASTE: (&str, &str) = ("SHUTDOWN_GRACE", "0.1");

fn never() -> ResponseTemplate {
    ResponseTemplate::new(200).set_delay(Duration::from_mins(5))
}

/// Returns once the model was asked that often.
async fn asked(app: &TestApp, times: usize) {
    until("the model is asked", async || app.model.chats().await.len() >= times).await;
}

#[tokio::test]
async fn an_answer_that_is_not_finished_in_time_is_given_after_the_restart() {
    let mut app = TestApp::with(&[HASTE]).await;
    app.model.instead(never(), 1).await;
    let first = app.ask(GROUP, MIRA, "@Halo hello").await;
    let second = app.ask(GROUP, TOMAS, "@Halo me too").await;
    asked(&app, 1).await;
    app.stop_leaving(2).await;
    assert!(app.talk.posted(GROUP).is_empty());
    app.start_again().await;
    let posted = app.talk.wait_for_posts(GROUP, 2).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert_eq!([posted[0].1, posted[1].1], [Some(first), Some(second)]);
    assert_eq!(app.model.chats().await.len(), 3);
}

#[tokio::test]
async fn an_answer_that_is_finished_in_time_is_posted_before_the_end() {
    let mut app = TestApp::start().await;
    app.model.slow_down(Duration::from_millis(200)).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    asked(&app, 1).await;
    app.stop().await;
    assert_eq!(app.talk.posted(GROUP).len(), 1);
}

#[tokio::test]
async fn an_answer_that_could_not_be_posted_is_posted_after_the_restart() {
    let mut app = TestApp::start().await;
    app.talk.server().set_fault(TalkFault::BadGateway);
    app.ask(GROUP, MIRA, "@Halo hello").await;
    until("a try", async || app.figure("jobs_total{outcome=\"retry\"}").await > Some(0)).await;
    app.stop_leaving(1).await;
    app.talk.server().set_fault(TalkFault::None);
    app.start_again().await;
    app.talk.wait_for_posts(GROUP, 1).await;
    app.stop().await;
    assert_eq!(app.model.chats().await.len(), 1, "the model is not asked again");
}

#[tokio::test]
async fn a_webhook_that_comes_again_after_the_restart_is_a_duplicate() {
    let mut app = TestApp::with(&[HASTE]).await;
    let (_, answered) = app.said(GROUP, MIRA, "@Halo hello");
    app.deliver(&answered).await;
    app.wait_for_figure("jobs_total{outcome=\"done\"}", 1).await;
    app.model.instead(never(), 1).await;
    let (_, open) = app.said(ONE_TO_ONE, MIRA, "hello");
    app.deliver(&open).await;
    asked(&app, 2).await;
    app.stop_leaving(1).await;
    app.start_again().await;
    assert_eq!(app.deliver(&answered).await.verdict(), "200 duplicate");
    assert_eq!(app.deliver(&open).await.verdict(), "200 duplicate");
    app.talk.wait_for_posts(ONE_TO_ONE, 1).await;
    app.answer(GROUP, MIRA, "@Halo and now?").await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert_eq!((app.talk.posted(GROUP).len(), app.talk.posted(ONE_TO_ONE).len()), (2, 1));
}

#[tokio::test]
async fn ten_turns_are_remembered_over_a_restart() {
    let mut app = TestApp::with(&[("CONTEXT_MESSAGES", "10"), ("MODEL_CONTEXT_TOKENS", "32000")]).await;
    for nth in 1..=10 {
        app.answer(GROUP, MIRA, &format!("@Halo question {nth}")).await;
    }
    app.restart().await;
    let answer = app.answer(GROUP, TOMAS, "@Halo how many questions do you remember?").await;
    app.stop().await;
    let expected: Vec<_> = (1..=10).map(|nth| format!("1. Mira Halloran: question {nth}")).collect();
    assert_eq!(answer, format!("I remember 10 earlier questions here:\n\n{}", expected.join("\n")));
}

#[tokio::test]
async fn the_bots_own_identity_is_learnt_once() {
    // Under this name its messages, which Talk signs with another one, cannot be recognised.
    let mut app = TestApp::with(&[("BOT_NAME", "Clippy"), ("WELCOME", "false")]).await;
    app.answer(GROUP, MIRA, "@Clippy hello").await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    let answer = app.talk.newest_post(GROUP);
    assert_eq!(app.reply(GROUP, MIRA, answer, "really?").await.verdict(), "200 ignored not_addressed");
    app.join(GROUP).await;
    app.restart().await;
    assert_eq!(app.reply(GROUP, MIRA, answer, "really?").await.verdict(), "200 queued");
    app.talk.wait_for_posts(GROUP, 2).await;
    app.stop().await;
}

#[tokio::test]
async fn a_pause_is_kept_over_a_restart_and_ends() {
    let mut app = TestApp::start().await;
    app.talk.instead(GROUP, ResponseTemplate::new(401), 1).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure(ROOM_PAUSES, 1).await;
    app.stop().await;
    let calls = app.talk.calls_to(GROUP).await;
    app.start_again().await;
    app.ask(GROUP, TOMAS, "@Halo hello again").await;
    assert!(app.problem("talk").await.expect("a problem").contains("1 room"));
    app.answer(ONE_TO_ONE, MIRA, "hello").await;
    app.stop_leaving(1).await;
    assert_eq!(app.talk.calls_to(GROUP).await, calls, "neither posts nor reactions");

    app.meddle("UPDATE pause SET paused_until = 0").await;
    app.start_again().await;
    let posted = app.talk.wait_for_posts(GROUP, 1).await;
    app.stop().await;
    assert!(posted[0].0.contains("hello again"), "{posted:?}");
}

#[tokio::test]
async fn a_lock_out_is_kept_over_a_restart() {
    let mut app = TestApp::start().await;
    app.talk.server().set_fault(TalkFault::LockedOut);
    app.ask(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure(SERVER_PAUSES, 1).await;
    app.stop_leaving(1).await;
    app.start_again().await;
    app.ask(ONE_TO_ONE, MIRA, "hello").await;
    asked(&app, 2).await;
    assert!(app.problem("talk").await.expect("a problem").contains("nothing is posted"));
    app.stop_leaving(2).await;
    assert_eq!(app.talk.signed_calls().await.len(), 1);
}
