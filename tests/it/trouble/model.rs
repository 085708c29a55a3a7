//! The model fails.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::demo::model::ModelFault;
use nextcloud_opencode_bot::domain::job::{Failure, JobId};
use nextcloud_opencode_bot::domain::phrase::{Language, Phrase};
use wiremock::ResponseTemplate;

use crate::support::app::TestApp;
use crate::support::door::ClosedDoor;
use crate::support::talk::{GROUP, MIRA, ONE_TO_ONE, TOMAS};
use crate::support::until;

const JINJA: &str = include_str!("../../fixtures/llama/error-400-template-roles.json");
const WRONG_KEY: &str = include_str!("../../fixtures/llama/error-401-key.json");
const NO_SUCH_MODEL: &str = include_str!("../../fixtures/llama/other-error-ollama-404.json");
const TOO_LONG: &str = include_str!("../../fixtures/llama/error-400-context.json");

/// Whatever trouble begins has lasted for two minutes.
const LONG_TROUBLE: &str = "CREATE TRIGGER long_trouble AFTER UPDATE OF trouble_since ON job
    WHEN new.trouble_since IS NOT NULL
    BEGIN UPDATE job SET trouble_since = new.trouble_since - 120000 WHERE id = new.id; END";

/// Whatever trouble begins has lasted for twenty seconds.
const SOME_TROUBLE: &str = "CREATE TRIGGER some_trouble AFTER UPDATE OF trouble_since ON job
    WHEN old.trouble_since IS NULL AND new.trouble_since IS NOT NULL
    BEGIN UPDATE job SET trouble_since = new.trouble_since - 20000 WHERE id = new.id; END";

fn refusal(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

/// Stops with one question open, and starts when its next try is due.
async fn restart_in_trouble(app: &mut TestApp) {
    app.stop_leaving(1).await;
    app.meddle("UPDATE job SET due_at = 0").await;
    app.start_again().await;
}

/// Returns once the model was asked that often.
async fn asked(app: &TestApp, times: usize) {
    until("the model is asked", async || app.model.chats().await.len() >= times).await;
}

/// The bot's messages in the group.
fn read(app: &TestApp) -> Vec<String> {
    app.talk.posted(GROUP).into_iter().map(|(text, _)| text).collect()
}

#[tokio::test]
async fn a_model_that_is_away_for_a_moment_is_waited_for_in_silence() {
    for fault in [ModelFault::Loading, ModelFault::Down, ModelFault::Cut] {
        let mut app = TestApp::start().await;
        app.model.script.set_fault(fault);
        app.ask(GROUP, MIRA, "@Halo hello").await;
        app.ask(GROUP, TOMAS, "@Halo me too").await;
        asked(&app, 1).await;
        app.model.script.set_fault(ModelFault::None);
        app.talk.wait_for_posts(GROUP, 2).await;
        app.stop().await;
        let read = read(&app);
        assert!(read[0].contains("hello") && read[1].contains("me too"), "{fault:?}: {read:?}");
        assert_eq!(read.len(), 2, "{fault:?}: {read:?}");
    }
}

#[tokio::test]
async fn a_model_that_starts_for_longer_is_told_once_also_over_a_restart_and_the_answer_follows() {
    for fault in [ModelFault::Loading, ModelFault::Down] {
        let mut app = TestApp::start().await;
        app.meddle(SOME_TROUBLE).await;
        app.model.script.set_fault(fault);
        let question = app.ask(GROUP, MIRA, "@Halo hello").await;
        let waiting = (Phrase::ModelNotReady.text(Language::English), Some(question));
        assert_eq!(app.talk.wait_for_posts(GROUP, 1).await, [waiting], "{fault:?}");
        let before = app.model.chats().await.len();
        restart_in_trouble(&mut app).await;
        asked(&app, before + 1).await;
        app.model.script.set_fault(ModelFault::None);
        restart_in_trouble(&mut app).await;
        app.talk.wait_for_posts(GROUP, 2).await;
        app.stop().await;
        let read = read(&app);
        assert!(read.len() == 2 && read[1].contains("hello"), "{fault:?}: {read:?}");
        assert_eq!(app.talk.posted(GROUP)[1].1, Some(question));
    }
}

#[tokio::test]
async fn a_model_server_that_is_started_later_is_found() {
    let door = ClosedDoor::new();
    let mut app = TestApp::with(&[("MODEL_BASE_URL", &door.url())]).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    until("a try", async || app.figure("model_calls_total{outcome=\"unreachable\"}").await.is_some()).await;
    let _server = app.model.also_at(door.open()).await;
    app.talk.wait_for_posts(GROUP, 1).await;
    app.stop().await;
    assert!(read(&app)[0].contains("hello"), "{:?}", read(&app));
}

#[tokio::test]
async fn a_second_server_answers_while_the_first_is_away() {
    let door = ClosedDoor::new();
    let second = ClosedDoor::new();
    let both = format!("{}, {}/v1", door.url(), second.url());
    let mut app = TestApp::with(&[("MODEL_BASE_URL", &both)]).await;
    let _server = app.model.also_at(second.open()).await;
    app.answer(GROUP, MIRA, "@Halo hello").await;
    app.stop().await;
}

#[tokio::test]
async fn a_model_that_stays_away_is_told_in_one_sentence_with_a_reference() {
    let mut app = TestApp::start().await;
    app.meddle(LONG_TROUBLE).await;
    app.model.script.set_fault(ModelFault::Down);
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    let notice =
        (Phrase::Failure(Failure::ModelUnavailable, JobId(1)).text(Language::English), Some(question));
    assert_eq!(app.talk.wait_for_posts(GROUP, 1).await, [notice]);
    app.wait_for_figure("queue_dead_letters", 1).await;
    assert_eq!(app.figure("jobs_total{outcome=\"model_unavailable\"}").await, Some(1));
    app.model.script.set_fault(ModelFault::None);
    let next = app.answer(GROUP, MIRA, "@Halo are you back?").await;
    app.stop().await;
    assert!(next.contains("question **1** that I know of"), "what failed is not remembered: {next}");
}

#[tokio::test]
async fn a_model_that_takes_too_long_is_asked_once() {
    let mut app = TestApp::with(&[("TIMEOUT", "0.2")]).await;
    app.model.instead(ResponseTemplate::new(200).set_delay(Duration::from_mins(5)), 1).await;
    let told = app.answer(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure("queue_dead_letters", 1).await;
    app.stop().await;
    assert_eq!(told, Phrase::Failure(Failure::ModelTimedOut, JobId(1)).text(Language::English));
    assert_eq!(app.model.chats().await.len(), 1);
}

#[tokio::test]
async fn a_refused_request_is_not_repeated_and_the_room_is_told_once() {
    let mut app = TestApp::start().await;
    for (nth, (status, body)) in (1..).zip([(400, JINJA), (401, WRONG_KEY), (404, NO_SUCH_MODEL)]) {
        app.model.instead(refusal(status, body), 1).await;
        let told = app.answer(GROUP, MIRA, "@Halo hello").await;
        assert_eq!(
            told,
            Phrase::Failure(Failure::ModelRefused, JobId(nth)).text(Language::English),
            "{status}"
        );
    }
    app.wait_for_figure("queue_dead_letters", 3).await;
    assert_eq!(app.model.chats().await.len(), 3);
    assert!(app.answer(ONE_TO_ONE, MIRA, "hello").await.contains("hello"), "others are answered");
    app.stop().await;
}

#[tokio::test]
async fn a_dead_letter_that_is_opened_again_is_answered() {
    let mut app = TestApp::start().await;
    app.model.instead(refusal(401, WRONG_KEY), 1).await;
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure("queue_dead_letters", 1).await;
    assert_eq!(app.retry_dead_letters().await, 1);
    // The worker looks every ten seconds by itself, and now because of this.
    app.answer(ONE_TO_ONE, MIRA, "hello").await;
    let posted = app.talk.wait_for_posts(GROUP, 2).await;
    app.stop().await;
    assert!(posted[1].0.contains("hello") && posted[1].1 == Some(question), "{posted:?}");
}

#[tokio::test]
async fn a_prompt_that_the_model_finds_too_long_is_made_shorter() {
    let mut app = TestApp::with(&[("CONTEXT_MESSAGES", "20")]).await;
    for _ in 0..6 {
        app.answer(GROUP, MIRA, &format!("@Halo {}", "many words ".repeat(100))).await;
    }
    app.model.instead(refusal(400, TOO_LONG), 1).await;
    let answer = app.answer(GROUP, MIRA, "@Halo hello").await;
    app.stop().await;
    assert!(answer.contains("hello"), "{answer}");
    let lengths: Vec<_> = app.model.chats().await.iter().map(|chat| chat.body.len()).collect();
    assert!(lengths.len() == 8 && lengths[7] < lengths[6], "{lengths:?}");
}
