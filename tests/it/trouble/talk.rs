//! Nextcloud fails, or does not take what the bot posts.

use nextcloud_opencode_bot::adapters::demo::model::ModelFault;
use nextcloud_opencode_bot::adapters::demo::talk::TalkFault;
use wiremock::ResponseTemplate;

use crate::support::app::{ROOM_PAUSES, SERVER_PAUSES, TestApp};
use crate::support::door::ClosedDoor;
use crate::support::exceptions::{message, saying};
use crate::support::talk::{FakeTalk, GROUP, MIRA, ONE_TO_ONE, TOMAS};
use crate::support::until;

/// Whatever is to be tried again is due at once.
const NO_PAUSES: &str = "CREATE TRIGGER no_pauses AFTER UPDATE OF due_at ON job WHEN new.due_at > 0
    BEGIN UPDATE job SET due_at = 0 WHERE id = new.id; END";

/// More often than anything here is tried.
const ALWAYS: u64 = 100;

fn posts(outcome: &str) -> String {
    format!("talk_posts_total{{outcome=\"{outcome}\"}}")
}

/// Posts to a room that fail, and what is right again after the first.
async fn comes_back(fault: TalkFault, outcome: &str) {
    let mut app = TestApp::start().await;
    app.talk.server().set_fault(fault);
    let question = app.ask(GROUP, MIRA, "@Halo hello").await;
    until("a try", async || app.figure(&posts(outcome)).await.is_some()).await;
    app.talk.server().set_fault(TalkFault::None);
    let posted = app.talk.wait_for_posts(GROUP, 1).await;
    app.stop().await;
    assert!(posted[0].0.contains("hello") && posted[0].1 == Some(question), "{posted:?}");
    assert_eq!(app.talk.posted(GROUP).len(), 1);
    assert_eq!(app.model.chats().await.len(), 1, "the model is not asked again");
}

#[tokio::test]
async fn a_nextcloud_without_backend_gets_the_answer_when_it_is_back() {
    comes_back(TalkFault::BadGateway, "unavailable").await;
}

#[tokio::test]
async fn a_nextcloud_that_fails_gets_the_answer_when_it_works_again() {
    comes_back(TalkFault::ServerError, "failed").await;
}

#[tokio::test]
async fn a_nextcloud_in_maintenance_gets_the_answer_afterwards() {
    let mut app = TestApp::start().await;
    app.talk.instead(GROUP, ResponseTemplate::new(503), 1).await;
    app.answer(GROUP, MIRA, "@Halo hello").await;
    app.stop().await;
    assert_eq!(app.talk.tries(GROUP).await.len(), 2);
}

#[tokio::test]
async fn a_nextcloud_that_is_started_later_gets_the_answer() {
    let door = ClosedDoor::new();
    let mut app = TestApp::with(&[("NEXTCLOUD_URL", &door.url())]).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    until("a try", async || app.figure(&posts("unavailable")).await.is_some()).await;
    let _server = app.talk.also_at(door.open()).await;
    app.talk.wait_for_posts(GROUP, 1).await;
    app.stop().await;
}

#[tokio::test]
async fn a_room_that_refuses_the_signature_is_tried_once_and_others_work_on() {
    let mut app = TestApp::start().await;
    app.answer(ONE_TO_ONE, MIRA, "hello").await;
    app.talk.instead(GROUP, ResponseTemplate::new(401), ALWAYS).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure(ROOM_PAUSES, 1).await;
    app.ask(GROUP, TOMAS, "@Halo me too").await;
    app.answer(ONE_TO_ONE, MIRA, "hello again").await;

    let ready = app.get("/ready").await;
    let problem = app.problem("talk").await.expect("a problem");
    assert!(
        problem.contains("refused the signature in 1 room") && problem.contains("30 more minutes"),
        "{problem}"
    );
    assert!(ready.status == 503 && !ready.text.contains(GROUP), "{ready:?}");
    app.stop_leaving(1).await;
    assert_eq!(app.talk.tries(GROUP).await.len(), 1);
    assert_eq!(app.model.chats().await.len(), 3, "nothing is asked that could not be posted");
}

#[tokio::test]
async fn a_wrong_secret_is_noticed_before_it_locks_the_address_out() {
    let mut app = TestApp::between(FakeTalk::with_groups(6).await, &[]).await;
    app.talk.server().set_fault(TalkFault::Unauthorized);
    for nth in 1..=6 {
        app.ask(&format!("group{nth:02}"), MIRA, "@Halo hello").await;
    }
    app.wait_for_figure(SERVER_PAUSES, 1).await;
    let problem = app.problem("talk").await.expect("a problem");
    assert!(
        problem.contains("nothing is posted anywhere until") && problem.contains("30 more minutes"),
        "{problem}"
    );
    // A room whose reaction was refused keeps its question; one whose answer was refused has given it up.
    let given_up = app.figure("queue_dead_letters").await.unwrap_or(0);
    app.stop_leaving(6 - given_up).await;
    let calls = app.talk.signed_calls().await;
    assert_eq!((calls.len(), given_up <= 3), (3, true), "{calls:?}");
}

#[tokio::test]
async fn a_nextcloud_that_locks_the_address_out_is_left_alone() {
    let mut app = TestApp::start().await;
    app.talk.server().set_fault(TalkFault::LockedOut);
    app.ask(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure(SERVER_PAUSES, 1).await;
    app.ask(ONE_TO_ONE, MIRA, "hello").await;
    app.wait_for_figure("model_calls_total{outcome=\"answered\"}", 2).await;
    let problem = app.problem("talk").await.expect("a problem");
    assert!(
        problem.contains("nothing is posted anywhere until") && problem.contains("30 more minutes"),
        "{problem}"
    );
    app.stop_leaving(2).await;
    assert_eq!(app.talk.signed_calls().await.len(), 1);
}

#[tokio::test]
async fn a_question_that_is_gone_is_answered_without_quoting_it() {
    let mut app = TestApp::start().await;
    app.model.script.set_fault(ModelFault::Loading);
    app.ask(GROUP, MIRA, "@Halo hello").await;
    until("asked", async || !app.model.chats().await.is_empty()).await;
    app.clear(GROUP, MIRA).await;
    app.model.script.set_fault(ModelFault::None);
    let posted = app.talk.wait_for_posts(GROUP, 1).await;
    app.stop().await;
    assert_eq!(posted[0].1, None);
    assert_eq!(app.talk.tries(GROUP).await.len(), 2, "with the quote, and once without");
}

#[tokio::test]
async fn a_refused_text_is_tried_without_its_quote_and_given_up() {
    let mut app = TestApp::start().await;
    app.talk.instead(GROUP, ResponseTemplate::new(400), ALWAYS).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure("jobs_total{outcome=\"talk_refused\"}", 1).await;
    assert_eq!(app.figure("queue_dead_letters").await, Some(1));
    app.stop().await;
    assert_eq!(app.talk.tries(GROUP).await.len(), 2);
}

#[tokio::test]
async fn a_part_that_is_too_long_for_this_nextcloud_is_made_smaller() {
    let mut app = TestApp::start().await;
    let text = (1..=80).map(|nth| format!("Paragraph {nth}.")).collect::<Vec<_>>().join("\n\n");
    let too_long = |text: &str| text.chars().count() > 600;
    app.talk.instead_where(GROUP, too_long, ResponseTemplate::new(413), ALWAYS).await;
    app.model.instead(saying(&text), 1).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    let last = "Paragraph 80.";
    until("the end", async || app.talk.posted(GROUP).iter().any(|(text, _)| text.ends_with(last))).await;
    app.stop().await;
    let parts: Vec<_> = app.talk.posted(GROUP).into_iter().map(|(text, _)| text).collect();
    assert_eq!(parts.join("\n\n"), text);
    assert!(parts.len() > 1 && app.model.chats().await.len() == 1, "{parts:?}");
}

#[tokio::test]
async fn parts_that_were_posted_are_not_posted_again() {
    let mut app = TestApp::start().await;
    let text = (1..=4000).map(|nth| format!("Paragraph number {nth}.")).collect::<Vec<_>>().join("\n\n");
    let second_half = |text: &str| text.contains("number 3000.");
    app.talk.instead_where(GROUP, second_half, ResponseTemplate::new(502), 1).await;
    app.model.instead(saying(&text), 1).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure("jobs_total{outcome=\"done\"}", 1).await;
    app.stop().await;
    let parts: Vec<_> = app.talk.posted(GROUP).into_iter().map(|(text, _)| text).collect();
    assert_eq!(parts.join("\n\n"), text);
    assert_eq!(app.talk.tries(GROUP).await.len(), parts.len() + 1);
}

#[tokio::test]
async fn a_post_with_unknown_outcome_is_repeated_once() {
    let mut app = TestApp::start().await;
    app.meddle(NO_PAUSES).await;
    app.talk.hang_up(GROUP, 1).await;
    app.answer(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.talk.hang_up(GROUP, ALWAYS).await;
    app.ask(GROUP, MIRA, "@Halo hello again").await;
    app.wait_for_figure("jobs_total{outcome=\"talk_uncertain\"}", 1).await;
    app.stop().await;
    let tried: Vec<_> = app.talk.tries(GROUP).await.iter().map(message).collect();
    assert_eq!(tried.len(), 4, "{tried:?}");
    assert!(tried[0] == tried[1] && tried[2] == tried[3], "{tried:?}");
}

#[tokio::test]
async fn an_answer_that_a_proxy_does_not_wait_for_is_read_twice_at_most() {
    let mut app = TestApp::start().await;
    app.meddle(NO_PAUSES).await;
    app.talk.server().set_fault(TalkFault::GatewayTimeout);
    app.ask(GROUP, MIRA, "@Halo hello").await;
    app.wait_for_figure("jobs_total{outcome=\"talk_uncertain\"}", 1).await;
    app.stop().await;
    assert_eq!(app.talk.posted(GROUP).len(), 2);
}
