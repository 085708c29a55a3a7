//! A store that an earlier version made is brought up to date with all that is in it, whichever of several services
//! comes first.

use nextcloud_opencode_bot::adapters::sql::{ServerError, look};
use nextcloud_opencode_bot::application::doctor::StoreState;
use nextcloud_opencode_bot::domain::job::{JobId, Settlement, Stage};
use nextcloud_opencode_bot::ports::queue::Enqueued;

use super::super::{BOT, Engine as _, at, room};
use super::Engine;
use crate::support::postgres::make_first;

/// An answered question, one that is given up, one that a service asks, one whose answer waits to be posted.
const ROWS: &str = "
    INSERT INTO job (bot, room, message, state, asked_at, due_at, line_at, one_to_one, asker, asker_name, text, failure,
            died_at, lease, leased_until) VALUES
        ('halo', 'r1', 1, 'done', 1000, 1000, 1000, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        ('halo', 'r1', 2, 'dead', 2000, 2000, 2000, 0, 'users/mira', 'Mira', 'second', 'internal', 2500, NULL, NULL),
        ('halo', 'r2', 3, 'ask', 3000, 3000, 3000, 1, 'users/mira', 'Mira', 'third', NULL, NULL, '0123456789abcdef-1',
            63000),
        ('halo', 'r1', 4, 'post', 4000, 4000, 4000, 0, 'users/tomas', 'Tomas', 'fourth', NULL, NULL, NULL, NULL);
    INSERT INTO part (bot, job, place, text) VALUES ('halo', 4, 0, 'the answer');
    INSERT INTO conversation (bot, room, thread, epoch, window_start) VALUES ('halo', 'r1', 0, 3, 1);
    INSERT INTO turn (bot, room, thread, message, question, answer, one_to_one, files, at, prints)
        VALUES ('halo', 'r1', 0, 1, 'first', 'one', 0, 0, 1000, '');
    INSERT INTO pause (bot, room, paused_until) VALUES ('halo', 'r9', 9000);
    INSERT INTO own_actor (bot, actor) VALUES ('halo', 'bots/bot-1');";

/// A store as the first version left it.
async fn first_version() -> Option<Engine> {
    let engine = Engine::fresh().await?;
    make_first(&engine.url).await;
    engine.meddle(ROWS).await;
    Some(engine)
}

#[tokio::test]
async fn what_is_open_is_worked_on() {
    let Some(engine) = first_version().await else { return };
    let store = engine.serve().await;
    let asked = store.lease_one(Stage::Ask, 10).await;
    assert_eq!((asked.job.id, asked.job.question.text.as_str()), (JobId(3), "third"));
    assert_eq!(asked.job.question.place, room("r2").into());
    store.queue.settle(&asked.lease, Settlement::Done, at(11)).await.expect("held");
    let posted = store.lease_one(Stage::Post, 10).await.job;
    assert_eq!((posted.id, posted.reply.expect("stored").parts.len()), (JobId(4), 1));
}

#[tokio::test]
async fn what_was_remembered_is_kept() {
    let Some(engine) = first_version().await else { return };
    let store = engine.serve().await;
    assert_eq!(store.ask("r1", 1, 10).await, Enqueued::Duplicate);
    assert_eq!(store.dead_letters.list().await.expect("read").len(), 1);
    let memory = store.conversation("r1").await;
    assert_eq!((memory.id.epoch, memory.turns[0].answer.as_str()), (3, "one"));
    assert_eq!(store.queue.depth(at(8)).await.expect("read").pauses.len(), 1);
    assert_eq!(store.conversations.own_actors().await.expect("read").len(), 1);
}

#[tokio::test]
async fn several_services_that_start_at_once_bring_it_up_to_date_once() {
    let Some(engine) = first_version().await else { return };
    let (one, other) = tokio::join!(engine.serve(), engine.serve());
    assert_eq!(one.ask("r5", 5, 10).await, Enqueued::New);
    assert_eq!(other.ask("r5", 5, 10).await, Enqueued::Duplicate);
    engine.meddle("SELECT 1 / (COUNT(*) = 3)::int FROM _sqlx_migrations WHERE success").await;
}

/// Whoever only looks, or works beside a service, leaves it as it is.
#[tokio::test]
async fn it_is_told_as_older_until_a_service_starts() {
    let Some(engine) = first_version().await else { return };
    let told = async || look(&engine.url, BOT, at(10)).await.expect("readable").state;
    assert_eq!(told().await, StoreState::Older(1));
    let error = engine.try_beside(BOT).await.err().expect("refused");
    assert!(matches!(error, ServerError::NotReady(_)), "{error}");
    assert_eq!(told().await, StoreState::Older(1));
    engine.serve().await.close().await;
    assert!(matches!(told().await, StoreState::Ready(3, _)));
}
