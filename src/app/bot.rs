//! The bot between its ports: every use case as running tasks. It knows no adapter, so it is the same between a disk, a
//! Nextcloud and a model as between stand-ins.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::task::TaskTracker;

use self::tasks::Tasks;
use crate::application::readiness::Readiness;
use crate::application::receive::Receive;
use crate::ports::clock::Clock;
use crate::ports::model::ChatModel;
use crate::ports::store::Store;
use crate::ports::talk::Talk;
use crate::settings::Settings;
use crate::telemetry::metrics::Metrics;
#[cfg(feature = "otlp")]
use crate::telemetry::traces::Traces;

mod tasks;

/// After the grace period, time to hand the leases back.
const HAND_BACK: Duration = Duration::from_secs(5);

/// What the bot stands between.
#[derive(Clone)]
pub struct Outside {
    /// Keeps what must not be lost.
    pub store: Arc<dyn Store>,
    /// Answers.
    pub model: Arc<dyn ChatModel>,
    /// Takes what the bot says.
    pub talk: Arc<dyn Talk>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// The running bot. Its tasks go on when it is dropped without [`Bot::stop`].
pub struct Bot {
    tasks: Tasks,
    /// Takes events.
    pub receive: Arc<Receive>,
}

impl Bot {
    /// Starts every task. When it returns, events are taken. Fails when the store cannot be read.
    pub async fn start(outside: Outside, settings: &Settings) -> anyhow::Result<Self> {
        let (tasks, receive) = Tasks::start(outside, settings).await?;
        Ok(Self { tasks, receive })
    }

    /// What it stands between.
    #[must_use]
    pub fn outside(&self) -> &Outside {
        &self.tasks.outside
    }

    /// Its figures.
    #[must_use]
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.tasks.metrics
    }

    /// What was done for each question.
    #[cfg(feature = "otlp")]
    #[must_use]
    pub fn traces(&self) -> &Traces {
        &self.tasks.traces
    }

    /// What tells whether anything is wrong with it.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let Outside { store, model, talk, clock } = self.outside().clone();
        Readiness::new(store, model, talk, clock, Arc::clone(&self.tasks.heartbeat))
    }

    /// Whether the worker has looked at the queue lately.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.tasks.heartbeat.is_fresh(self.outside().clock.now())
    }

    /// Returns when a task ended that should run for ever, by a defect: the bot cannot go on.
    pub async fn broken(&self) {
        self.tasks.stop.cancelled().await;
    }

    /// A task whose end, by return or by panic, is the end of the bot.
    pub(super) fn spawn_on(&self, tracker: &TaskTracker, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_on(tracker, task);
    }

    /// Asks the model nothing new, lets running answers finish within `grace`, hands back what is left. Events are still
    /// taken: a question that is stored now is answered after the next start.
    pub async fn stop(&self, grace: Duration) {
        let Tasks { tracker, stop, abort, .. } = &self.tasks;
        stop.cancel();
        tracker.close();
        if tokio::time::timeout(grace, tracker.wait()).await.is_err() {
            tracing::warn!("the grace period is over; what still runs is handed back");
            abort.cancel();
            if tokio::time::timeout(HAND_BACK, tracker.wait()).await.is_err() {
                tracing::error!("not everything was handed back; it is taken up again at the next start");
            }
        }
    }
}
