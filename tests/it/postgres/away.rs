//! The database goes away under a running service and comes back.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::Stopwatch;

use crate::support::app::TestApp;
use crate::support::postgres::Cluster;
use crate::support::talk::{GROUP, MIRA};
use crate::support::trap::Moment;
use crate::support::until;

/// Talk waits 5 s for the answer to a webhook.
const IN_TIME: Duration = Duration::from_secs(4);

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
    cluster.run().await;
    until("it takes questions", async || app.say(GROUP, MIRA, "@Halo after").await.status == 200).await;
    until("it is well", async || app.problem("store").await.is_none()).await;
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
