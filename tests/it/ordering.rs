//! Many questions at once: each room in its order, all rooms beside each other, the model never asked for more
//! than it can.

use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::demo::model::ModelFault;

use crate::support::app::TestApp;
use crate::support::exceptions::Calls;
use crate::support::model::FakeModel;
use crate::support::talk::{FakeTalk, GROUP, MIRA, ONE_TO_ONE, TOMAS};

const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_millis(150);

/// Waits for that many answers in a room. Returns the questions they are for.
async fn answered(app: &TestApp, room: &str, count: usize) -> Vec<i64> {
    let posted = app.talk.wait_for_posts(room, count).await;
    posted.into_iter().map(|(_, question)| question.expect("a reply")).collect()
}

fn groups(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("group{number:02}")).collect()
}

#[tokio::test]
async fn a_room_is_answered_in_its_order_one_question_at_a_time() {
    let mut app = TestApp::start().await;
    let calls = app.model.slow_down(SHORT).await;
    let mut asked = Vec::new();
    for (nth, actor) in [MIRA, TOMAS].into_iter().cycle().take(12).enumerate() {
        asked.push(app.ask(GROUP, actor, &format!("@Halo question {nth}")).await);
    }
    assert_eq!(answered(&app, GROUP, asked.len()).await, asked);
    app.stop().await;
    assert_eq!(calls.most_at_once(), 1);
    let newest = app.model.script.requests().pop().expect("asked");
    assert_eq!(newest["messages"].as_array().expect("messages").len(), 24, "each knows of those before it");
}

#[tokio::test]
async fn rooms_are_answered_beside_each_other_within_the_slots_of_the_server() {
    let mut app = TestApp::between(FakeTalk::with_groups(6).await, &[]).await;
    assert_eq!(most_at_once(&mut app).await, 2);
}

#[tokio::test]
async fn the_settings_can_give_the_model_more_slots() {
    let mut app = TestApp::between(FakeTalk::with_groups(6).await, &[("MODEL_PARALLEL", "3")]).await;
    assert_eq!(most_at_once(&mut app).await, 3);
}

/// A service whose model is on two servers with two slots each, which share the questions.
async fn sharing() -> (TestApp, FakeModel) {
    let other = FakeModel::start().await;
    let mut app = TestApp::between(FakeTalk::with_groups(6).await, &[("SHUTDOWN_GRACE", "0.1")]).await;
    app.stop().await;
    app.set("MODEL_BASE_URL", &format!("{},{}", app.model.url(), other.url()));
    app.set("MODEL_SPREAD", "true");
    app.start_again().await;
    app.wait_for_figure("model_slots", 4).await;
    (app, other)
}

#[tokio::test]
async fn servers_that_share_the_questions_all_work_at_once() {
    let (mut app, other) = sharing().await;
    let held = || wiremock::ResponseTemplate::new(200).set_delay(Duration::from_mins(5));
    app.model.instead(held(), 6).await;
    other.instead(held(), 6).await;
    for room in groups(6) {
        app.ask(&room, MIRA, "@Halo hello").await;
    }
    for figure in ["model_endpoint_in_flight{endpoint=\"1\"}", "model_endpoint_in_flight{endpoint=\"2\"}"] {
        app.wait_for_figure(figure, 2).await;
    }
    assert_eq!(app.figure("queue_leased_jobs").await, Some(4));
    app.stop_leaving(6).await;
    assert!(app.model.chats().await.len() <= 2 && other.chats().await.len() <= 2);
}

#[tokio::test]
async fn servers_that_share_the_questions_have_never_more_than_their_slots() {
    let (mut app, other) = sharing().await;
    let others = other.slow_down(LONG).await;
    let calls = asked_in_six_rooms(&mut app).await;
    assert_eq!(app.model.chats().await.len() + other.chats().await.len(), 6);
    assert!(calls.most_at_once() <= 2 && others.most_at_once() <= 2);
}

/// The most of six rooms that the model works for at once.
async fn most_at_once(app: &mut TestApp) -> usize {
    asked_in_six_rooms(app).await.most_at_once()
}

/// Asks in six rooms and waits for the answers.
async fn asked_in_six_rooms(app: &mut TestApp) -> Arc<Calls> {
    let calls = app.model.slow_down(LONG).await;
    for room in groups(6) {
        app.ask(&room, MIRA, "@Halo hello").await;
    }
    for room in groups(6) {
        answered(app, &room, 1).await;
    }
    app.stop().await;
    calls
}

#[tokio::test]
async fn sixty_questions_in_ten_rooms_are_all_answered_in_order() {
    let mut app = TestApp::between(FakeTalk::with_groups(10).await, &[]).await;
    let calls = app.model.slow_down(SHORT / 4).await;
    let rooms = groups(10);
    let mut asked = vec![Vec::new(); rooms.len()];
    for nth in 0..6 {
        for (room, asked) in rooms.iter().zip(&mut asked) {
            let actor = if nth % 2 == 0 { MIRA } else { TOMAS };
            asked.push(app.ask(room, actor, &format!("@Halo question {nth}")).await);
        }
    }
    for (room, asked) in rooms.iter().zip(&asked) {
        assert_eq!(answered(&app, room, 6).await, *asked, "{room}");
    }
    app.stop().await;
    assert_eq!(app.model.chats().await.len(), 60);
    assert!(calls.most_at_once() <= 2);
}

#[tokio::test]
async fn a_slow_answer_in_one_room_holds_up_no_other() {
    let settings = [("SHUTDOWN_GRACE", "0.1")];
    let mut app = TestApp::between(FakeTalk::with_groups(1).await, &settings).await;
    let slow = wiremock::ResponseTemplate::new(200).set_delay(Duration::from_mins(5));
    app.model.instead(slow, 1).await;
    app.ask(GROUP, MIRA, "@Halo take your time").await;
    app.wait_for_figure("queue_leased_jobs", 1).await;
    for nth in 1..=3 {
        app.ask("group01", TOMAS, "@Halo hello").await;
        answered(&app, "group01", nth).await;
    }
    assert!(app.talk.posted(GROUP).is_empty());
    app.wait_for_figure("queue_open_jobs", 1).await;
    app.stop_leaving(1).await;
}

#[tokio::test]
async fn nobodys_ten_questions_come_before_the_first_of_another() {
    let mut app = TestApp::between(FakeTalk::with_groups(10).await, &[("MODEL_PARALLEL", "1")]).await;
    let calls = app.model.slow_down(LONG).await;
    for room in groups(10) {
        app.ask(&room, MIRA, "@Halo hello").await;
    }
    app.ask(ONE_TO_ONE, TOMAS, "first of all").await;
    let before = app.model.chats().await.len();
    answered(&app, ONE_TO_ONE, 1).await;
    let chats = app.model.chats().await;
    let place = chats.iter().position(|chat| String::from_utf8_lossy(&chat.body).contains("first of all"));
    // One that was taken meanwhile, and one whose turn it was.
    assert!(place.expect("asked") <= before + 2, "{place:?} after {before}");
    for room in groups(10) {
        answered(&app, &room, 1).await;
    }
    app.stop().await;
    assert_eq!(calls.most_at_once(), 1);
}

#[tokio::test]
async fn webhooks_that_overtake_each_other_are_answered_in_the_order_of_the_room() {
    let mut app = TestApp::start().await;
    app.model.script.set_fault(ModelFault::Loading);
    let said: Vec<_> = (1..=4).map(|nth| app.said(GROUP, MIRA, &format!("@Halo question {nth}"))).collect();
    for (_, webhook) in said.iter().rev() {
        assert_eq!(app.deliver(webhook).await.verdict(), "200 queued");
    }
    app.model.script.set_fault(ModelFault::None);
    let messages: Vec<_> = said.iter().map(|(message, _)| *message).collect();
    assert_eq!(answered(&app, GROUP, 4).await, messages);
    app.stop().await;
}
