//! A store that cannot write for a while says so, keeps what it has, and goes on when it can.

use std::sync::Arc;

use nextcloud_opencode_bot::domain::job::Stage;
use nextcloud_opencode_bot::ports::queue::{Enqueued, JobQueue, QueueError};
use tokio::task::JoinSet;

use super::super::{Engine as _, at, question};
use super::Engine;

/// Lets every commit that stores a job fail, after its statements have succeeded.
const NO_COMMIT: &str =
    "CREATE TABLE spoiler (job INTEGER REFERENCES job (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER spoil AFTER INSERT ON job BEGIN INSERT INTO spoiler VALUES (-1); END";

/// Lets every statement that stores a job of the room `bad` fail, and end the transaction it is in.
const NO_BAD_ROOM: &str = "CREATE TRIGGER spoil BEFORE INSERT ON job WHEN new.room = 'bad'
    BEGIN SELECT RAISE(ROLLBACK, 'no'); END";

const GOOD_AGAIN: &str = "DROP TRIGGER spoil";

async fn ask_at_once(queue: &Arc<dyn JobQueue>, rooms: &[&str]) -> Vec<Result<Enqueued, QueueError>> {
    let mut callers = JoinSet::new();
    for (message, room) in (1..).zip(rooms) {
        let (queue, question) = (Arc::clone(queue), question(room, message));
        callers.spawn(async move { (message, queue.enqueue(&question, at(1)).await) });
    }
    let mut answers = callers.join_all().await;
    answers.sort_by_key(|(message, _)| *message);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[tokio::test]
async fn when_a_commit_fails_every_caller_of_it_hears_so_and_nothing_changed() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    engine.meddle(NO_COMMIT).await;
    let answers = ask_at_once(&store.queue, &["r1"; 30]).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(QueueError::Unavailable(_)))), "{answers:?}");
    assert_eq!(store.queue.depth(at(1)).await.expect("still read").open, 0);

    engine.meddle(GOOD_AGAIN).await;
    let answers = ask_at_once(&store.queue, &["r1"; 30]).await;
    assert!(answers.iter().all(|answer| matches!(answer, Ok(Enqueued::New))), "{answers:?}");
    assert_eq!(store.lease_one(Stage::Ask, 2).await.job.question, question("r1", 1));
}

#[tokio::test]
async fn a_change_that_fails_does_not_harm_those_beside_it() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    engine.meddle(NO_BAD_ROOM).await;
    let rooms = ["good", "bad", "good", "bad", "good", "good"];
    for (room, answer) in rooms.iter().zip(ask_at_once(&store.queue, &rooms).await) {
        match *room {
            "good" => assert!(matches!(answer, Ok(Enqueued::New)), "{answer:?}"),
            _ => assert!(matches!(answer, Err(QueueError::Unavailable(_))), "{answer:?}"),
        }
    }
    assert_eq!(store.queue.depth(at(1)).await.expect("read").open, 4);
}
