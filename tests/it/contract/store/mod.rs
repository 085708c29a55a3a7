//! The promises of the queue, conversation and dead-letter ports, as functions that every engine has to pass.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use nextcloud_opencode_bot::adapters::sql::StoreOptions;
use nextcloud_opencode_bot::domain::actor::{ActorId, Person};
use nextcloud_opencode_bot::domain::conversation::{Conversation, Turn};
use nextcloud_opencode_bot::domain::job::{JobId, Question, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::{MessageId, Place, RoomToken, ThreadId};
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::conversations::ConversationStore;
use nextcloud_opencode_bot::ports::dead_letters::DeadLetters;
use nextcloud_opencode_bot::ports::outbox::Outbox;
use nextcloud_opencode_bot::ports::queue::{Enqueued, JobQueue, Leased, NewReply, NewTurn};
use nextcloud_opencode_bot::ports::signs::Signs;
use nextcloud_opencode_bot::ports::steering::Steering;
use nextcloud_opencode_bot::ports::upkeep::Upkeep;
use nextcloud_opencode_bot::ports::waits::Waits;

/// Runs each named function on a fresh store of every engine.
macro_rules! on_every_engine {
    ($($promise:ident),+ $(,)?) => {
        on_engine!(sqlite: $($promise),+);
        on_engine!(memory: $($promise),+);
        mod postgres {
            $(
                #[tokio::test]
                async fn $promise() {
                    if let Some(engine) = crate::contract::store::postgres::Engine::fresh().await {
                        super::$promise(&engine).await;
                    }
                }
            )+
        }
    };
}

macro_rules! on_engine {
    ($engine:ident: $($promise:ident),+) => {
        mod $engine {
            $(
                #[tokio::test]
                async fn $promise() {
                    super::$promise(&crate::contract::store::$engine::Engine::fresh()).await;
                }
            )+
        }
    };
}

mod again;
mod alike;
mod commits;
mod conversations;
mod dead_letters;
mod erasing;
mod fairness;
mod finding;
mod follow_ups;
mod history;
mod identity;
mod leases;
mod memory;
mod order;
mod outbox;
mod pauses;
mod places;
mod postgres;
mod replies;
mod restart;
mod schemas;
mod settling;
mod signs;
mod sqlite;
mod steering;
mod sweep;
mod waits;
mod wake;

/// How long a lease of these tests lasts.
const LEASE: Duration = Duration::from_mins(1);

/// A place where one store of an engine lies.
#[async_trait]
trait Engine: Send + Sync {
    /// Opens it as the bot's service.
    async fn serve(&self) -> Store;

    /// Opens it beside a service, for that bot.
    async fn beside(&self, bot: &str) -> Store;
}

/// The bot of [`Engine::serve`].
const BOT: &str = "halo";

fn options(bot: &str) -> StoreOptions {
    StoreOptions { bot: bot.to_owned(), signs: true }
}

/// An open store as its ports show it.
struct Store {
    queue: Arc<dyn JobQueue>,
    conversations: Arc<dyn ConversationStore>,
    dead_letters: Arc<dyn DeadLetters>,
    outbox: Arc<dyn Outbox>,
    signs: Arc<dyn Signs>,
    waits: Arc<dyn Waits>,
    steering: Arc<dyn Steering>,
    upkeep: Arc<dyn Upkeep>,
    close: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Store {
    fn of<S>(store: &Arc<S>, close: impl Future<Output = ()> + Send + 'static) -> Self
    where
        S: JobQueue + ConversationStore + DeadLetters + Outbox + Signs + Waits + Steering + Upkeep + 'static,
    {
        Self {
            queue: store.clone(),
            conversations: store.clone(),
            dead_letters: store.clone(),
            outbox: store.clone(),
            signs: store.clone(),
            waits: store.clone(),
            steering: store.clone(),
            upkeep: store.clone(),
            close: Box::pin(close),
        }
    }

    async fn close(self) {
        self.close.await;
    }

    /// Asks at that second.
    async fn ask(&self, room: &str, message: i64, second: i64) -> Enqueued {
        self.queue.enqueue(&question(room, message), at(second)).await.expect("stored")
    }

    /// Leases all that can be at that second.
    async fn lease(&self, stage: Stage, second: i64) -> Vec<Leased> {
        self.queue.lease(stage, 1000, at(second), at(second) + LEASE).await.expect("leased")
    }

    /// Leases what must be the only head.
    async fn lease_one(&self, stage: Stage, second: i64) -> Leased {
        let mut leased = self.lease(stage, second).await;
        assert_eq!(leased.len(), 1, "{leased:?}");
        leased.remove(0)
    }

    async fn settle(&self, leased: &Leased, settlement: Settlement, second: i64) {
        self.queue.settle(&leased.lease, settlement, at(second)).await.expect("settled");
    }

    async fn reply(&self, leased: &Leased, parts: &[&str]) {
        self.queue.save_reply(&leased.lease, &answer(leased, parts)).await.expect("saved");
    }

    /// What the room remembers.
    async fn conversation(&self, token: &str) -> Conversation {
        self.conversations.recent(&room(token).into()).await.expect("read")
    }

    async fn turns(&self, token: &str) -> Vec<Turn> {
        self.conversation(token).await.turns
    }

    async fn forget(&self, token: &str) {
        self.conversations.forget(&room(token).into()).await.expect("forgotten");
    }

    /// Asks, answers and settles; the job is gone, the turn is remembered.
    async fn converse(&self, question: &Question, second: i64) -> JobId {
        self.queue.enqueue(question, at(second)).await.expect("stored");
        let leased = self.lease_one(Stage::Ask, second).await;
        self.reply(&leased, &[&format!("answer {}", question.message.0)]).await;
        let leased = self.lease_one(Stage::Post, second).await;
        self.settle(&leased, Settlement::Done, second).await;
        leased.job.id
    }

    /// Asks a question and gives it up.
    async fn bury(&self, room: &str, message: i64, second: i64, settlement: Settlement) -> JobId {
        self.ask(room, message, second).await;
        let leased = self.lease_one(Stage::Ask, second).await;
        self.settle(&leased, settlement, second).await;
        leased.job.id
    }
}

/// A second of the tests' time.
const fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1000)
}

fn room(token: &str) -> RoomToken {
    RoomToken::parse(token).expect("a token")
}

/// A thread of a room.
fn thread(token: &str, number: i64) -> Place {
    Place { room: room(token), thread: Some(ThreadId(number)) }
}

/// The same question by somebody else.
fn by(asker: &str, question: Question) -> Question {
    Question { asker: Person { id: ActorId::new(asker), ..question.asker }, ..question }
}

fn question(token: &str, message: i64) -> Question {
    Question {
        place: room(token).into(),
        message: MessageId(message),
        asker: Person { id: ActorId::new("users/mira"), name: "Mira \"M\" Öz".to_owned() },
        text: format!("question {message} of {token}?\n\u{1}'; DROP TABLE job; -- 🦀"),
        one_to_one: message % 2 == 0,
        files: message % 3 == 0,
    }
}

fn turn(message: i64) -> Turn {
    Turn {
        message: MessageId(message),
        speaker: Some("Mira".to_owned()),
        question: format!("question {message}"),
        answer: format!("answer {message}"),
    }
}

/// The same, of a room where nothing was forgotten and nothing is.
fn new_turn(message: i64) -> NewTurn {
    NewTurn { turn: turn(message), at: at(message), epoch: 0, window_start: None }
}

/// An answer to that job, with its turn.
fn answer(leased: &Leased, parts: &[&str]) -> NewReply {
    NewReply {
        failure: None,
        parts: parts.iter().map(|&part| part.to_owned()).collect(),
        turn: Some(new_turn(leased.job.question.message.0)),
        joined: Vec::new(),
    }
}

/// Rooms and messages of leased jobs, in order.
fn names(leased: &[Leased]) -> Vec<(&str, i64)> {
    leased.iter().map(|one| (one.job.question.place.room.as_str(), one.job.question.message.0)).collect()
}
