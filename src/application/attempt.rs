//! One leased job: worked on while its lease is renewed, then settled, whatever happens; unless it is stopped, which
//! drops the work and leaves nothing to settle.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::answer::Answer;
use super::insist::insist;
use super::running::{Run, Running};
use super::signs::SignsHandle;
use super::slots::Slot;
use crate::domain::job::{Failure, Job, Lease, Settlement};
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::queue::{JobQueue, Leased, QueueError};
use crate::ports::with_causes;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::traces::{Attribute, Span, Step};

/// Before work that the store interrupted is taken up again. Its trouble is not the question's, so nothing is
/// counted and nothing is given up.
const STORE_PAUSE: Duration = Duration::from_secs(5);

/// How long a lease lasts. It is renewed three times as often.
pub(super) const LEASE: Duration = Duration::from_mins(1);

/// When it is renewed first: a job that was stopped after it was leased and before it ran is noticed then, and what
/// is done sooner needs no renewal.
const FIRST_RENEWAL: Duration = Duration::from_secs(1);

/// Runs leased jobs.
pub struct Attempts {
    queue: Arc<dyn JobQueue>,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    running: Arc<Running>,
    signs: SignsHandle,
    answer: Answer,
}

impl Attempts {
    /// Settles in `queue` what `answer` decides, unless `running` says that the job is stopped, and has `signs` look at
    /// it.
    #[must_use]
    pub fn new(
        queue: Arc<dyn JobQueue>,
        clock: Arc<dyn Clock>,
        metrics: Arc<Metrics>,
        running: Arc<Running>,
        signs: SignsHandle,
        answer: Answer,
    ) -> Self {
        Self { queue, clock, metrics, running, signs, answer }
    }

    /// How many jobs may post at the same time now.
    #[must_use]
    pub fn posts_at_once(&self) -> usize {
        self.answer.poster.caution().posts_at_once()
    }

    /// Works on one job to the end of its lease, with its trace in every line. `abort` drops the work where it stands
    /// and hands the job back.
    pub async fn run(&self, leased: Leased, slot: Slot, abort: CancellationToken) {
        let span = self.span(&leased.job);
        self.run_once(leased, slot, abort).instrument(span).await;
    }

    async fn run_once(&self, leased: Leased, slot: Slot, abort: CancellationToken) {
        if abort.is_cancelled() {
            return self.settle(&leased, Settlement::HandBack).await;
        }
        if leased.job.attempts == 1 && leased.job.reply.is_none() {
            let now = self.clock.now();
            self.metrics.waited(now.since(leased.job.asked_at));
            tracing::debug!(job = %leased.job.id, "leased for the first time");
            self.trace(&leased.job, Step::Wait, leased.job.asked_at, None, None);
        }
        let (run, stopped) = self.running.enter(leased.job.id);
        // What is finished counts as finished, so the order of the branches is not left to chance.
        let worked = tokio::select! {
            biased;
            result = self.work(&leased) => result,
            () = self.keep_lease(&leased.lease, &run) => Err(QueueError::LeaseLost(leased.job.id)),
            () = stopped.cancelled() => Err(QueueError::LeaseLost(leased.job.id)),
            () = abort.cancelled() => Ok(Some(Settlement::HandBack)),
        };
        drop(slot);
        if stopped.is_cancelled() && matches!(worked, Err(QueueError::LeaseLost(_))) {
            return self.stopped(&leased);
        }
        let settlement = match worked {
            Ok(Some(settlement)) => settlement,
            Ok(None) => {
                self.metrics.job("answered");
                // What was joined with it has ended.
                return self.signs.look();
            }
            Err(QueueError::LeaseLost(_)) => return self.lost(&leased),
            Err(error) => self.after_store_error(&leased, &error),
        };
        self.settle(&leased, settlement).await;
    }

    /// Hands a job back that is not to be started any more.
    pub async fn hand_back(&self, leased: Leased) {
        let span = self.span(&leased.job);
        self.settle(&leased, Settlement::HandBack).instrument(span).await;
    }

    fn span(&self, job: &Job) -> tracing::Span {
        let trace = self.answer.traces.of(&job.question.place.room, job.question.message);
        tracing::error_span!("question", %trace)
    }

    fn trace(
        &self,
        job: &Job,
        step: Step,
        began: Timestamp,
        outcome: Option<&'static str>,
        error: Option<&'static str>,
    ) {
        let outcome = outcome.map(|outcome| ("outcome", Attribute::Word(outcome)));
        self.answer.traces.record(|| Span {
            trace: self.answer.traces.of(&job.question.place.room, job.question.message),
            step,
            nth: job.attempts,
            began,
            ended: self.clock.now(),
            error,
            attributes: outcome.into_iter().collect(),
        });
    }

    async fn work(&self, leased: &Leased) -> Result<Option<Settlement>, QueueError> {
        if let Ok(result) = AssertUnwindSafe(self.answer.run(leased)).catch_unwind().await {
            return result;
        }
        tracing::error!(job = %leased.job.id, "the work on this question panicked");
        self.answer.after_panic(leased).await
    }

    /// Returns when the lease is lost.
    async fn keep_lease(&self, lease: &Lease, run: &Run) {
        let mut pause = FIRST_RENEWAL;
        loop {
            tokio::select! {
                biased;
                () = run.doubted() => {}
                () = tokio::time::sleep(pause) => {}
            }
            pause = match self.queue.renew(lease, self.clock.now() + LEASE).await {
                Ok(()) => LEASE / 3,
                // The first to be back when the store is, so that nobody else finds the lease run out.
                Err(QueueError::Unavailable(_)) => LEASE / 60,
                Err(QueueError::LeaseLost(_) | QueueError::Corrupt { .. }) => return,
            };
        }
    }

    fn after_store_error(&self, leased: &Leased, error: &QueueError) -> Settlement {
        let job = &leased.job;
        tracing::error!(job = %job.id, error = with_causes(error), "the store failed");
        match error {
            QueueError::Corrupt { .. } => Settlement::Dead(Failure::Internal),
            QueueError::LeaseLost(_) | QueueError::Unavailable(_) => {
                Settlement::RetryAt { at: self.clock.now() + STORE_PAUSE, trouble_since: job.trouble_since }
            }
        }
    }

    async fn settle(&self, leased: &Leased, settlement: Settlement) {
        let outcome = match settlement {
            Settlement::Done => "done",
            Settlement::RetryAt { .. } => "retry",
            Settlement::HandBack => "handed_back",
            Settlement::Dead(failure) => failure.as_str(),
        };
        let began = self.clock.now();
        let settle = || self.queue.settle(&leased.lease, settlement, self.clock.now());
        // Who stops does not wait for the store: a lease that is not handed back ends by itself.
        let settled = if settlement == Settlement::HandBack { settle().await } else { insist(settle).await };
        match settled {
            Ok(()) => {
                self.metrics.job(outcome);
                self.time_answer(&leased.job, settlement);
                self.signs.look();
                let failure = matches!(settlement, Settlement::Dead(_)).then_some(outcome);
                self.trace(&leased.job, Step::Settle, began, Some(outcome), failure);
                self.tell_end(&leased.job, settlement, outcome);
            }
            Err(QueueError::LeaseLost(_)) => self.lost(leased),
            Err(error) => {
                let error = with_causes(&error);
                tracing::error!(job = %leased.job.id, error, "not settled; it is taken up again when its lease ends");
            }
        }
    }

    /// One line tells the whole life of a question; leases before its end matter only to who looks closer,
    /// but for what a stop cut short.
    fn tell_end(&self, job: &Job, settlement: Settlement, outcome: &'static str) {
        if settlement == Settlement::HandBack {
            tracing::info!(job = %job.id, attempts = job.attempts, outcome, "lease ended");
            return;
        }
        if !matches!(settlement, Settlement::Done | Settlement::Dead(_)) {
            tracing::debug!(job = %job.id, attempts = job.attempts, outcome, "lease ended");
            return;
        }
        let cost = self.answer.costs.take(job.id);
        tracing::info!(
            job = %job.id,
            outcome,
            attempts = job.attempts,
            parts = job.reply.as_ref().map(|reply| reply.parts.len()),
            wait_ms = cost.map(|cost| cost.wait.as_millis()),
            call_ms = cost.map(|cost| cost.model.as_millis()),
            first_token_ms = cost.and_then(|cost| cost.first_token).map(|first| first.as_millis()),
            prompt_tokens = cost.map(|cost| cost.prompt_tokens),
            cached_tokens = cost.map(|cost| cost.cached_tokens),
            completion_tokens = cost.map(|cost| cost.completion_tokens),
            took_ms = self.clock.now().since(job.asked_at).as_millis(),
            "question settled"
        );
    }

    /// A notice of a failure is no answer.
    fn time_answer(&self, job: &Job, settlement: Settlement) {
        let is_answer = job.reply.as_ref().is_some_and(|reply| reply.failure.is_none());
        if is_answer && settlement == Settlement::Done {
            self.metrics.answered(self.clock.now().since(job.asked_at));
        }
    }

    fn stopped(&self, leased: &Leased) {
        self.answer.poster.caution().not_failing(leased.job.id);
        self.metrics.job("stopped");
        tracing::info!(job = %leased.job.id, "stopped");
    }

    /// Nothing is wrong with that: also a question that is stopped in the moment in which it is written ends here.
    fn lost(&self, leased: &Leased) {
        self.answer.poster.caution().not_failing(leased.job.id);
        self.metrics.job("lost");
        tracing::info!(job = %leased.job.id, "its lease has ended; nothing more is done about it here");
    }
}

#[cfg(test)]
mod tests;
