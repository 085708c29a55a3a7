//! What people see on their question: that it is taken, that it failed, and nothing once it is answered.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::demo::model::ModelFault;
use nextcloud_opencode_bot::adapters::demo::talk::TalkFault;
use wiremock::ResponseTemplate;

use crate::support::app::TestApp;
use crate::support::talk::{FakeTalk, GROUP, MIRA};
use crate::support::trap::Moment;
use crate::support::until;

const HASTE: (&str, &str) = ("SHUTDOWN_GRACE", "0.1");

fn never() -> ResponseTemplate {
    ResponseTemplate::new(200).set_delay(Duration::from_mins(5))
}

/// The bot's reactions on a message.
fn signs(talk: &FakeTalk, message: i64) -> Vec<String> {
    let server = talk.server();
    let bot = server.bot().id.clone();
    let message = server.room(GROUP).and_then(|room| room.message(message)).expect("a message");
    let by_bot = message.reactions.0.iter().filter(|(_, by)| *by == bot);
    by_bot.map(|(emoji, _)| emoji.clone()).collect()
}

async fn wait_for_signs(app: &TestApp, message: i64, expected: &[&str]) {
    until("the bot's reactions", async || signs(&app.talk, message) == expected).await;
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
    app.model.script.set_fault(ModelFault::Unauthorized);
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    wait_for_signs(&app, question, &["⚠️"]).await;
    app.model.script.set_fault(ModelFault::None);
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
    app.stop_leaving(1).await;
    assert_eq!(signs(&app.talk, question), ["👀"]);
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
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    app.talk.wait_for_posts(GROUP, 1).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert!(app.talk.reaction_calls(GROUP).await.is_empty());
    assert!(signs(&app.talk, question).is_empty());
}

#[tokio::test]
async fn a_long_wait_is_told_once() {
    let mut app = TestApp::with(&[("WAIT_NOTICE", "0.2"), HASTE]).await;
    app.model.instead(never(), 1).await;
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    let told = app.talk.wait_for_posts(GROUP, 1).await;
    assert!(told[0].0.contains("still working on it"), "{told:?}");
    assert_eq!(told[0].1, Some(question));
    app.stop_leaving(1).await;
    app.start_again().await;
    let posted = app.talk.wait_for_posts(GROUP, 2).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert_eq!(app.talk.posted(GROUP).len(), 2, "{posted:?}");
}
