//! Takes jobs out of the queue and runs them: heads only, never more model calls at once than the model has
//! slots, posts beside them. It knows nothing of chat; what a job means is `answer`'s.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::attempt::{Attempts, LEASE};
use super::slots::Slots;
use crate::domain::job::Stage;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::model::Limits;
use crate::ports::queue::{JobQueue, QueueError};
use crate::ports::with_causes;

/// When the worker last looked at the queue, for `/ready`.
#[derive(Debug, Default)]
pub struct Heartbeat(AtomicI64);

impl Heartbeat {
    /// The last look; the epoch before the first.
    #[must_use]
    pub fn last(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }

    /// Whether that was lately. A look that lies in the future says nothing: the wall clock was set back since, and a
    /// worker that lives looks again soon.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let last = self.last();
        now.since(last) <= PULSE && last.since(now) <= PULSE
    }

    pub(super) fn beat(&self, now: Timestamp) {
        self.0.store(now.as_millis(), Ordering::Relaxed);
    }
}

/// The queue is looked at this often at least: a dead-letter command of another process rings no bell here.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// So a worker that was silent for longer than this hangs.
const PULSE: Duration = Duration::from_secs(30);

/// And not more often than this for the sake of time alone.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);

/// After a queue that cannot be read, growing with each further one.
const ERROR_WAITS: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5)];

/// The loop and all it runs.
pub struct Worker {
    queue: Arc<dyn JobQueue>,
    clock: Arc<dyn Clock>,
    attempts: Arc<Attempts>,
    heartbeat: Arc<Heartbeat>,
    limits: watch::Receiver<Limits>,
    asks: Arc<Slots>,
    posts: Arc<Slots>,
    running: JoinSet<()>,
}

/// Where there may be something new to lease. With a slow model every slot is taken most of the time, and then a new
/// question is nothing to look at: its sender shares the store with whoever looks.
#[derive(Clone, Copy)]
enum Look {
    Everywhere,
    At(Stage),
}

impl Look {
    fn includes(self, stage: Stage) -> bool {
        match self {
            Self::Everywhere => true,
            Self::At(only) => only == stage,
        }
    }
}

/// How a worker ends.
struct Signals {
    stop: CancellationToken,
    abort: CancellationToken,
}

impl Signals {
    /// What ends the starting of that stage.
    fn end_of(&self, stage: Stage) -> &CancellationToken {
        match stage {
            Stage::Ask => &self.stop,
            Stage::Post => &self.abort,
        }
    }
}

impl Worker {
    /// A worker that has not started.
    #[must_use]
    pub fn new(
        queue: Arc<dyn JobQueue>,
        clock: Arc<dyn Clock>,
        attempts: Arc<Attempts>,
        heartbeat: Arc<Heartbeat>,
        limits: watch::Receiver<Limits>,
    ) -> Self {
        let (asks, posts) = (Arc::default(), Arc::default());
        Self { queue, clock, attempts, heartbeat, limits, asks, posts, running: JoinSet::new() }
    }

    /// Works until `stop`, then asks nothing more, lets what runs finish and posts the answers. `abort` ends that
    /// early: what still runs is handed back.
    pub async fn run(mut self, stop: CancellationToken, abort: CancellationToken) {
        let signals = Signals { stop, abort };
        let mut errors = 0;
        let mut look = Look::Everywhere;
        while !signals.stop.is_cancelled() {
            let now = self.clock.now();
            self.heartbeat.beat(now);
            if let Err(error) = self.start_ready(look, now, &signals).await {
                tracing::error!(error = with_causes(&error), "the queue cannot be read");
                let wait = ERROR_WAITS[errors.min(ERROR_WAITS.len() - 1)];
                errors += 1;
                look = Look::Everywhere;
                signals.stop.run_until_cancelled(tokio::time::sleep(wait)).await;
                continue;
            }
            errors = 0;
            let wait = self.time_to_next(now).await;
            // A bell that nobody waits for rings as soon as somebody does.
            let (asks, posts) = (self.free(Stage::Ask) > 0, self.free(Stage::Post) > 0);
            look = tokio::select! {
                biased;
                () = signals.stop.cancelled() => Look::Everywhere,
                Ok(()) = self.limits.changed() => Look::Everywhere,
                Some(_) = self.running.join_next() => Look::Everywhere,
                () = self.queue.changed(Stage::Post), if posts => Look::At(Stage::Post),
                () = self.queue.changed(Stage::Ask), if asks => Look::At(Stage::Ask),
                () = tokio::time::sleep(wait) => Look::Everywhere,
            };
        }
        self.drain(&signals).await;
    }

    /// An answer that becomes whole during the stop is posted as well: a person waits for it.
    async fn drain(&mut self, signals: &Signals) {
        loop {
            if let Err(error) = self.start(Stage::Post, self.clock.now(), signals).await {
                tracing::error!(error = with_causes(&error), "the queue cannot be read");
            }
            if self.running.join_next().await.is_none() {
                return;
            }
        }
    }

    /// Leases and starts all that may run now.
    async fn start_ready(&mut self, look: Look, now: Timestamp, signals: &Signals) -> Result<(), QueueError> {
        while self.running.try_join_next().is_some() {}
        for stage in [Stage::Ask, Stage::Post] {
            if look.includes(stage) {
                self.start(stage, now, signals).await?;
            }
        }
        Ok(())
    }

    async fn start(&mut self, stage: Stage, now: Timestamp, signals: &Signals) -> Result<(), QueueError> {
        let (limit, end) = (self.free(stage), signals.end_of(stage));
        if limit == 0 || end.is_cancelled() {
            return Ok(());
        }
        for leased in self.queue.lease(stage, limit, now, now + LEASE).await? {
            let attempts = Arc::clone(&self.attempts);
            if end.is_cancelled() {
                self.running.spawn(async move { attempts.hand_back(leased).await });
                continue;
            }
            let (slot, abort) = (self.slots(stage).take(), signals.abort.clone());
            self.running.spawn(async move { attempts.run(leased, slot, abort).await });
        }
        Ok(())
    }

    fn slots(&self, stage: Stage) -> &Arc<Slots> {
        match stage {
            Stage::Ask => &self.asks,
            Stage::Post => &self.posts,
        }
    }

    /// How many more may be started.
    fn free(&self, stage: Stage) -> usize {
        self.slots(stage).free(match stage {
            Stage::Ask => self.limits.borrow().slots.max(1) as usize,
            Stage::Post => self.attempts.posts_at_once(),
        })
    }

    /// Due times are looked up rather than remembered: they are stored, and may be from before this start. What
    /// has become due since `now`, the moment of the last look, counts as well.
    async fn time_to_next(&self, now: Timestamp) -> Duration {
        match self.queue.next_due(now).await {
            Ok(Some(due)) => due.since(self.clock.now()).clamp(SHORTEST_WAIT, LONGEST_WAIT),
            Ok(None) | Err(_) => LONGEST_WAIT,
        }
    }
}

#[cfg(test)]
mod tests;
