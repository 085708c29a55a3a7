//! Several questions of one person at once, and too many of them.

use nextcloud_opencode_bot::domain::limit::Limit;
use nextcloud_opencode_bot::domain::phrase::{Language, Phrase};

use crate::support::app::TestApp;
use crate::support::talk::{GROUP, GUEST, MIRA, ONE_TO_ONE, PUBLIC, TOMAS};
use crate::support::trap::Moment;

#[tokio::test]
async fn what_a_person_adds_while_the_question_waits_is_answered_with_it() {
    let mut app = TestApp::with(&[("MODEL_PARALLEL", "1")]).await;
    let busy = app.model.trap.set(0, Moment::Arrived);
    app.ask(PUBLIC, TOMAS, "@Halo hold the model").await;
    let held = busy.held().await;
    let first = app.ask(GROUP, MIRA, "@Halo tell me about tea").await;
    app.ask(GROUP, MIRA, "@Halo and about green tea").await;
    app.ask(GROUP, TOMAS, "@Halo what about coffee").await;
    drop(held);
    let posted = app.talk.wait_for_posts(GROUP, 2).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert_eq!(posted[0].1, Some(first));
    assert!(posted[0].0.contains("about tea") && posted[0].0.contains("green tea"), "{posted:?}");
    assert!(app.model.asked().contains("coffee"));
    assert_eq!(app.model.chats().await.len(), 3);
}

#[tokio::test]
async fn what_a_person_repeats_while_it_waits_is_asked_once() {
    let mut app = TestApp::with(&[("MODEL_PARALLEL", "1")]).await;
    let busy = app.model.trap.set(0, Moment::Arrived);
    app.ask(PUBLIC, TOMAS, "@Halo hold the model").await;
    let held = busy.held().await;
    for text in ["@Halo tell me about tea", "@Halo and coffee", "@Halo tell me about tea", "@Halo and coffee"]
    {
        app.ask(GROUP, MIRA, text).await;
    }
    drop(held);
    app.talk.wait_for_posts(GROUP, 1).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert_eq!(app.model.asked(), "Mira Halloran: tell me about tea\n  \n  and coffee");
    assert_eq!(app.talk.posted(GROUP).len(), 1);
}

#[tokio::test]
async fn the_same_question_again_while_it_runs_is_answered_once() {
    let mut app = TestApp::start().await;
    let running = app.model.trap.set(0, Moment::Arrived);
    app.ask(GROUP, MIRA, "@Halo what is new?").await;
    let held = running.held().await;
    app.ask(GROUP, MIRA, "@Halo what is new?").await;
    drop(held);
    app.talk.wait_for_posts(GROUP, 1).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
    assert_eq!((app.model.chats().await.len(), app.talk.posted(GROUP).len()), (1, 1));
}

#[tokio::test]
async fn who_asks_too_much_is_told_once_and_others_are_answered() {
    let settings = [("LIMIT_PER_USER", "2"), ("LIMIT_WINDOW", "3600")];
    let mut app = TestApp::with(&settings).await;
    for nth in 1..=2 {
        app.answer(GROUP, MIRA, &format!("@Halo question {nth}")).await;
    }
    for _ in 0..3 {
        assert_eq!(app.say(GROUP, MIRA, "@Halo one more").await.verdict(), "200 ignored limited");
    }
    app.talk.wait_for_posts(GROUP, 3).await;
    app.answer(GROUP, TOMAS, "@Halo and me?").await;
    app.stop().await;
    let posted = app.talk.posted(GROUP);
    let sentence = |text: &str| text.chars().take(12).collect::<String>();
    let limited = Phrase::Limited(Limit::Person(std::time::Duration::from_hours(1))).text(Language::English);
    let told = posted.iter().filter(|(text, _)| sentence(text) == sentence(&limited)).count();
    assert_eq!((posted.len(), told), (4, 1), "{posted:?}");
}

#[tokio::test]
async fn guests_have_a_limit_of_their_own_accord() {
    let mut app = TestApp::with(&[("ALLOW_GUESTS", "true")]).await;
    for nth in 1..=20 {
        assert_eq!(app.say(PUBLIC, GUEST, &format!("@Halo question {nth}")).await.verdict(), "200 queued");
    }
    assert_eq!(app.say(PUBLIC, GUEST, "@Halo one more").await.verdict(), "200 ignored limited");
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
}

#[tokio::test]
async fn a_room_that_asks_too_much_is_told_once_and_others_are_answered() {
    let mut app = TestApp::with(&[("LIMIT_PER_ROOM", "2")]).await;
    app.answer(GROUP, MIRA, "@Halo one").await;
    app.answer(GROUP, TOMAS, "@Halo two").await;
    for actor in [MIRA, TOMAS, MIRA] {
        assert_eq!(app.say(GROUP, actor, "@Halo three").await.verdict(), "200 ignored limited");
    }
    let posted = app.talk.wait_for_posts(GROUP, 3).await;
    app.answer(ONE_TO_ONE, MIRA, "and here?").await;
    assert_eq!(app.figure("webhooks_total{outcome=\"limited\"}").await, Some(3));
    app.stop().await;
    assert!(posted[2].0.starts_with("That was a lot of questions in this room."), "{posted:?}");
    assert_eq!(app.talk.posted(GROUP).len(), 3);
}

#[tokio::test]
async fn a_room_where_too_much_waits_takes_no_more_until_it_is_answered() {
    let mut app = TestApp::with(&[("LIMIT_QUEUE", "2")]).await;
    let asked = app.model.trap.set(0, Moment::Arrived);
    app.ask(GROUP, MIRA, "@Halo one").await;
    let held = asked.held().await;
    app.ask(GROUP, TOMAS, "@Halo two").await;
    let (_, refused) = app.said(GROUP, MIRA, "@Halo three");
    assert_eq!(app.deliver(&refused).await.verdict(), "200 ignored limited");
    let told = app.talk.wait_for_posts(GROUP, 1).await.remove(0);
    assert!(told.0.starts_with("So many questions wait here"), "{told:?}");
    drop(held);
    app.talk.wait_for_posts(GROUP, 3).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    assert_eq!(app.deliver(&refused).await.verdict(), "200 duplicate", "it is no question later either");
    app.answer(GROUP, MIRA, "@Halo three").await;
    app.stop().await;
}
