//! Whether the service can do its work now, and if not, what is wrong. Probes come often, so an outside check is
//! reused for a while.

use std::error::Error;
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

/// A part that does not answer within this time is called broken, so that the probe itself always is answered.
const PATIENCE: Duration = Duration::from_secs(5);

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
        let (depth, [model, mut talk]) = tokio::join!(within(self.queue.depth(now)), self.outside());
        let (store, pauses) = match depth {
            Ok(depth) => (None, depth.pauses),
            Err(problem) => (Some(problem), Vec::new()),
        };
        let worker = describe_silence(self.heartbeat.last(), now);
        if let Some(paused) = describe_pauses(&pauses, now) {
            talk.problem = Some(paused);
        }
        vec![Check { name: "store", problem: store }, Check { name: "worker", problem: worker }, model, talk]
    }

    /// Held across the calls on purpose: probes that come together cause one call.
    async fn outside(&self) -> [Check; 2] {
        let mut known = self.outside.lock().await;
        let now = self.clock.now();
        if let Some((at, checks)) = &*known
            && (*at..*at + REUSE).contains(&now)
        {
            return checks.clone();
        }
        let (model, talk) = tokio::join!(within(self.model.probe()), within(self.talk.probe()));
        let checks =
            [Check { name: "model", problem: model.err() }, Check { name: "talk", problem: talk.err() }];
        *known = Some((now, checks.clone()));
        checks
    }
}

/// The answer, or what is wrong.
async fn within<T, E: Error>(call: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(answer) => answer.map_err(|error| with_causes(&error)),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

/// "cannot be reached" alone does not tell a wrong port from a wrong name.
fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        if text.contains(&cause) { text } else { format!("{text}: {cause}") }
    })
}

fn describe_silence(last: Timestamp, now: Timestamp) -> Option<String> {
    if last == Timestamp::default() {
        return Some("not started yet".to_owned());
    }
    let silence = now.since(last);
    (silence > WORKER_SILENCE).then(|| format!("no progress for {} s", silence.as_secs()))
}

fn describe_pauses(pauses: &[(PauseScope, Timestamp)], now: Timestamp) -> Option<String> {
    let minutes = |until: &Timestamp| until.since(now).as_secs().div_ceil(60);
    if let Some((_, until)) = pauses.iter().find(|(scope, _)| *scope == PauseScope::Server) {
        return Some(format!(
            "Nextcloud refused several signatures, so nothing is posted for {} more minutes: check the secret",
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
