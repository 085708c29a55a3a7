//! One of the servers behind a model, with all that decides whether it is asked: its health and its slots.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use super::breaker::Breaker;
use super::echo;
use super::endpoint::Endpoint;
use super::failover::is_away;
use super::gate::{Entry, Gate};
use super::limits::{self, Told};
use super::route::Standing;
use super::settings::ModelSettings;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::model::{Completion, EndpointState, Limits, ModelError, ModelRequest};
use crate::ports::with_causes;

/// Longest wait for its limits: those of other servers wait as well.
const LOOK: Duration = Duration::from_secs(4);

/// A server, as it was when it was asked last.
pub(super) struct Server {
    pub(super) endpoint: Endpoint,
    /// Its place in the settings, from 1 on, for the log.
    place: usize,
    gate: Gate,
    clock: Arc<dyn Clock>,
    breaker: Mutex<Breaker>,
    told: Mutex<Option<Told>>,
    /// Whether it told something when it was looked at last.
    answers: AtomicBool,
    problem: Mutex<Option<String>>,
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    pub(super) fn new(endpoint: Endpoint, place: usize, clock: Arc<dyn Clock>) -> Self {
        let (breaker, told, problem) = (Mutex::default(), Mutex::default(), Mutex::default());
        let (gate, answers) = (Gate::default(), AtomicBool::new(false));
        Self { endpoint, place, gate, clock, breaker, told, answers, problem }
    }

    pub(super) fn standing(&self, now: Timestamp) -> Standing {
        let breaker = *lock(&self.breaker);
        let admitted = breaker.admits(now);
        let due = admitted && breaker.is_open() && self.answers();
        Standing { admitted, due, running: self.gate.running(), slots: self.slots() }
    }

    /// Whether it is not left alone, nor has to prove itself first.
    pub(super) fn is_trusted(&self) -> bool {
        !lock(&self.breaker).is_open()
    }

    /// Whether it told something when it was looked at last.
    pub(super) fn answers(&self) -> bool {
        self.answers.load(Ordering::Relaxed)
    }

    /// Waits for one of its slots.
    pub(super) async fn enter(&self) -> Entry<'_> {
        self.gate.enter(|| self.slots()).await
    }

    pub(super) fn state(&self, used: bool) -> EndpointState {
        EndpointState {
            used,
            available: !matches!(*lock(&self.breaker), Breaker::Open { .. }),
            in_flight: self.gate.running(),
            problem: lock(&self.problem).clone(),
        }
    }

    /// Requests that it may work on at once.
    pub(super) fn slots(&self) -> u32 {
        let ModelSettings { slots, .. } = &*self.endpoint.settings;
        slots.or_else(|| self.told()?.slots).unwrap_or(Limits::ASSUMED.slots)
    }

    /// Of the settings, or else what it told last.
    pub(super) fn limits(&self) -> Limits {
        let context_tokens = self.endpoint.settings.context_tokens;
        let context_tokens = context_tokens.or_else(|| self.told()?.context_tokens);
        Limits {
            context_tokens: context_tokens.unwrap_or(Limits::ASSUMED.context_tokens),
            slots: self.slots(),
        }
    }

    /// What it told when it told something last.
    pub(super) fn told(&self) -> Option<Told> {
        lock(&self.told).clone()
    }

    /// Asks it for its limits, and whether another model is loaded now than when it was asked before.
    pub(super) async fn look(&self) -> Option<Told> {
        let look = timeout(LOOK, limits::ask(&self.endpoint, &self.endpoint.settings.model));
        let told = look.await.ok().flatten();
        self.answers.store(told.is_some(), Ordering::Relaxed);
        let Some(told) = told else {
            self.endpoint.learnt.failed(&ModelError::Unreachable("no answer".into()));
            return None;
        };
        let known = lock(&self.told).replace(told.clone());
        if known.is_some_and(|known| known.model != told.model) {
            tracing::info!(server = self.place, "the model server has another model");
        }
        self.gate.widen();
        Some(told)
    }

    /// Asks it a question, within its slots. Dropping this while the server works counts neither for nor against it.
    pub(super) async fn ask(&self, request: &ModelRequest) -> Result<Completion, ModelError> {
        let trial = Trial::begin(self);
        let result = self.endpoint.complete(request).await;
        let result = result.map_err(|error| echo::without_quotes(error, &request.prompt));
        trial.ended(&result);
        result
    }

    /// The time of a question ended while this server worked on it.
    pub(super) fn timed_out(&self, error: &ModelError) {
        self.settle(Some(error));
    }

    pub(super) async fn probe(&self) -> Result<(), ModelError> {
        let result = self.endpoint.probe().await;
        *lock(&self.problem) = result.as_ref().err().map(|error| with_causes(error));
        result
    }

    fn settle(&self, error: Option<&ModelError>) {
        let mut breaker = lock(&self.breaker);
        let before = *breaker;
        match error {
            Some(error) if is_away(error) || is_broken(error) => {
                self.endpoint.learnt.failed(error);
                breaker.failed(self.clock.now());
            }
            _ => breaker.succeeded(),
        }
        match (before.is_open(), breaker.is_open()) {
            (false, true) => {
                tracing::warn!(
                    server = self.place,
                    "a model server failed repeatedly; if there are others, they are asked first"
                );
            }
            (true, false) => tracing::info!(server = self.place, "a model server answers again"),
            _ => {}
        }
        let problem = error.filter(|error| !matches!(error, ModelError::PromptTooLong { .. }));
        *lock(&self.problem) = problem.map(|error| with_causes(error));
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// The server failed, though the question is not taken to another one.
fn is_broken(error: &ModelError) -> bool {
    matches!(error, ModelError::Interrupted(_) | ModelError::TimedOut(_))
}

/// A question on its way. Dropped before its end, it tells nothing about the server.
struct Trial<'a>(Option<&'a Server>);

impl<'a> Trial<'a> {
    fn begin(server: &'a Server) -> Self {
        lock(&server.breaker).begin(server.clock.now());
        Self(Some(server))
    }

    fn ended(mut self, result: &Result<Completion, ModelError>) {
        if let Some(server) = self.0.take() {
            server.settle(result.as_ref().err());
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if let Some(server) = self.0 {
            lock(&server.breaker).abandoned(server.clock.now());
        }
    }
}
