//! The model's half: the question is asked, and what comes of it is stored; or it is asked again, or given up.

use std::time::Duration;

use super::fit::{Answered, Unanswered};
use super::{Answer, next_try, turn};
use crate::application::costs::Cost;
use crate::domain::context::Draft;
use crate::domain::job::{Failure, Job, Settlement};
use crate::domain::retry::{self, Retry};
use crate::domain::time::Timestamp;
use crate::domain::window;
use crate::ports::model::ModelError;
use crate::ports::queue::{Leased, QueueError};
use crate::ports::with_causes;
use crate::telemetry::traces::{Attribute, Span, Step};

/// A repeated call ends this long after the trouble's beginning: the room is told within 150 s, and the notice has
/// to be posted as well.
const REPETITIONS_END: Duration = Duration::from_secs(145);

impl Answer {
    /// Asks and stores the reply, which ends the lease; or says how it ends when there is no reply yet.
    pub(super) async fn ask(&self, leased: &Leased) -> Result<Option<Settlement>, QueueError> {
        let (job, question) = (&leased.job, &leased.job.question);
        let conversation = match self.conversations.recent(&question.place).await {
            Ok(conversation) => conversation,
            Err(error) => return Err(QueueError::Unavailable(Box::new(error))),
        };
        let (speaker, text) = (turn::speaker(question), turn::text(job));
        let first = window::start(conversation.turns.len(), self.settings.context_turns);
        let draft = Draft {
            system: &self.settings.system_prompt,
            turns: &conversation.turns[first..],
            speaker: speaker.as_deref(),
            question: &text,
        };
        let began = self.clock.now();
        let limit = self.time_limit(job, began);
        match self.complete(&conversation.id, &draft, began, limit).await {
            Ok(answered) => {
                self.outage.ended();
                self.learn_from(job, &answered, began);
                let reply = self.reply_to(job, &conversation, answered);
                self.store(leased, reply).await
            }
            Err(Unanswered { error, retry }) => {
                self.trace_model(job, began, Some(error.kind()), Vec::new());
                self.metrics.model_failed(error.kind());
                match self.after_error(job, &error, retry, began, limit) {
                    Ok(settlement) => Ok(Some(settlement)),
                    Err(failure) => self.tell(leased, failure).await,
                }
            }
        }
    }

    /// A first call has all the time there is, and so has one that is repeated when the model answers others.
    fn time_limit(&self, job: &Job, began: Timestamp) -> Duration {
        let timeout = self.settings.timeout;
        match job.trouble_since {
            Some(since) if self.outage.lasts() => {
                (since.min(began) + REPETITIONS_END).since(began).min(timeout)
            }
            _ => timeout,
        }
    }

    /// Learns and tells what the answer cost.
    fn learn_from(&self, job: &Job, answered: &Answered<'_>, began: Timestamp) {
        let Answered { completion, sent, trim } = answered;
        let took = self.clock.now().since(began);
        self.metrics.model_answered(took, completion);
        if let Some(trim) = trim {
            self.metrics.window_trimmed(*trim);
        }
        if sent.shortened {
            self.metrics.prompt_shortened();
        }
        let usage = completion.usage.unwrap_or_default();
        if usage.prompt_tokens > 0 {
            self.measure.counted(completion.model.as_deref(), sent.prompt.estimate(), usage.prompt_tokens);
        }
        self.measure.answered(usage.completion_tokens, took);
        let cost = Cost::of(completion, began.since(job.asked_at), took);
        self.costs.put(job.id, cost);
        self.trace_model(job, began, None, attributes(&cost));
        tracing::debug!(
            job = %job.id,
            follow_ups = job.follow_ups.len(),
            turns = sent.turns.len(),
            prompt_tokens = usage.prompt_tokens,
            cached_tokens = usage.cached_tokens,
            completion_tokens = usage.completion_tokens,
            prompt_ms = usage.prompt_time.map(|time| time.as_millis()),
            took_ms = took.as_millis(),
            "the model answered"
        );
        for follow_up in &job.follow_ups {
            let trace = self.traces.of(&job.question.place.room, follow_up.message);
            tracing::debug!(job = %job.id, follow_up = %trace, "answered with the question");
        }
    }

    fn trace_model(
        &self,
        job: &Job,
        began: Timestamp,
        error: Option<&'static str>,
        attributes: Vec<(&'static str, Attribute)>,
    ) {
        self.traces.record(|| Span {
            trace: self.traces.of(&job.question.place.room, job.question.message),
            step: Step::Model,
            nth: job.attempts,
            began,
            ended: self.clock.now(),
            error,
            attributes,
        });
    }

    /// `Ok` when it is tried again, else why it is given up.
    fn after_error(
        &self,
        job: &Job,
        error: &ModelError,
        retry: Retry,
        began: Timestamp,
        limit: Duration,
    ) -> Result<Settlement, Failure> {
        let failure = self.failure_of(error, limit);
        let since = if failure == Failure::ModelRefused {
            // What is wrong with one request is no outage for others.
            job.trouble_since.unwrap_or(began)
        } else {
            let outage = self.outage.failed(began);
            job.trouble_since.unwrap_or_else(|| outage.max(job.asked_at))
        };
        let next = next_try(retry, retry::MODEL, job, self.clock.now(), since.min(began));
        let what_to_do = what_to_do(error);
        let error = with_causes(error);
        if let Some(settlement) = next {
            tracing::warn!(job = %job.id, error, "the model did not answer; it is asked again");
            return Ok(settlement);
        }
        tracing::error!(job = %job.id, error, what_to_do, "the model did not answer; the question is given up");
        Err(failure)
    }

    fn failure_of(&self, error: &ModelError, limit: Duration) -> Failure {
        match error {
            ModelError::PromptTooLong { .. } | ModelError::Unauthorized | ModelError::Refused(_) => {
                Failure::ModelRefused
            }
            ModelError::TimedOut(_) if limit == self.settings.timeout => Failure::ModelTimedOut,
            ModelError::TimedOut(_)
            | ModelError::Busy { .. }
            | ModelError::Loading
            | ModelError::Unreachable(_)
            | ModelError::Interrupted(_)
            | ModelError::Failed(_) => Failure::ModelUnavailable,
        }
    }
}

fn attributes(cost: &Cost) -> Vec<(&'static str, Attribute)> {
    let first_token = cost.first_token.map(|first| ("first_token_ms", milliseconds(first)));
    let tokens = [
        ("gen_ai.usage.input_tokens", Attribute::Number(cost.prompt_tokens)),
        ("cached_tokens", Attribute::Number(cost.cached_tokens)),
        ("gen_ai.usage.output_tokens", Attribute::Number(cost.completion_tokens)),
    ];
    tokens.into_iter().chain(first_token).collect()
}

fn milliseconds(time: Duration) -> Attribute {
    Attribute::Number(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// For the operator, when a question is given up.
fn what_to_do(error: &ModelError) -> &'static str {
    match error {
        ModelError::Unauthorized => {
            "set MODEL_API_KEY or MODEL_API_KEY_FILE to a key that the model server takes"
        }
        ModelError::Refused(_) => {
            "look at what the server says: mostly it is MODEL_NAME, MODEL_BASE_URL, or a chat template that does not \
             take a system message and alternating turns (llama-server: --jinja, --chat-template-file)"
        }
        ModelError::PromptTooLong { .. } => {
            "shorten SYSTEM_PROMPT or give the model server more context: the instructions and one short question \
             do not fit"
        }
        ModelError::TimedOut(_) => "raise TIMEOUT, lower MODEL_MAX_TOKENS, or use a faster model",
        ModelError::Busy { .. }
        | ModelError::Loading
        | ModelError::Unreachable(_)
        | ModelError::Interrupted(_)
        | ModelError::Failed(_) => "look at the model server and its log; /ready tells when it is well again",
    }
}
