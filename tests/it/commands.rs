//! What a person can tell the bot to do, and what it says to that.

use std::time::Duration;

use nextcloud_opencode_bot::domain::phrase::{Language, Phrase};
use wiremock::ResponseTemplate;

use crate::support::app::TestApp;
use crate::support::talk::{GROUP, GUEST, MIRA, ONE_TO_ONE, PUBLIC, TOMAS};
use crate::support::until;

fn said(phrase: &Phrase<'_>) -> String {
    phrase.text(Language::English)
}

fn never() -> ResponseTemplate {
    ResponseTemplate::new(200).set_delay(Duration::from_mins(5))
}

#[tokio::test]
async fn commands_are_answered_in_the_room_and_the_model_is_not_asked() {
    let mut app = TestApp::start().await;
    for (text, part) in [
        ("/help", "`/reset`"),
        ("!help", "`/reset`"),
        ("/status", "halo-8000"),
        ("/context", "0"),
        ("/privacy", "forget-me"),
        ("/version", env!("CARGO_PKG_VERSION")),
        ("/nonsense", "nonsense"),
        ("/forget-me", ""),
    ] {
        let told = app.answer(GROUP, MIRA, &format!("@Halo {text}")).await;
        assert!(told.contains(part), "{text}: {told}");
    }
    let told = app.answer(ONE_TO_ONE, TOMAS, "/help").await;
    assert!(told.contains("`/reset`"), "{told}");
    app.stop().await;
    assert!(app.model.chats().await.is_empty());
}

#[tokio::test]
async fn what_only_looks_like_a_command_is_a_question() {
    let mut app = TestApp::start().await;
    for text in ["/etc/passwd is what?", "!", "// is what in Rust?"] {
        app.answer(GROUP, MIRA, &format!("@Halo {text}")).await;
    }
    app.stop().await;
    assert_eq!(app.model.chats().await.len(), 3);
}

#[tokio::test]
async fn a_reset_forgets_the_rooms_conversation_and_no_other() {
    let mut app = TestApp::start().await;
    for room in [GROUP, ONE_TO_ONE] {
        app.answer(room, MIRA, "@Halo first").await;
    }
    assert_eq!(app.answer(GROUP, MIRA, "@Halo /reset").await, said(&Phrase::Forgotten));
    app.answer(GROUP, MIRA, "@Halo second").await;
    assert_eq!(app.model.turns(), 0);
    app.answer(ONE_TO_ONE, MIRA, "second").await;
    assert_eq!(app.model.turns(), 1);
    app.stop().await;
}

#[tokio::test]
async fn who_is_no_moderator_resets_nothing_unless_everybody_may() {
    let mut app = TestApp::with(&[("ALLOW_GUESTS", "true")]).await;
    app.answer(PUBLIC, MIRA, "@Halo first").await;
    for actor in [TOMAS, GUEST] {
        assert_eq!(app.answer(PUBLIC, actor, "@Halo /reset").await, said(&Phrase::ModeratorsOnly));
    }
    app.answer(PUBLIC, MIRA, "@Halo second").await;
    assert_eq!(app.model.turns(), 1);
    app.stop().await;
    let mut app = TestApp::with(&[("ROOM_COMMANDS", "everyone")]).await;
    assert_eq!(app.answer(GROUP, TOMAS, "@Halo /new").await, said(&Phrase::Forgotten));
    app.stop().await;
}

#[tokio::test]
async fn a_stop_ends_the_running_answer_and_frees_the_model() {
    let mut app = TestApp::start().await;
    app.model.instead(never(), 1).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    until("the model is asked", async || app.model.chats().await.len() == 1).await;
    assert_eq!(app.answer(GROUP, MIRA, "@Halo /stop").await, said(&Phrase::Stopped(1)));
    let answer = app.answer(GROUP, TOMAS, "@Halo and me?").await;
    assert!(answer.contains("and me?"), "{answer}");
    app.stop().await;
    assert_eq!(app.talk.posted(GROUP).len(), 2);
}

#[tokio::test]
async fn a_stop_of_somebody_else_ends_nothing() {
    let mut app = TestApp::with(&[("SHUTDOWN_GRACE", "0.1")]).await;
    app.model.instead(never(), 1).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    until("the model is asked", async || app.model.chats().await.len() == 1).await;
    assert_eq!(app.answer(GROUP, TOMAS, "@Halo /stop").await, said(&Phrase::ModeratorsOnly));
    app.stop_leaving(1).await;
}

#[tokio::test]
async fn a_retry_asks_the_last_question_again_without_its_first_answer() {
    let mut app = TestApp::start().await;
    assert_eq!(app.answer(GROUP, MIRA, "@Halo /retry").await, said(&Phrase::NothingToRepeat));
    let question = app.ask(GROUP, MIRA, "@Halo what is new?").await;
    app.talk.wait_for_posts(GROUP, 2).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.ask(GROUP, TOMAS, "@Halo /retry").await;
    let posted = app.talk.wait_for_posts(GROUP, 3).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert_eq!((posted[2].1, app.model.turns()), (Some(question), 0));
    assert_eq!(posted[1], posted[2]);
}

#[tokio::test]
async fn a_command_that_comes_twice_is_done_once() {
    let mut app = TestApp::start().await;
    app.answer(GROUP, MIRA, "@Halo first").await;
    let (_, reset) = app.said(GROUP, MIRA, "@Halo /reset");
    assert_eq!(app.deliver(&reset).await.verdict(), "200 queued");
    app.talk.wait_for_posts(GROUP, 2).await;
    app.answer(GROUP, MIRA, "@Halo second").await;
    assert_eq!(app.deliver(&reset).await.verdict(), "200 duplicate");
    app.answer(GROUP, MIRA, "@Halo third").await;
    app.stop().await;
    assert_eq!(app.model.turns(), 1);
}

#[tokio::test]
async fn who_wants_to_be_forgotten_is_forgotten_in_every_room() {
    let mut app = TestApp::start().await;
    app.answer(GROUP, MIRA, "@Halo my number is 4711-mira").await;
    app.answer(ONE_TO_ONE, MIRA, "it is 4711-mira").await;
    app.answer(GROUP, TOMAS, "@Halo mine is 0815-tomas").await;
    app.answer(GROUP, MIRA, "@Halo /forget-me").await;
    app.stop().await;
    assert!(!app.is_stored("4711-mira"));
    assert!(app.is_stored("0815-tomas"));
}

#[tokio::test]
async fn who_may_not_ask_may_not_command() {
    let mut app = TestApp::with(&[("ALLOWED_USERS", "tomas")]).await;
    assert_eq!(app.say(GROUP, MIRA, "@Halo /help").await.verdict(), "200 ignored not_allowed");
    app.stop().await;
    assert!(app.talk.posted(GROUP).is_empty());
}

#[tokio::test]
async fn the_bot_speaks_german_where_it_is_told_to() {
    let mut app = TestApp::with(&[("BOT_LANGUAGE", "de")]).await;
    assert_eq!(app.answer(GROUP, MIRA, "@Halo /neu").await, Phrase::Forgotten.text(Language::German));
    app.stop().await;
}
