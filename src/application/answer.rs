//! One question, from what is stored of it to what the room reads: ask the model unless a reply is stored, then
//! post what is not posted yet.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::costs::Costs;
use super::insist::insist;
use super::measure::Measure;
use super::outage::Outage;
use super::poster::Poster;
use crate::domain::job::{Failure, Job, Settlement};
use crate::domain::phrase::{Language, Phrase};
use crate::domain::retry::{self, Patience, Retry};
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::conversations::ConversationStore;
use crate::ports::model::{ChatModel, Limits};
use crate::ports::queue::{JobQueue, Leased, NewReply, QueueError};
use crate::telemetry::metrics::Metrics;
use crate::telemetry::traces::Traces;

mod ask;
mod fit;
mod post;
mod turn;

/// What the administrator decided about answers.
#[derive(Debug, Clone)]
pub struct AnswerSettings {
    /// The whole system prompt.
    pub system_prompt: String,
    /// Turns of a room that are kept at least; twice as many while they fit.
    pub context_turns: usize,
    /// Tokens kept free for the answer.
    pub answer_tokens: u32,
    /// Longest time of one model call.
    pub timeout: Duration,
    /// Of the bot's own sentences.
    pub language: Language,
}

/// Answers questions. One value serves all rooms; nothing of a room stays in it.
pub struct Answer {
    /// Where jobs live.
    pub queue: Arc<dyn JobQueue>,
    /// What was said before.
    pub conversations: Arc<dyn ConversationStore>,
    /// Who is asked.
    pub model: Arc<dyn ChatModel>,
    /// What posts it.
    pub poster: Arc<Poster>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// The model's limits at present.
    pub limits: watch::Receiver<Limits>,
    /// How long a prompt may be, and how fast it is answered.
    pub measure: Arc<Measure>,
    /// Since when the model fails for everybody.
    pub outage: Arc<Outage>,
    /// What answers cost that are not posted yet.
    pub costs: Costs,
    /// Takes what was done for a question.
    pub traces: Arc<Traces>,
    /// The rest.
    pub settings: AnswerSettings,
}

impl Answer {
    /// Works on one stage of a leased job and says how the lease ends; `None` when it has ended, because a reply
    /// was stored. Posting is leased anew, so that a pause that came up meanwhile holds it back.
    pub async fn run(&self, leased: &Leased) -> Result<Option<Settlement>, QueueError> {
        match &leased.job.reply {
            None => self.ask(leased).await,
            Some(reply) => self.post_all(leased, reply).await.map(Some),
        }
    }

    /// Like `run`, for work that panicked: it is tried again for a while, then given up.
    pub async fn after_panic(&self, leased: &Leased) -> Result<Option<Settlement>, QueueError> {
        let (job, now) = (&leased.job, self.clock.now());
        if job.reply.is_some() {
            let next = self.after_failed_post(job, now);
            return Ok(Some(next.unwrap_or(Settlement::Dead(Failure::Internal))));
        }
        let since = job.trouble_since.unwrap_or(now).min(now);
        match next_try(Retry::Backoff, retry::MODEL, job, now, since) {
            Some(settlement) => Ok(Some(settlement)),
            None => self.tell(leased, Failure::Internal).await,
        }
    }

    /// Gives the question up: what the room will read is a notice.
    async fn tell(&self, leased: &Leased, failure: Failure) -> Result<Option<Settlement>, QueueError> {
        let notice = self.say(&Phrase::Failure(failure, leased.job.id));
        let reply = NewReply { failure: Some(failure), parts: vec![notice], turn: None, joined: Vec::new() };
        self.store(leased, reply).await
    }

    fn say(&self, phrase: &Phrase<'_>) -> String {
        phrase.text(self.settings.language)
    }

    async fn store(&self, leased: &Leased, reply: NewReply) -> Result<Option<Settlement>, QueueError> {
        insist(|| self.queue.save_reply(&leased.lease, &reply)).await?;
        Ok(None)
    }
}

/// When to try again after an error that allows `retry`; `None` to give up. A server that names a time does not
/// get its next try before it, and not sooner than one that names none.
fn next_try(
    retry: Retry,
    patience: Patience,
    job: &Job,
    now: Timestamp,
    trouble_since: Timestamp,
) -> Option<Settlement> {
    let asked_for = match retry {
        Retry::Never => return None,
        Retry::Backoff => Duration::ZERO,
        Retry::After(pause) => pause,
    };
    let pause = patience.next_pause(now, trouble_since, job.id.jitter())?.max(asked_for);
    let patient = now.since(trouble_since).saturating_add(pause) <= patience.give_up_after;
    patient.then_some(Settlement::RetryAt { at: now + pause, trouble_since: Some(trouble_since) })
}

#[cfg(test)]
mod tests;
