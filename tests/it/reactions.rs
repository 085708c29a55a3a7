//! Control by reactions, by the asker and nobody else.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::demo::talk::Release;
use wiremock::ResponseTemplate;

use crate::support::app::TestApp;
use crate::support::talk::{FakeTalk, GROUP, MIRA, TOMAS};
use crate::support::until;

fn never() -> ResponseTemplate {
    ResponseTemplate::new(200).set_delay(Duration::from_mins(5))
}

/// A service that may be steered, whatever Talk it has.
async fn steered() -> TestApp {
    TestApp::with(&[("REACTION_CONTROL", "on")]).await
}

#[tokio::test]
async fn a_stop_sign_ends_the_running_answer() {
    let mut app = steered().await;
    app.model.instead(never(), 1).await;
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    until("the model is asked", async || app.model.chats().await.len() == 1).await;
    assert_eq!(app.react(GROUP, TOMAS, question, "🛑").await.verdict(), "200 ignored reaction");
    assert_eq!(app.react(GROUP, MIRA, question, "🛑").await.verdict(), "200 queued");
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert!(app.talk.posted(GROUP).is_empty());
}

#[tokio::test]
async fn an_arrow_on_the_answer_asks_again() {
    let mut app = steered().await;
    let question = app.ask(GROUP, MIRA, "@Halo what is new?").await;
    app.talk.wait_for_posts(GROUP, 1).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    let answer = app.talk.newest_post(GROUP);
    assert_eq!(app.react(GROUP, MIRA, answer, "🔁").await.verdict(), "200 queued");
    let posted = app.talk.wait_for_posts(GROUP, 2).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert_eq!(posted[0], posted[1]);
    assert_eq!(posted[1].1, Some(question));
}

#[tokio::test]
async fn a_bin_forgets_the_turn() {
    let mut app = steered().await;
    let question = app.ask(GROUP, MIRA, "@Halo remember 4711").await;
    app.talk.wait_for_posts(GROUP, 1).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    assert_eq!(app.react(GROUP, MIRA, question, "🗑️").await.verdict(), "200 queued");
    app.answer(GROUP, TOMAS, "@Halo how many questions do you remember?").await;
    app.stop().await;
    assert!(!app.is_stored("4711"));
    let shown = app.model.script.requests().pop().expect("it was asked");
    assert_eq!(shown["messages"].as_array().expect("messages").len(), 2);
}

#[tokio::test]
async fn another_reaction_or_one_that_is_taken_back_does_nothing() {
    let mut app = steered().await;
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    app.talk.wait_for_posts(GROUP, 1).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    assert_eq!(app.react(GROUP, MIRA, question, "👍").await.verdict(), "200 ignored reaction");
    assert_eq!(app.unreact(GROUP, MIRA, question, "👍").await.verdict(), "200 ignored reaction");
    app.stop().await;
    assert_eq!(app.model.chats().await.len(), 1);
}

/// A service in front of a Talk of that release, which it knows.
async fn in_front_of(release: Release, settings: &[(&str, &str)]) -> TestApp {
    let talk = FakeTalk::start().await;
    talk.server().set_release(release);
    let app = TestApp::between(talk, settings).await;
    until("the version is asked for", async || {
        let calls = app.talk.mock().received_requests().await.expect("they are recorded");
        calls.iter().any(|call| call.url.path().ends_with("/capabilities"))
    })
    .await;
    app.answer(GROUP, TOMAS, "@Halo are you there?").await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app
}

/// A question of Mira that runs, and what comes of that person's stop sign on it.
async fn stop_sign(app: &TestApp, actor: &str) -> String {
    app.model.instead(never(), 1).await;
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure("queue_leased_jobs", 1).await;
    app.react(GROUP, actor, question, "🛑").await.verdict()
}

#[tokio::test]
async fn reactions_steer_where_talk_names_who_reacts() {
    for release in [Release::TALK_22, Release::TALK_23] {
        let mut app = in_front_of(release, &[]).await;
        assert!(app.answer(GROUP, TOMAS, "@Halo /help").await.contains("🛑"));
        assert_eq!(stop_sign(&app, MIRA).await, "200 queued");
        app.wait_for_figure("queue_open_jobs", 0).await;
        app.stop().await;
    }
}

#[tokio::test]
async fn nobody_can_steer_in_anothers_name_where_talk_names_the_wrong_one() {
    for release in [Release::TALK_21, Release::TALK_22_0_8] {
        let mut app = in_front_of(release, &[("SHUTDOWN_GRACE", "0.1")]).await;
        assert!(!app.answer(GROUP, TOMAS, "@Halo /help").await.contains("🛑"));
        assert_eq!(stop_sign(&app, TOMAS).await, "200 ignored reaction");
        app.stop_leaving(1).await;
    }
}

#[tokio::test]
async fn steering_by_reactions_can_be_switched_off() {
    let settings = [("REACTION_CONTROL", "off"), ("SHUTDOWN_GRACE", "0.1")];
    let mut app = in_front_of(Release::TALK_22, &settings).await;
    assert!(!app.answer(GROUP, TOMAS, "@Halo /help").await.contains("🛑"));
    assert_eq!(stop_sign(&app, MIRA).await, "200 ignored reaction");
    app.stop_leaving(1).await;
}
