//! Refused signatures, whatever was signed: reactions are the first thing that a room is sent, so they are mostly what
//! is refused first.

use wiremock::ResponseTemplate;

use crate::support::app::{ROOM_PAUSES, SERVER_PAUSES, TestApp};
use crate::support::talk::{GROUP, MIRA, ONE_TO_ONE, TOMAS};
use crate::support::trap::Moment;

const ALWAYS: u64 = 100;

/// A question whose reaction is refused like that, before the model has answered. Whether the model is asked at all
/// hangs on which of the two is first.
async fn refused_reaction(status: u16, figure: &str) -> TestApp {
    let app = TestApp::start().await;
    app.talk.instead_of_reactions(GROUP, ResponseTemplate::new(status), ALWAYS).await;
    let asked = app.model.trap.set(0, Moment::Arrived);
    app.ask(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure(figure, 1).await;
    drop(asked);
    app
}

#[tokio::test]
async fn a_room_that_refuses_a_reaction_is_left_alone_and_others_work_on() {
    let mut app = refused_reaction(401, ROOM_PAUSES).await;
    app.ask(GROUP, TOMAS, "@Halo me too").await;
    app.answer(ONE_TO_ONE, MIRA, "hello").await;
    let ready = app.get("/ready").await;
    let problem = app.problem("talk").await.expect("a problem");
    for told in ["in 1 room", "until", "30 more minutes", "secret", "enabled in the room", "`response`"] {
        assert!(problem.contains(told), "{told}: {problem}");
    }
    assert!(ready.status == 503 && !ready.text.contains(GROUP), "{ready:?}");
    assert_eq!(app.figure("talk_reactions_total{outcome=\"unauthorized\"}").await, Some(1));
    app.stop_leaving(2).await;
    assert_eq!(app.talk.calls_to(GROUP).await, 1, "one reaction, and nothing after it");
    assert!(!app.talk.posted(ONE_TO_ONE).is_empty());
}

#[tokio::test]
async fn a_refused_reaction_is_known_after_a_restart() {
    let mut app = refused_reaction(401, ROOM_PAUSES).await;
    app.stop_leaving(1).await;
    app.start_again().await;
    app.ask(GROUP, TOMAS, "@Halo me too").await;
    app.answer(ONE_TO_ONE, MIRA, "hello").await;
    app.stop_leaving(2).await;
    assert_eq!(app.talk.calls_to(GROUP).await, 1);
}

#[tokio::test]
async fn a_reaction_that_finds_the_door_closed_stops_everything() {
    let mut app = refused_reaction(429, SERVER_PAUSES).await;
    app.ask(ONE_TO_ONE, MIRA, "hello").await;
    app.wait_for_figure("model_calls_total{outcome=\"answered\"}", 2).await;
    assert_eq!(app.say(ONE_TO_ONE, MIRA, "/version").await.verdict(), "200 queued");
    let problem = app.problem("talk").await.expect("a problem");
    assert!(problem.contains("nothing is posted anywhere until"), "{problem}");
    assert_eq!(app.figure("talk_reactions_total{outcome=\"locked_out\"}").await, Some(1));
    app.stop_leaving(2).await;
    assert_eq!(app.talk.signed_calls().await.len(), 1);
}

/// A room that has refused before, in which a person gives commands, is not told the answer.
#[tokio::test]
async fn a_refused_answer_to_a_command_counts_as_well() {
    let mut app = TestApp::start().await;
    app.talk.instead(GROUP, ResponseTemplate::new(401), ALWAYS).await;
    for command in ["/version", "/help"] {
        assert_eq!(app.say(GROUP, MIRA, &format!("@Halo {command}")).await.verdict(), "200 queued");
        app.wait_for_figure(ROOM_PAUSES, 1).await;
    }
    app.answer(ONE_TO_ONE, MIRA, "hello").await;
    app.stop().await;
    assert_eq!(app.talk.calls_to(GROUP).await, 1);
}
