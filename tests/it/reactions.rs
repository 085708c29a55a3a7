//! Control by reactions, by the asker and nobody else.

use std::time::Duration;

use wiremock::ResponseTemplate;

use crate::support::app::TestApp;
use crate::support::talk::{GROUP, MIRA, TOMAS};
use crate::support::until;

fn never() -> ResponseTemplate {
    ResponseTemplate::new(200).set_delay(Duration::from_mins(5))
}

/// The number of the bot's newest message in the group.
fn newest_answer(app: &TestApp) -> i64 {
    use nextcloud_opencode_bot::adapters::demo::talk::MessageKind;
    let server = app.talk.server();
    let messages = &server.room(GROUP).expect("a room").messages;
    messages.iter().rev().find(|message| message.kind == MessageKind::Bot).expect("an answer").id
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
    let answer = newest_answer(&app);
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
