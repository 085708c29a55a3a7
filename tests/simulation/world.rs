//! Everything outside of the bot's process, with a time of its own: it goes on when the process dies. One lock around
//! all of it, held only between two awaits.

use std::fmt::Arguments;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::clock::Clock;
use tokio::time::Instant;

use super::coverage::Coverage;
use super::fault::Fault;
use super::ledger::Ledger;
use super::model::ModelServer;
use super::people::People;
use super::plan::Plan;
use super::random::Random;
use super::talk::TalkServer;
use super::trace::Trace;

/// The wall clock at the beginning.
const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Shared by all who act in it.
pub(crate) struct World(Mutex<State>);

/// What it is like now.
pub(crate) struct State {
    pub(crate) plan: Arc<Plan>,
    pub(crate) time: Time,
    pub(crate) chance: Random,
    /// Trouble is over.
    pub(crate) calm: bool,
    pub(crate) store_away_until: Duration,
    pub(crate) talk: TalkServer,
    pub(crate) model: ModelServer,
    pub(crate) people: People,
    pub(crate) ledger: Ledger,
    pub(crate) trace: Trace,
    pub(crate) coverage: Coverage,
    /// Panics of adapters that may end the process.
    pub(crate) panics: u32,
    /// How many processes there were.
    pub(crate) processes: u32,
    /// What must not be.
    pub(crate) wrong: Vec<String>,
}

/// The time since the beginning, over all processes.
#[derive(Debug, Default)]
pub(crate) struct Time {
    before: Duration,
    running: Option<Instant>,
    /// Of the wall clock, in milliseconds.
    skew: i64,
}

impl Time {
    pub(crate) fn now(&self) -> Duration {
        self.before + self.running.map_or(Duration::ZERO, |start| start.elapsed())
    }

    /// A runtime begins, inside of which this is called.
    #[expect(clippy::disallowed_methods, reason = "the time of a run is tokio's paused one")]
    pub(crate) fn begin(&mut self) {
        self.running = Some(Instant::now());
    }

    /// It ends; the same.
    pub(crate) fn end(&mut self) {
        self.before = self.now();
        self.running = None;
    }

    /// While no process runs.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.before += time;
    }

    pub(crate) fn jump(&mut self, millis: i64) {
        self.skew += millis;
    }

    pub(crate) fn wall(&self) -> Timestamp {
        let since = i64::try_from(self.now().as_millis()).expect("not that long");
        Timestamp::from_millis(START.as_millis() + since + self.skew)
    }
}

impl World {
    pub(crate) fn new(plan: Arc<Plan>) -> Self {
        Self(Mutex::new(State {
            time: Time::default(),
            chance: Random::new(plan.seed, 2),
            calm: false,
            store_away_until: Duration::ZERO,
            talk: TalkServer::new(&plan),
            model: ModelServer::new(&plan),
            people: People::new(&plan),
            ledger: Ledger::default(),
            trace: Trace::default(),
            coverage: Coverage::default(),
            panics: 0,
            processes: 0,
            wrong: Vec::new(),
            plan,
        }))
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    pub(crate) fn now(&self) -> Duration {
        self.time.now()
    }

    /// Whether that trouble happens now.
    pub(crate) fn strikes(&mut self, fault: Fault) -> bool {
        let rate = self.plan.rates.of(fault);
        let strikes = !self.calm && rate > 0 && self.chance.chance(rate);
        if strikes {
            self.coverage.saw(fault.name());
        }
        strikes
    }

    /// The first of these that happens now.
    pub(crate) fn first_of(&mut self, faults: &[Fault]) -> Option<Fault> {
        faults.iter().copied().find(|fault| self.strikes(*fault))
    }

    pub(crate) fn say(&mut self, what: Arguments<'_>) {
        let now = self.now();
        self.trace.say(now, what);
    }

    /// Something must not be.
    pub(crate) fn fail(&mut self, what: String) {
        self.say(format_args!("WRONG {what}"));
        self.wrong.push(what);
    }
}

/// The wall clock of the machine.
pub(crate) struct WorldClock(pub(crate) Arc<World>);

impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        self.0.with(|world| world.time.wall())
    }
}
