//! Whether the service can do its work now, and if not, what is wrong. Probes come often, so an outside check is
//! reused for a while.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use crate::domain::job::PauseScope;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::model::ChatModel;
use crate::ports::queue::JobQueue;
use crate::ports::talk::Talk;

use super::worker::Heartbeat;

/// One part of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `store`, `worker`, `model` or `talk`.
    pub name: &'static str,
    /// What is wrong; `None` when nothing is.
    pub problem: Option<String>,
}

/// How long the answer of another server is believed.
const REUSE: Duration = Duration::from_secs(10);

/// The worker looks at the queue at least this often, so silence for longer means that it hangs.
const WORKER_SILENCE: Duration = Duration::from_mins(1);

/// The use case behind `/ready`.
pub struct Readiness {
    queue: Arc<dyn JobQueue>,
    model: Arc<dyn ChatModel>,
    talk: Arc<dyn Talk>,
    clock: Arc<dyn Clock>,
    heartbeat: Arc<Heartbeat>,
    outside: Mutex<Option<(Timestamp, [Check; 2])>>,
}

impl Readiness {
    /// Asks these.
    #[must_use]
    pub fn new(
        queue: Arc<dyn JobQueue>,
        model: Arc<dyn ChatModel>,
        talk: Arc<dyn Talk>,
        clock: Arc<dyn Clock>,
        heartbeat: Arc<Heartbeat>,
    ) -> Self {
        Self { queue, model, talk, clock, heartbeat, outside: Mutex::new(None) }
    }

    /// Every part in a fixed order; ready is who has no problem.
    pub async fn check(&self) -> Vec<Check> {
        let now = self.clock.now();
        let (store, pauses) = match self.queue.depth(now).await {
            Ok(depth) => (None, depth.pauses),
            Err(error) => (Some(error.to_string()), Vec::new()),
        };
        let silence = now.since(self.heartbeat.last());
        let worker =
            (silence > WORKER_SILENCE).then(|| format!("no progress for {} s", silence.as_secs()));
        let [model, mut talk] = self.outside(now).await;
        if let Some(paused) = describe_pauses(&pauses, now) {
            talk.problem = Some(paused);
        }
        vec![Check { name: "store", problem: store }, Check { name: "worker", problem: worker }, model, talk]
    }

    /// Held across the calls on purpose: probes that come together cause one call.
    async fn outside(&self, now: Timestamp) -> [Check; 2] {
        let mut known = self.outside.lock().await;
        if let Some((at, checks)) = &*known
            && now.since(*at) < REUSE
        {
            return checks.clone();
        }
        let (model, talk) = tokio::join!(self.model.probe(), self.talk.probe());
        let checks = [
            Check { name: "model", problem: model.err().map(|error| error.to_string()) },
            Check { name: "talk", problem: talk.err().map(|error| error.to_string()) },
        ];
        *known = Some((now, checks.clone()));
        checks
    }
}

fn describe_pauses(pauses: &[(PauseScope, Timestamp)], now: Timestamp) -> Option<String> {
    let minutes = |until: &Timestamp| until.since(now).as_secs().div_ceil(60);
    if let Some((_, until)) = pauses.iter().find(|(scope, _)| *scope == PauseScope::Server) {
        return Some(format!(
            "Nextcloud locked this address out after failed signatures; nothing is posted for {} more minutes",
            minutes(until)
        ));
    }
    let latest = pauses.iter().map(|(_, until)| until).max()?;
    Some(format!(
        "Nextcloud refused the signature in {} room(s): check the secret, that the bot is enabled there, and its \
         `response` feature; next try within {} minutes",
        pauses.len(),
        minutes(latest)
    ))
}

#[cfg(test)]
mod tests;
