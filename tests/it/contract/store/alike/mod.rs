//! Random calls to every port, made on the store in SQL and on the one in memory, which must answer alike: the same
//! numbers, the same order, the same bells.

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{JobId, Question};
use nextcloud_opencode_bot::domain::message::{MessageId, Place, RoomToken, ThreadId};
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::queue::Leased;

use super::{Engine, Store, memory, question, room, sqlite};
use crate::support::random::Random;

mod asking;
mod bells;
mod leases;
mod steering;
mod view;

/// Makes the call on both stores and returns the answer that they agree on.
macro_rules! alike {
    ($history:expr, $store:ident => $call:expr) => {{
        let $store = &$history.sqlite;
        let sqlite = $call.await.map_err(|error| error.to_string());
        let $store = &$history.memory;
        let memory = $call.await.map_err(|error| error.to_string());
        assert_eq!(memory, sqlite, "seed {} step {}", $history.seed, $history.step);
        sqlite
    }};
}
use alike;

const SEQUENCES: u64 = 12;

const CALLS: u32 = 200;

#[tokio::test]
async fn sql_and_memory_answer_alike() {
    for seed in 1..=SEQUENCES {
        History::new(seed).await.run().await;
    }
}

struct Pair {
    sqlite: sqlite::Engine,
    memory: memory::Engine,
}

struct History {
    seed: u64,
    step: u32,
    random: Random,
    engines: Pair,
    sqlite: Store,
    memory: Store,
    now: i64,
    /// Every message that was ever asked.
    asked: Vec<(RoomToken, MessageId)>,
    /// By SQL and by memory. Some leases are over.
    leased: Vec<[Leased; 2]>,
    /// Every job that was ever leased, last ones last.
    jobs: Vec<JobId>,
}

impl History {
    async fn new(seed: u64) -> Self {
        let engines = Pair { sqlite: sqlite::Engine::fresh(), memory: memory::Engine::fresh() };
        let (sqlite, memory) = (engines.sqlite.serve().await, engines.memory.serve().await);
        let random = Random::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Self {
            seed,
            step: 0,
            random,
            engines,
            sqlite,
            memory,
            now: 1000,
            asked: Vec::new(),
            leased: Vec::new(),
            jobs: Vec::new(),
        }
    }

    async fn run(mut self) {
        for step in 1..=CALLS {
            self.step = step;
            self.now += self.below(10);
            match self.below(20) {
                0..=3 => self.ask().await,
                4..=8 => self.lease().await,
                9..=14 => self.write().await,
                15 => self.hold_back().await,
                16..=17 => self.steer().await,
                18 => self.say().await,
                _ if step % 3 > 0 => self.show().await,
                _ => self.erase().await,
            }
            self.compare_bells().await;
            if step % 15 == 0 {
                self.compare_all().await;
            }
            if self.below(100) == 0 {
                self = self.restart().await;
            }
        }
        self.sqlite.close().await;
    }

    async fn restart(self) -> Self {
        self.sqlite.close().await;
        self.memory.close().await;
        let (sqlite, memory) = (self.engines.sqlite.serve().await, self.engines.memory.serve().await);
        Self { sqlite, memory, ..self }
    }

    fn below(&mut self, limit: u64) -> i64 {
        i64::try_from(self.random.below(limit)).expect("small")
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.random.index(of.len())].clone()
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now)
    }

    /// Most often in the future.
    fn soon(&mut self) -> Timestamp {
        Timestamp::from_millis(self.now - 5 + self.below(60))
    }

    /// Most often in the past.
    fn before(&mut self) -> Timestamp {
        Timestamp::from_millis(self.now + 20 - self.below(400))
    }

    fn room(&mut self) -> RoomToken {
        room(self.pick(&ROOMS))
    }

    fn place(&mut self) -> Place {
        let thread = self.pick(&THREADS).map(ThreadId);
        Place { room: self.room(), thread }
    }

    fn message(&mut self) -> MessageId {
        MessageId(self.below(12))
    }

    /// Most often a message that was asked.
    fn known(&mut self) -> (RoomToken, MessageId) {
        let any = (self.room(), self.message());
        let nth = self.random.index(self.asked.len() + 3);
        self.asked.get(nth).cloned().unwrap_or(any)
    }

    fn person(&mut self) -> ActorId {
        ActorId::new(self.pick(&PEOPLE))
    }

    /// Most often one that was leased.
    fn job(&mut self) -> JobId {
        let any = JobId(self.below(40));
        let leased = self.jobs.len().checked_sub(1 + self.random.index(8));
        leased.map_or(any, |nth| self.jobs[nth])
    }

    fn question(&mut self) -> Question {
        let place = self.place();
        let mut question = question(place.room.as_str(), self.message().0);
        question.place = place;
        question.asker.id = self.person();
        question.text = self.text();
        question
    }

    fn text(&mut self) -> String {
        self.pick(&["yes", " yes\n", "/no", "//no", ""]).to_owned()
    }

    fn limit(&mut self) -> usize {
        self.pick(&[0, 1, 1, 2, 3, 100])
    }
}

const ROOMS: [&str; 3] = ["r1", "r2", "r3"];

const THREADS: [Option<i64>; 4] = [None, None, None, Some(5)];

const PEOPLE: [&str; 3] = ["users/mira", "users/tomas", "users/eve"];
