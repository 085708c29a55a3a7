//! What the bot does when it comes into a room and when it leaves it, and what a room's memory outlives.

use crate::support::app::TestApp;
use crate::support::talk::{GROUP, MIRA};

#[tokio::test]
async fn a_room_is_welcomed_once() {
    let mut app = TestApp::start().await;
    app.join(GROUP).await;
    let welcome = app.talk.wait_for_posts(GROUP, 1).await.remove(0).0;
    let readable = welcome.replace('\u{200B}', "");
    for told in ["`@Halo`", "I store questions", "`@Halo /help`", "`@Halo /privacy`"] {
        assert!(readable.contains(told), "{told}: {welcome}");
    }
    app.join(GROUP).await;
    app.restart().await;
    app.join(GROUP).await;
    app.answer(GROUP, MIRA, "@Halo hello").await;
    app.stop().await;
    assert_eq!(app.talk.posted(GROUP).len(), 2);
}

#[tokio::test]
async fn a_room_can_be_entered_in_silence() {
    let mut app = TestApp::with(&[("WELCOME", "false")]).await;
    app.join(GROUP).await;
    app.answer(GROUP, MIRA, "@Halo hello").await;
    app.stop().await;
    assert_eq!(app.talk.posted(GROUP).len(), 1);
}

#[tokio::test]
async fn a_room_that_is_left_is_forgotten() {
    let mut app = TestApp::start().await;
    app.answer(GROUP, MIRA, "@Halo my number is 4711").await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.leave(GROUP).await;
    app.stop().await;
    assert!(!app.is_stored("4711"));
}

#[tokio::test]
async fn a_room_that_is_left_is_remembered_where_that_is_wanted() {
    let mut app = TestApp::with(&[("RETAIN_ON_LEAVE", "true"), ("WELCOME", "false")]).await;
    app.answer(GROUP, MIRA, "@Halo my number is 4711").await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.leave(GROUP).await;
    app.join(GROUP).await;
    app.answer(GROUP, MIRA, "@Halo and now?").await;
    app.stop().await;
    assert_eq!(app.model.turns(), 1);
}

#[tokio::test]
async fn a_cleared_history_is_forgotten() {
    let mut app = TestApp::start().await;
    app.answer(GROUP, MIRA, "@Halo my number is 4711").await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.clear(GROUP, MIRA).await;
    app.answer(GROUP, MIRA, "@Halo and now?").await;
    app.stop().await;
    assert_eq!(app.model.turns(), 0);
    assert!(!app.is_stored("4711"));
}
