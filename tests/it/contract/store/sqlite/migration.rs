//! A store that an earlier version made is brought up to date with all that is in it.

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{JobId, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::domain::sign::Sign;
use nextcloud_opencode_bot::ports::queue::Enqueued;
use nextcloud_opencode_bot::ports::steering::{Pointer, Progress};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{ConnectOptions, SqlSafeStr};

use super::super::{Engine as _, at, room};
use super::Engine;

const FIRST: &str = include_str!("../../../../../migrations/sqlite/0001_queue.sql");

/// An answered question, one that is given up, one that is asked, one whose answer waits to be posted.
const ROWS: &str = "
    INSERT INTO job (id, bot, room, message, state, asked_at, due_at, line_at, one_to_one, asker, asker_name, text,
            failure, died_at) VALUES
        (1, 'halo', 'r1', 1, 'done', 1000, 1000, 1000, 0, NULL, NULL, NULL, NULL, NULL),
        (2, 'halo', 'r1', 2, 'dead', 2000, 2000, 2000, 0, 'users/mira', 'Mira', 'second', 'internal', 2500),
        (3, 'halo', 'r2', 3, 'ask', 3000, 3000, 3000, 1, 'users/mira', 'Mira', 'third', NULL, NULL),
        (4, 'halo', 'r1', 4, 'post', 4000, 4000, 4000, 0, 'users/tomas', 'Tomas', 'fourth', NULL, NULL);
    INSERT INTO part (bot, job, place, text) VALUES ('halo', 4, 0, 'the answer');
    INSERT INTO conversation (bot, room, epoch, window_start) VALUES ('halo', 'r1', 3, 1), ('halo', 'r2', 1, 9);
    INSERT INTO turn (bot, room, message, speaker, question, answer) VALUES
        ('halo', 'r1', 1, 'Mira', 'first', 'one'), ('halo', 'r1', 4, 'Tomas', 'fourth', 'the answer');
    INSERT INTO pause (bot, room, paused_until) VALUES ('halo', 'r9', 9000);
    INSERT INTO own_actor (bot, actor) VALUES ('halo', 'bots/bot-1');";

/// A store as the first version left it.
async fn first_version() -> Engine {
    let engine = Engine::fresh();
    let options = SqliteConnectOptions::new()
        .filename(engine.path())
        .create_if_missing(true)
        .pragma("application_id", "1852793698")
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("made");
    let queue = Migration::new(1, "queue".into(), MigrationType::Simple, FIRST.into_sql_str(), false);
    Migrator::with_migrations(vec![queue]).run(&pool).await.expect("migrated");
    sqlx::raw_sql(ROWS).execute(&pool).await.expect("filled");
    pool.close().await;
    engine
}

#[tokio::test]
async fn what_is_open_is_worked_on() {
    let engine = first_version().await;
    let store = engine.serve().await;
    let asked = store.lease_one(Stage::Ask, 10).await.job;
    assert_eq!((asked.id, asked.question.text.as_str(), asked.question.files), (JobId(3), "third", false));
    assert_eq!(asked.question.place, room("r2").into());
    let posted = store.lease_one(Stage::Post, 10).await.job;
    assert_eq!((posted.id, posted.reply.expect("stored").parts.len()), (JobId(4), 1));
    assert_eq!(store.ask("r1", 1, 10).await, Enqueued::Duplicate);
    assert_eq!(store.dead_letters.list().await.expect("read").len(), 1);
    assert_eq!(store.queue.depth(at(8)).await.expect("read").pauses.len(), 1);
    assert_eq!(store.conversations.own_actors().await.expect("read").len(), 1);
}

#[tokio::test]
async fn what_was_remembered_is_that_of_the_room() {
    let engine = first_version().await;
    let store = engine.serve().await;
    let memory = store.conversation("r1").await;
    assert_eq!((memory.id.epoch, memory.trimmed), (3, true));
    let answers: Vec<_> = memory.turns.iter().map(|turn| turn.answer.as_str()).collect();
    assert_eq!(answers, ["one", "the answer"]);
    assert_eq!(store.conversation("r2").await.id.epoch, 1);
}

#[tokio::test]
async fn a_turn_whose_asker_is_known_can_be_asked_again() {
    let engine = first_version().await;
    let store = engine.serve().await;
    let find = async |id| {
        let pointer = Pointer::Message { room: room("r1"), id: MessageId(id), text: String::new() };
        store.steering.find(&pointer).await.expect("read").map(|found| found.progress)
    };
    assert_eq!(find(4).await, Some(Progress::Open));
    assert_eq!(find(2).await, Some(Progress::Dead));
    assert_eq!(find(1).await, None, "nobody knows any more who asked");
    assert!(!store.steering.again(&room("r1"), MessageId(1), at(10)).await.expect("read"));
}

#[tokio::test]
async fn a_turn_whose_asker_is_not_known_goes_with_whoever_wants_to_be_forgotten() {
    let engine = first_version().await;
    let store = engine.serve().await;
    store.upkeep.erase_person(&ActorId::new("users/lena")).await.expect("erased");
    let memory = store.conversation("r1").await;
    assert_eq!(memory.id.epoch, 4);
    let answers: Vec<_> = memory.turns.iter().map(|turn| turn.answer.as_str()).collect();
    assert_eq!(answers, ["the answer"], "of that one it is known that somebody else asked");
}

#[tokio::test]
async fn only_what_is_open_gets_a_sign() {
    let engine = first_version().await;
    let store = engine.serve().await;
    let wrong = store.signs.wrong(at(10), 9).await.expect("read");
    let wrong: Vec<_> = wrong.iter().map(|one| (one.job, one.shown, one.wanted)).collect();
    let thinking = Some(Sign::Thinking);
    assert_eq!(wrong, [(JobId(3), None, thinking), (JobId(4), None, thinking)]);
}

#[tokio::test]
async fn a_command_waits_for_the_service_to_bring_it_up_to_date() {
    let engine = first_version().await;
    assert!(engine.try_beside(super::super::BOT).await.is_err());
    engine.serve().await.close().await;
    engine.beside(super::super::BOT).await;
}
