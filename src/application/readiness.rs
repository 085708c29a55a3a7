//! Whether the service can do its work now, and if not, what is wrong. Probes come often, so an outside check is
//! reused for a while.

use std::error::Error;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex;

use crate::domain::job::PauseScope;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::model::{ChatModel, EndpointState};
use crate::ports::queue::JobQueue;
use crate::ports::talk::Talk;
use crate::ports::with_causes;

use super::receive::{ReceiveError, Received};
use super::worker::Heartbeat;

/// One part of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `store`, `worker`, `model` or `talk`.
    pub name: &'static str,
    /// What is wrong; `None` when nothing is.
    pub problem: Option<String>,
    /// The servers behind the model, where there are several. One that is away is no problem of the whole.
    pub endpoints: Vec<EndpointState>,
}

impl Check {
    fn new(name: &'static str, problem: Option<String>) -> Self {
        Self { name, problem, endpoints: Vec::new() }
    }
}

/// How long the answer of another server is believed.
const REUSE: Duration = Duration::from_secs(10);

/// A part that does not answer within this time is called broken, so that the probe itself always is answered.
const PATIENCE: Duration = Duration::from_secs(5);

/// The worker looks at the queue at least this often, so silence for longer means that it hangs.
const WORKER_SILENCE: Duration = Duration::from_mins(1);

/// A message that could not be stored is told for so long, unless one that came later was.
const UNSTORED: Duration = Duration::from_mins(5);

/// Where Nextcloud refuses a signature.
const WHAT_TO_CHECK: &str =
    "check that the secret is the bot's, that the bot is enabled in the room, and its `response` feature";

/// The use case behind `/ready`.
pub struct Readiness {
    queue: Arc<dyn JobQueue>,
    model: Arc<dyn ChatModel>,
    talk: Arc<dyn Talk>,
    clock: Arc<dyn Clock>,
    heartbeat: Arc<Heartbeat>,
    outside: Mutex<Option<(Timestamp, [Check; 2])>>,
    /// When something could not be stored that came in last, and why.
    unstored: std::sync::Mutex<Option<(Timestamp, String)>>,
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
        Self {
            queue,
            model,
            talk,
            clock,
            heartbeat,
            outside: Mutex::default(),
            unstored: std::sync::Mutex::default(),
        }
    }

    /// Every part in a fixed order; ready is who has no problem.
    pub async fn check(&self) -> Vec<Check> {
        let now = self.clock.now();
        let (depth, [model, mut talk]) = tokio::join!(within(self.queue.depth(now)), self.outside());
        let (store, pauses) = match depth {
            Ok(depth) => (self.describe_unstored(now), depth.pauses),
            Err(problem) => (Some(problem), Vec::new()),
        };
        let worker = describe_silence(self.heartbeat.last(), now);
        if let Some(paused) = describe_pauses(&pauses, now) {
            talk.problem = Some(paused);
        }
        vec![Check::new("store", store), Check::new("worker", worker), model, talk]
    }

    /// Takes note of what became of an event: a store can often still be read when nothing can be written to it.
    pub fn saw(&self, outcome: &Result<Received, ReceiveError>) {
        let mut unstored = self.unstored.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(Received::Queued) => *unstored = None,
            Ok(_) => {}
            Err(error) => *unstored = Some((self.clock.now(), with_causes(error))),
        }
    }

    fn describe_unstored(&self, now: Timestamp) -> Option<String> {
        let unstored = self.unstored.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, why) = unstored.as_ref().filter(|(at, _)| now.since(*at) < UNSTORED)?;
        Some(format!("a message could not be stored {} s ago and is lost: {why}", now.since(*at).as_secs()))
    }

    /// The servers behind the model. Asks nobody.
    #[must_use]
    pub fn endpoints(&self) -> Vec<EndpointState> {
        self.model.endpoints()
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
        let mut checks = [Check::new("model", model.err()), Check::new("talk", talk.err())];
        let endpoints = self.model.endpoints();
        if endpoints.len() > 1 {
            checks[0].endpoints = endpoints;
        }
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

fn describe_silence(last: Timestamp, now: Timestamp) -> Option<String> {
    if last == Timestamp::default() {
        return Some("not started yet".to_owned());
    }
    let silence = now.since(last);
    (silence > WORKER_SILENCE).then(|| format!("no progress for {} s", silence.as_secs()))
}

fn describe_pauses(pauses: &[(PauseScope, Timestamp)], now: Timestamp) -> Option<String> {
    let until = |until: Timestamp| {
        let minutes = until.since(now).as_secs().div_ceil(60);
        format!("until {} UTC ({minutes} more minutes)", clock_time(until))
    };
    if let Some((_, end)) = pauses.iter().find(|(scope, _)| *scope == PauseScope::Server) {
        return Some(format!(
            "Nextcloud refused too many signatures, so nothing is posted anywhere {}: {WHAT_TO_CHECK}",
            until(*end)
        ));
    }
    let latest = pauses.iter().map(|(_, until)| *until).max()?;
    Some(format!(
        "Nextcloud refused the signature in {} room(s), so nothing is posted there {}: {WHAT_TO_CHECK}",
        pauses.len(),
        until(latest)
    ))
}

/// Hours and minutes of the day, rounded up, so that it is never over sooner than told.
fn clock_time(time: Timestamp) -> String {
    let minutes = time.since(Timestamp::default()).as_millis().div_ceil(60_000);
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests;
