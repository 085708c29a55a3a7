//! What the tests of the use cases share: small questions and jobs, a clock that follows the paused time of tokio,
//! and stand-ins for what has to take time, which a mock cannot.

mod conversations;
mod inbound;
mod outside;
mod queue;
mod server;
mod service;
mod waits;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub(crate) use inbound::{receive_settings, surroundings};
pub(crate) use outside::{FakeModel, FakeTalk, Post, Reaction};
pub(crate) use queue::MemoryQueue;
pub(crate) use server::{FakeServer, Served, Tells};
pub(crate) use service::{Service, WAIT_NOTICE, answer};

use crate::domain::actor::{ActorId, Person};
use crate::domain::conversation::{Conversation, ConversationId, Turn};
use crate::domain::job::{Failure, Job, JobId, Lease, Part, PartState, Question, Reply};
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::domain::signature::BotSecret;
use crate::domain::time::Timestamp;
use crate::ports::Cause;
use crate::ports::clock::Clock;
use crate::ports::model::{Completion, Finish, Limits, Streamed, Usage};
use crate::ports::queue::Leased;
use crate::telemetry::traces::Traces;

/// Where the clock of a test starts.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

pub(crate) const LIMITS: Limits = Limits { context_tokens: 4096, slots: 1 };

/// The wall clock of a test with paused time: it moves as the timers do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PausedClock(Instant);

impl PausedClock {
    #[expect(clippy::disallowed_methods, reason = "the time of a test is tokio's paused one")]
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }

    /// Time since the test began.
    pub(crate) fn age(&self) -> Duration {
        self.now().since(START)
    }
}

impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        START + self.0.elapsed()
    }
}

/// So many seconds after the start.
pub(crate) fn at(seconds: u64) -> Timestamp {
    START + Duration::from_secs(seconds)
}

pub(crate) fn cause() -> Cause {
    "out of order".into()
}

pub(crate) fn room(name: &str) -> RoomToken {
    RoomToken::parse(name).expect("letters and digits")
}

pub(crate) fn question(room_name: &str, message: i64) -> Question {
    Question {
        place: room(room_name).into(),
        message: MessageId(message),
        asker: Person { id: ActorId::new("users/mira"), name: "Mira".into() },
        text: format!("question {message}"),
        one_to_one: false,
        files: false,
    }
}

/// What that place remembers, in its first epoch.
pub(crate) fn conversation(place: &Place, turns: Vec<Turn>) -> Conversation {
    Conversation { id: ConversationId { place: place.clone(), epoch: 0 }, turns, trimmed: false }
}

/// Asked at the start and leased for the first time.
pub(crate) fn job() -> Job {
    Job {
        id: JobId(7),
        question: question("kq7m2rtx", 42),
        asked_at: START,
        attempts: 1,
        trouble_since: None,
        follow_ups: Vec::new(),
        reply: None,
    }
}

pub(crate) fn leased(job: Job) -> Leased {
    Leased { lease: Lease { job: job.id, token: "token".into() }, job }
}

/// A stored reply of which nothing is posted.
pub(crate) fn reply(failure: Option<Failure>, texts: &[&str]) -> Reply {
    let part = |(index, text): (u32, &&str)| Part {
        index,
        text: (*text).to_owned(),
        state: PartState::Waiting,
        uncertain: 0,
    };
    Reply { failure, parts: (0..).zip(texts).map(part).collect() }
}

pub(crate) fn completion(text: &str) -> Completion {
    let usage = Usage {
        prompt_tokens: 30,
        cached_tokens: 20,
        completion_tokens: 10,
        prompt_time: Some(Duration::from_millis(70)),
    };
    Completion {
        text: text.to_owned(),
        reasoned: false,
        finish: Finish::Stop,
        usage: Some(usage),
        streamed: Some(Streamed {
            first: Duration::from_millis(400),
            rest: Duration::from_millis(600),
            pieces: 4,
        }),
        model: Some("halo".into()),
    }
}

/// Which nobody takes.
pub(crate) fn traces() -> Arc<Traces> {
    Arc::new(Traces::new(&BotSecret::new("s".repeat(40)).expect("length"), false))
}
