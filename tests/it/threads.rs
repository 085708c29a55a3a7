//! Threads: an answer stays in the one of its question, and each has a memory of its own; where Talk tells of none,
//! everything is as if there were none.

use nextcloud_opencode_bot::adapters::demo::talk::{MessageKind, Release};
use nextcloud_opencode_bot::domain::phrase::{Language, Phrase};
use serde_json::Value;
use wiremock::ResponseTemplate;

use crate::support::app::TestApp;
use crate::support::talk::{FakeTalk, GROUP, MIRA, TOMAS};

/// In which thread each message of the bot stands.
fn threads(app: &TestApp) -> Vec<Option<i64>> {
    let server = app.talk.server();
    let messages = server.room(GROUP).expect("a room").messages.iter();
    messages.filter(|message| message.kind == MessageKind::Bot).map(|message| message.thread).collect()
}

/// Somebody opens a thread with a question and reads the answer. Returns the thread.
async fn ask_in_a_new_thread(app: &TestApp, text: &str) -> i64 {
    let before = app.talk.posted(GROUP).len();
    let (thread, response) = app.open_thread(GROUP, MIRA, "Venue", text).await;
    assert_eq!(response.verdict(), "200 queued");
    app.talk.wait_for_posts(GROUP, before + 1).await;
    thread
}

/// Somebody asks in a thread and reads the answer.
async fn answer_in(app: &TestApp, thread: i64, text: &str) -> String {
    let before = app.talk.posted(GROUP).len();
    assert_eq!(app.say_in(GROUP, TOMAS, thread, text).await.1.verdict(), "200 queued");
    app.talk.wait_for_posts(GROUP, before + 1).await.remove(before).0
}

#[tokio::test]
async fn whatever_the_bot_says_stays_in_the_thread_that_it_is_about() {
    let mut app = TestApp::start().await;
    let thread = ask_in_a_new_thread(&app, "@Halo where do we meet?").await;
    answer_in(&app, thread, "@Halo /version").await;
    app.model.instead(ResponseTemplate::new(401), 1).await;
    answer_in(&app, thread, "@Halo will this fail?").await;
    app.answer(GROUP, MIRA, "@Halo and outside?").await;
    app.stop().await;
    assert_eq!(threads(&app), [Some(thread), Some(thread), Some(thread), None]);
}

#[tokio::test]
async fn an_answer_whose_question_is_refused_as_a_quote_is_posted_in_its_thread_all_the_same() {
    let mut app = TestApp::start().await;
    app.talk.instead(GROUP, ResponseTemplate::new(400), 1).await;
    let thread = ask_in_a_new_thread(&app, "@Halo where do we meet?").await;
    app.stop().await;
    assert_eq!((threads(&app), app.talk.posted(GROUP)[0].1), (vec![Some(thread)], None));
}

#[tokio::test]
async fn a_thread_and_the_room_around_it_know_nothing_of_each_other() {
    let mut app = TestApp::start().await;
    app.answer(GROUP, MIRA, "@Halo the room's word is swordfish").await;
    let thread = ask_in_a_new_thread(&app, "@Halo where do we meet?").await;
    let other = ask_in_a_new_thread(&app, "@Halo and who cooks?").await;
    assert_eq!(app.model.turns(), 0);
    answer_in(&app, thread, "@Halo at the harbour?").await;
    assert_eq!(app.model.turns(), 1);
    app.restart().await;
    answer_in(&app, other, "@Halo Tomas?").await;
    app.answer(GROUP, MIRA, "@Halo and the word?").await;
    assert_eq!(app.model.turns(), 1);
    let shown = Value::from(app.model.shown()).to_string();
    assert!(shown.contains("swordfish") && !shown.contains("harbour"), "{shown}");

    let forgotten = Phrase::Forgotten.text(Language::English);
    app.say_in(GROUP, MIRA, thread, "@Halo /reset").await;
    assert_eq!(app.talk.wait_for_posts(GROUP, 7).await[6].0, forgotten);
    answer_in(&app, thread, "@Halo and now?").await;
    assert_eq!(app.model.turns(), 0);
    app.answer(GROUP, MIRA, "@Halo and out here?").await;
    assert_eq!(app.model.turns(), 2);
    app.stop().await;
}

/// What a Talk that tells of no threads is sent, and what it makes of it.
async fn one_room(release: Release, open: bool) {
    let talk = FakeTalk::start().await;
    talk.server().set_release(release);
    let mut app = TestApp::between(talk, &[]).await;
    app.answer(GROUP, MIRA, "@Halo one").await;
    if open {
        ask_in_a_new_thread(&app, "@Halo two").await;
    } else {
        app.answer(GROUP, MIRA, "@Halo two").await;
    }
    app.answer(GROUP, TOMAS, "@Halo three").await;
    app.stop().await;
    assert_eq!(app.model.turns(), 2, "one memory");
    for post in app.talk.tries(GROUP).await {
        let body: Value = post.body_json().expect("JSON");
        let fields: Vec<_> = body.as_object().expect("an object").keys().collect();
        assert_eq!(fields, ["message", "replyTo"]);
    }
}

#[tokio::test]
async fn a_talk_without_threads_sees_nothing_of_them() {
    one_room(Release::TALK_21, false).await;
}

#[tokio::test]
async fn a_talk_that_does_not_tell_of_its_threads_is_one_room() {
    one_room(Release::TALK_22_0_8, true).await;
}
