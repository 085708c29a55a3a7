//! The database goes away under a running service and comes back.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::Stopwatch;

use crate::support::app::TestApp;
use crate::support::postgres::Cluster;
use crate::support::talk::{FakeTalk, GROUP, MIRA};
use crate::support::trap::Moment;
use crate::support::until;

/// Talk waits 5 s for the answer to a webhook.
const IN_TIME: Duration = Duration::from_secs(4);

/// Far less than a new connection may take.
const AT_ONCE: Duration = Duration::from_millis(500);

#[tokio::test]
async fn a_webhook_that_cannot_be_stored_is_refused_at_once_and_the_service_goes_on_afterwards() {
    let Some(cluster) = Cluster::start().await else { return };
    let mut app = TestApp::with(&[("DATABASE_URL", &cluster.fresh().await)]).await;
    app.answer(GROUP, MIRA, "@Halo before").await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    cluster.stop();
    let (start, mut statuses) = (Stopwatch::start(), Vec::new());
    for text in ["@Halo lost", "@Halo lost as well"] {
        statuses.push(app.say(GROUP, MIRA, text).await.status);
    }
    assert_eq!(statuses, [503, 503]);
    assert!(start.elapsed() < IN_TIME, "{:?}", start.elapsed());
    let problem = app.problem("store").await.expect("told");
    assert!(problem.contains("not available"), "{problem}");
    assert_eq!(app.figure("store_up").await, Some(0));
    cluster.run().await;
    until("it takes questions", async || app.say(GROUP, MIRA, "@Halo after").await.status == 200).await;
    until("it is well", async || app.problem("store").await.is_none()).await;
    assert_eq!(app.figure("store_up").await, Some(1));
    app.talk.wait_for_posts(GROUP, 2).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
}

#[tokio::test]
async fn an_answer_that_was_under_way_is_posted_once_when_the_database_is_back() {
    let Some(cluster) = Cluster::start().await else { return };
    let mut app = TestApp::with(&[("DATABASE_URL", &cluster.fresh().await)]).await;
    let held = app.model.trap.set(0, Moment::Done);
    app.ask(GROUP, MIRA, "@Halo question").await;
    let held = held.held().await;
    cluster.stop();
    drop(held);
    cluster.run().await;
    app.talk.wait_for_posts(GROUP, 1).await;
    until("it is settled", async || app.figure("queue_open_jobs").await == Some(0)).await;
    assert_eq!((app.model.script.requests().len(), app.talk.posted(GROUP).len()), (1, 1));
    app.stop().await;
}

/// Its own connection that listens tells it; no webhook has to wait to find out.
#[tokio::test]
async fn a_service_that_nobody_asks_anything_knows_that_the_database_is_away() {
    let Some(cluster) = Cluster::start().await else { return };
    let mut app = TestApp::with(&[("DATABASE_URL", &cluster.fresh().await)]).await;
    app.answer(GROUP, MIRA, "@Halo before").await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    cluster.stop();
    until("it is told", async || app.problem("store").await.is_some()).await;
    let start = Stopwatch::start();
    assert_eq!(app.say(GROUP, MIRA, "@Halo lost").await.status, 503);
    assert!(start.elapsed() < AT_ONCE, "{:?}", start.elapsed());
    cluster.run().await;
    until("it takes questions", async || app.say(GROUP, MIRA, "@Halo after").await.status == 200).await;
    until("it is well", async || app.problem("store").await.is_none()).await;
    app.wait_for_figure("queue_open_jobs", 0).await;
    app.stop().await;
}

/// What was acknowledged and what had been said before stays; nobody else's answer is lost or doubled.
#[tokio::test]
async fn a_crash_of_the_database_loses_nothing_and_doubles_nothing() {
    let Some(cluster) = Cluster::start().await else { return };
    let talk = FakeTalk::with_groups(8).await;
    let mut app = TestApp::between(talk, &[("DATABASE_URL", &cluster.fresh().await)]).await;
    let held = app.model.trap.set(0, Moment::Done);
    let rooms: Vec<String> = (1..=8).map(|number| format!("group{number:02}")).collect();
    for room in &rooms {
        app.ask(room, MIRA, "@Halo question").await;
    }
    let held = held.held().await;
    cluster.crash();
    drop(held);
    cluster.run().await;
    for room in &rooms {
        app.talk.wait_for_posts(room, 1).await;
    }
    until("all is settled", async || app.figure("queue_open_jobs").await == Some(0)).await;
    let posts: Vec<usize> = rooms.iter().map(|room| app.talk.posted(room).len()).collect();
    assert_eq!((app.model.script.requests().len(), posts), (8, vec![1; 8]));
    app.stop().await;
}
