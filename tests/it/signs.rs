//! What people see on their question: that it is taken, that it failed, and nothing once it is answered.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::demo::talk::{Release, TalkFault};
use wiremock::ResponseTemplate;

use crate::support::app::{Response, TestApp};
use crate::support::scene::SOON;
use crate::support::talk::{FakeTalk, GROUP, MIRA, TOMAS};
use crate::support::trap::Moment;
use crate::support::until;

const HASTE: (&str, &str) = ("SHUTDOWN_GRACE", "0.1");

fn never() -> ResponseTemplate {
    ResponseTemplate::new(200).set_delay(Duration::from_mins(5))
}

async fn wait_for_signs(app: &TestApp, message: i64, expected: &[&str]) {
    app.talk.wait_for_reactions(GROUP, message, expected).await;
}

async fn reaction_calls(app: &TestApp) -> usize {
    let calls = app.talk.mock().received_requests().await.expect("they are recorded");
    calls.iter().filter(|call| call.url.path().contains("/reaction/")).count()
}

#[tokio::test]
async fn a_question_shows_that_it_is_taken_until_its_answer_is_there() {
    let mut app = TestApp::start().await;
    let asked = app.model.trap.set(0, Moment::Arrived);
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    let held = asked.held().await;
    wait_for_signs(&app, question, &["👀"]).await;
    drop(held);
    app.talk.wait_for_posts(GROUP, 1).await;
    wait_for_signs(&app, question, &[]).await;
    app.stop().await;
}

#[tokio::test]
async fn a_question_that_is_given_up_is_marked_until_it_is_answered_after_all() {
    let mut app = TestApp::start().await;
    app.model.instead(ResponseTemplate::new(401), 1).await;
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    wait_for_signs(&app, question, &["⚠️"]).await;
    assert_eq!(app.retry_dead_letters().await, 1);
    app.talk.wait_for_posts(GROUP, 2).await;
    wait_for_signs(&app, question, &[]).await;
    app.stop().await;
}

#[tokio::test]
async fn signs_that_a_stop_left_are_taken_off_after_the_start() {
    let mut app = TestApp::with(&[HASTE]).await;
    app.model.instead(never(), 1).await;
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    wait_for_signs(&app, question, &["👀"]).await;
    until("the model is asked", async || app.model.chats().await.len() == 1).await;
    app.stop_leaving(1).await;
    wait_for_signs(&app, question, &["👀"]).await;
    app.start_again().await;
    app.talk.wait_for_posts(GROUP, 1).await;
    wait_for_signs(&app, question, &[]).await;
    app.stop().await;
}

#[tokio::test]
async fn a_talk_that_refuses_reactions_gets_answers_all_the_same() {
    let mut app = TestApp::start().await;
    app.talk.server().set_fault(TalkFault::ReactionsRefused);
    for _ in 0..5 {
        app.answer(GROUP, MIRA, "@Halo hello").await;
    }
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
}

#[tokio::test]
async fn without_the_setting_there_are_no_signs() {
    let mut app = TestApp::with(&[("REACTIONS", "false")]).await;
    app.answer(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert_eq!(reaction_calls(&app).await, 0);
}

#[tokio::test]
async fn a_long_wait_is_told_once() {
    let mut app = TestApp::with(&[("WAIT_NOTICE", "0.2"), HASTE]).await;
    app.model.instead(never(), 1).await;
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    let told = app.talk.wait_for_posts(GROUP, 1).await;
    assert!(told[0].0.contains("I am still working on your answer."), "{told:?}");
    assert_eq!(told[0].1, Some(question));
    until("the model is asked", async || app.model.chats().await.len() == 1).await;
    app.stop_leaving(1).await;
    app.start_again().await;
    let posted = app.talk.wait_for_posts(GROUP, 2).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert_eq!(app.talk.posted(GROUP).len(), 2, "{posted:?}");
}

#[tokio::test]
async fn without_the_setting_what_an_earlier_run_left_is_taken_off() {
    let mut app = TestApp::with(&[HASTE]).await;
    app.model.instead(never(), 1).await;
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    wait_for_signs(&app, question, &["👀"]).await;
    until("the model is asked", async || app.model.chats().await.len() == 1).await;
    app.stop_leaving(1).await;
    app.set("REACTIONS", "false");
    app.start_again().await;
    app.talk.wait_for_posts(GROUP, 1).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.restart().await;
    wait_for_signs(&app, question, &[]).await;
    app.answer(GROUP, MIRA, "@Halo and now?").await;
    app.stop().await;
    assert_eq!(reaction_calls(&app).await, 2, "one put on, and taken off");
}

#[tokio::test]
async fn a_question_that_is_forgotten_loses_its_mark() {
    let mut app = TestApp::start().await;
    app.model.instead(ResponseTemplate::new(401), 1).await;
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    wait_for_signs(&app, question, &["⚠️"]).await;
    app.answer(GROUP, MIRA, "@Halo /forget-me").await;
    tokio::time::timeout(SOON, wait_for_signs(&app, question, &[])).await.expect("at once");
    app.stop().await;
}

#[tokio::test]
async fn the_bots_own_signs_that_come_back_to_it_change_nothing() {
    for release in [Release::TALK_21, Release::TALK_22] {
        let talk = FakeTalk::start().await;
        talk.server().set_release(release);
        let mut app = TestApp::between(talk, &[("REACTION_CONTROL", "on")]).await;
        let question = app.ask(GROUP, MIRA, "@Halo hello").await;
        app.talk.wait_for_posts(GROUP, 1).await;
        wait_for_signs(&app, question, &[]).await;
        let verdicts: Vec<_> = app.echo().await.iter().map(Response::verdict).collect();
        assert!(verdicts.iter().all(|verdict| verdict.starts_with("200 ignored")), "{verdicts:?}");
        app.answer(GROUP, TOMAS, "@Halo and me?").await;
        assert_eq!(app.model.turns(), 1, "the turn is still remembered");
        app.stop().await;
        assert_eq!((app.talk.posted(GROUP).len(), app.model.chats().await.len()), (2, 2));
    }
}
