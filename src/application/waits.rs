//! The notice of waiting: whose question has no answer after a while is told so, once. It is stored like everything
//! that the bot says, so nothing here waits for Talk, and nothing about the question depends on it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::measure::Measure;
use super::outage::Outage;
use super::shifts::Shifts;
use crate::domain::phrase::{Language, Phrase};
use crate::domain::retry::MODEL;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::model::Limits;
use crate::ports::outbox::NewNotice;
use crate::ports::waits::{WaitError, Waiting, Waits};
use crate::ports::with_causes;
use crate::telemetry::metrics::Metrics;

/// Before the next look when something is due: it was told just now, or has to wait for a pause to end.
const RECHECK: Duration = Duration::from_secs(1);

/// After a store that could not be read.
const STORE_PAUSE: Duration = Duration::from_secs(10);

/// Questions in one look. More come with the next one.
const AT_ONCE: usize = 50;

/// Whose question is given up so soon is not promised an answer any more.
const LAST_MOMENTS: Duration = Duration::from_secs(15);

/// Tells rooms that their questions wait.
pub struct WaitNotices {
    /// Which questions do.
    pub waits: Arc<dyn Waits>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether it is for the model to come.
    pub outage: Arc<Outage>,
    /// How long it may take.
    pub measure: Arc<Measure>,
    /// How many are answered at once.
    pub limits: watch::Receiver<Limits>,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// After how much time; `None` for never.
    pub delay: Option<Duration>,
    /// Of the notice.
    pub language: Language,
}

impl WaitNotices {
    /// Tells in each of the `shifts`.
    pub async fn run(self, shifts: impl Into<Shifts>) {
        let mut shifts = shifts.into();
        while let Some(end) = shifts.next().await {
            self.tell_until(end).await;
        }
    }

    async fn tell_until(&self, stop: CancellationToken) {
        let Some(delay) = self.delay else { return stop.cancelled().await };
        loop {
            let pause = self.tell_due(delay).await.unwrap_or_else(|error| {
                let error = with_causes(&error);
                tracing::warn!(error, "nobody can be told of a wait");
                STORE_PAUSE
            });
            if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                return;
            }
        }
    }

    /// Returns after what time to look again. What comes meanwhile is not due for a whole `delay`, so that nobody has
    /// to ring for it.
    async fn tell_due(&self, delay: Duration) -> Result<Duration, WaitError> {
        let now = self.clock.now();
        let Some(oldest) = self.waits.oldest_waiting().await? else { return Ok(delay) };
        let due = oldest + delay;
        if due > now {
            return Ok(due.since(now).min(delay));
        }
        for waiting in self.waits.waiting(now - delay, now, AT_ONCE).await? {
            self.tell(&waiting, now).await?;
        }
        Ok(RECHECK)
    }

    async fn tell(&self, waiting: &Waiting, now: Timestamp) -> Result<(), WaitError> {
        let (kind, phrase) = match self.outage.since() {
            // As long as the job itself counts its trouble.
            Some(since) if now.since(since.max(waiting.asked_at)) + LAST_MOMENTS > MODEL.give_up_after => {
                return Ok(());
            }
            Some(_) => ("model_not_ready", Phrase::ModelNotReady),
            None => {
                let (ahead, slots) = (waiting.ahead, self.limits.borrow().slots);
                let estimate = self.measure.estimate(ahead, slots);
                ("still_working", Phrase::StillWorking { ahead, estimate })
            }
        };
        let notice = NewNotice {
            place: waiting.place.clone(),
            reply_to: Some(waiting.message),
            text: phrase.text(self.language),
        };
        if self.waits.tell(waiting.job, &notice, now).await? {
            self.metrics.notice(kind);
            tracing::info!(job = %waiting.job, kind, ahead = waiting.ahead, "the room is told of the wait");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
