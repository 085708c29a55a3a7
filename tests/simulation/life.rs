//! The life of one process: what the world does to it, webhook after webhook, until it dies, stops, or all is done.

use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::memory::{JobState, MemoryStore};
use nextcloud_opencode_bot::app::{Bot, Outside};
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::signs::{Signs, WrongSign};
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::model::port::ModelPort;
use super::plan::Turn;
use super::process::Process;
use super::store::StorePort;
use super::talk::port::TalkPort;
use super::world::{State, World, WorldClock};
use super::{change, doors};

/// How long it may take until nothing is left to do: in a room that refuses the signature each question waits for half
/// an hour. Every jump of the clock back is added.
const QUIET_WITHIN: Duration = Duration::from_hours(30);

/// Between two looks whether anything is left.
const LOOK: Duration = Duration::from_secs(20);

/// After that, reactions that failed may be tried for so long.
const AFTERMATH: Duration = Duration::from_mins(6);

/// What `Bot::stop` may take longer than its grace.
const HAND_BACK: Duration = Duration::from_secs(5);

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LifeEnd {
    NotStarted,
    Died,
    Stopped,
    /// And the run with it.
    Over,
}

/// A process that lives.
pub(crate) struct Life {
    pub(crate) process: Arc<Process>,
    pub(crate) store: Arc<MemoryStore>,
    /// The next turn of the plan.
    pub(crate) turn: usize,
}

impl Life {
    fn world(&self) -> &Arc<World> {
        &self.process.world
    }

    /// To its end.
    pub(crate) async fn live(&mut self) -> LifeEnd {
        self.world().with(|world| {
            world.time.begin();
            world.processes = self.process.number;
            let now = world.now();
            world.model.forget_what_was_told(now);
            world.say(format_args!("process {} starts", self.process.number));
            world.coverage.saw("process: started");
        });
        let plan = self.world().with(|world| Arc::clone(&world.plan));
        let store =
            Arc::new(StorePort { process: Arc::clone(&self.process), inner: Arc::clone(&self.store) });
        let outside = Outside {
            store,
            model: Arc::new(ModelPort(Arc::clone(&self.process))),
            talk: Arc::new(TalkPort(Arc::clone(&self.process))),
            clock: Arc::new(WorldClock(Arc::clone(self.world()))),
        };
        let process = Arc::clone(&self.process);
        let started = tokio::select! {
            biased;
            () = process.died() => return LifeEnd::Died,
            started = Bot::start(outside, &plan.settings) => started,
        };
        let Ok(bot) = started else {
            self.world().with(|world| world.coverage.saw("process: cannot start, the store is away"));
            return LifeEnd::NotStarted;
        };
        self.work(&Arc::new(bot)).await
    }

    async fn work(&mut self, bot: &Arc<Bot>) -> LifeEnd {
        let mut webhooks = JoinSet::new();
        let process = Arc::clone(&self.process);
        loop {
            self.deliver(bot, &mut webhooks);
            match self.take_turns() {
                Some(Turn::Stop { grace }) => return self.stop(bot, webhooks, grace, LifeEnd::Stopped).await,
                Some(Turn::Letters { again }) => doors::dead_letters(self.world(), &self.store, again).await,
                Some(Turn::Probe) => {
                    webhooks.spawn(doors::probe(Arc::clone(&self.process), bot.readiness()));
                }
                _ => {}
            }
            let wait = match self.wait() {
                Some(wait) => wait,
                None if webhooks.is_empty() && self.stays_quiet().await => {
                    return self.stop(bot, webhooks, Duration::from_secs(30), LifeEnd::Over).await;
                }
                None if self.is_late() => {
                    let left = self.left().await;
                    self.world().with(|world| world.fail(format!("not quiet: {left}")));
                    return LifeEnd::Over;
                }
                None => LOOK,
            };
            tokio::select! {
                biased;
                () = process.died() => return LifeEnd::Died,
                () = bot.broken() => {
                    self.world().with(broken);
                    return self.stop(bot, webhooks, Duration::from_secs(30), LifeEnd::Stopped).await;
                }
                Some(end) = webhooks.join_next() => doors::ended(self.world(), &end),
                () = sleep(wait) => {}
            }
            if self.world().with(|world| !world.wrong.is_empty()) {
                return LifeEnd::Over;
            }
        }
    }

    fn deliver(&self, bot: &Arc<Bot>, webhooks: &mut JoinSet<()>) {
        let now = self.world().with(|world| world.now());
        while let Some((_, delivery)) = self.world().with(|world| world.people.delivered(now)) {
            let (process, store) = (Arc::clone(&self.process), Arc::clone(&self.store));
            webhooks.spawn(doors::hand_over(process, store, Arc::clone(&bot.receive), delivery));
        }
    }

    /// What of the plan is due. What it cannot do itself is returned.
    fn take_turns(&mut self) -> Option<Turn> {
        self.world().clone().with(|world| {
            let now = world.now();
            while let Some((at, turn)) = world.plan.turns.get(self.turn).copied().filter(|(at, _)| *at <= now)
            {
                self.turn += 1;
                if matches!(turn, Turn::Stop { .. } | Turn::Letters { .. } | Turn::Probe) {
                    return Some(turn);
                }
                change::take(world, &self.process, at, turn);
            }
            if world.plan.calm_at <= now && !world.calm {
                change::calm(world);
                self.process.disarm();
            }
            None
        })
    }

    /// Until the next thing that is to be done; `None` when nothing is.
    fn wait(&self) -> Option<Duration> {
        self.world().with(|world| {
            let turn = world.plan.turns.get(self.turn).map(|(at, _)| *at);
            let calm = (!world.calm).then_some(world.plan.calm_at);
            let next = turn.into_iter().chain(world.people.next_delivery()).chain(calm).min()?;
            Some(next.saturating_sub(world.now()))
        })
    }

    fn is_late(&self) -> bool {
        self.world().with(|world| {
            let back = world.plan.turns.iter().map(|(_, turn)| match turn {
                Turn::Clock(jump) => Duration::from_millis(jump.min(&0).unsigned_abs()),
                _ => Duration::ZERO,
            });
            world.now() > world.plan.calm_at + QUIET_WITHIN + back.sum()
        })
    }

    /// Whether nothing is left to be done, now and when reactions have been tried again.
    async fn stays_quiet(&self) -> bool {
        if !self.is_quiet().await {
            return false;
        }
        sleep(AFTERMATH).await;
        self.is_quiet().await
    }

    /// Whether nothing is left to be done.
    async fn is_quiet(&self) -> bool {
        let open = |state: JobState| matches!(state, JobState::Ask | JobState::Post);
        if self.store.jobs().iter().any(|job| open(job.state)) || !self.store.notices().is_empty() {
            return false;
        }
        self.wrong_signs().await.is_empty()
    }

    /// Those that are to be corrected, in paused rooms as well. Without reactions, only what is on messages is.
    async fn wrong_signs(&self) -> Vec<WrongSign> {
        let wrong = self.store.wrong(Timestamp::from_millis(i64::MAX), usize::MAX).await;
        let mut wrong = wrong.expect("the store itself has no trouble");
        let reactions = self.world().with(|world| world.plan.settings.reactions);
        wrong.retain(|sign| reactions || sign.shown.is_some());
        wrong
    }

    async fn left(&self) -> String {
        let open = |state: JobState| matches!(state, JobState::Ask | JobState::Post);
        let jobs: Vec<_> = self.store.jobs().into_iter().filter(|job| open(job.state)).collect();
        let wrong = self.wrong_signs().await;
        format!("open {jobs:?}, notices {:?}, signs {wrong:?}", self.store.notices())
    }

    /// A stop as systemd asks for it: webhooks are taken to its end.
    async fn stop(
        &mut self,
        bot: &Arc<Bot>,
        mut webhooks: JoinSet<()>,
        grace: Duration,
        end: LifeEnd,
    ) -> LifeEnd {
        let process = Arc::clone(&self.process);
        let begun = self.world().with(|world| {
            world.say(format_args!("stop within {grace:?}"));
            world.coverage.saw(if grace < Duration::from_secs(1) {
                "process: stopped in haste"
            } else {
                "process: stopped"
            });
            world.now()
        });
        let stopping = bot.stop(grace);
        tokio::pin!(stopping);
        loop {
            self.deliver(bot, &mut webhooks);
            let next = self
                .world()
                .with(|world| world.people.next_delivery().map(|at| at.saturating_sub(world.now())));
            tokio::select! {
                biased;
                () = process.died() => return LifeEnd::Died,
                () = &mut stopping => break,
                Some(end) = webhooks.join_next() => doors::ended(self.world(), &end),
                () = sleep(next.unwrap_or(grace + HAND_BACK * 2)) => {}
            }
        }
        let rest = async {
            while let Some(end) = webhooks.join_next().await {
                doors::ended(self.world(), &end);
            }
        };
        tokio::select! {
            biased;
            () = process.died() => return LifeEnd::Died,
            _ = timeout(HAND_BACK, rest) => {}
        }
        webhooks.shutdown().await;
        let tasks = Handle::current().metrics().num_alive_tasks();
        self.world().with(|world| after_stop(world, begun, grace, tasks));
        end
    }
}

/// A task that panics outside of a question's work is the end of the process: the supervisor starts another one.
fn broken(world: &mut State) {
    if std::mem::take(&mut world.panics) == 0 {
        world.fail("a task of the bot has ended".to_owned());
    }
    world.say(format_args!("a task has panicked"));
    world.coverage.saw("process: ends after a panic");
}

/// A stop is bounded, and leaves no task behind unless it took all of its time.
fn after_stop(world: &mut State, begun: Duration, grace: Duration, tasks: usize) {
    let took = world.now().saturating_sub(begun);
    world.say(format_args!("stopped after {took:?}, {tasks} tasks left"));
    if took > grace + HAND_BACK * 2 {
        world.fail(format!("the stop took {took:?} with a grace of {grace:?}"));
    }
    if tasks > 0 && took < grace + HAND_BACK {
        world.fail(format!("{tasks} tasks are left after a stop"));
    }
}
