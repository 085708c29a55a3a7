//! The model's half: from the conversation to a stored reply.

use std::time::Duration;

use super::fit::{Answered, Unanswered};
use super::{Answer, next_try};
use crate::domain::context::Draft;
use crate::domain::conversation::{Conversation, Turn};
use crate::domain::job::{Failure, Job, Question, Settlement};
use crate::domain::phrase::Phrase;
use crate::domain::retry::Retry;
use crate::domain::time::Timestamp;
use crate::domain::window::{self, Trim};
use crate::domain::{markup, reasoning, reply, retry};
use crate::ports::model::{Finish, ModelError};
use crate::ports::queue::{Leased, NewReply, NewTurn, QueueError};

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
        let speaker = speaker(question);
        let first = window::start(conversation.turns.len(), self.settings.context_turns);
        let draft = Draft {
            system: &self.settings.system_prompt,
            turns: &conversation.turns[first..],
            speaker: speaker.as_deref(),
            question: &question.text,
        };
        let began = self.clock.now();
        let limit = self.time_limit(job, began);
        match self.complete(&conversation.id, &draft, began, limit).await {
            Ok(answered) => {
                self.outage.ended();
                self.learn_from(job, &answered, began);
                let reply = self.answer_reply(question, &conversation, answered);
                self.store(leased, reply).await
            }
            Err(Unanswered { error, retry }) => {
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
        self.metrics.model_answered(took, completion.usage);
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
        tracing::info!(
            job = %job.id,
            turns = sent.turns.len(),
            prompt_tokens = usage.prompt_tokens,
            cached_tokens = usage.cached_tokens,
            completion_tokens = usage.completion_tokens,
            prompt_ms = usage.prompt_time.map(|time| time.as_millis()),
            took_ms = took.as_millis(),
            "the model answered"
        );
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
        let error = error as &dyn std::error::Error;
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

    fn answer_reply(
        &self,
        question: &Question,
        conversation: &Conversation,
        answered: Answered<'_>,
    ) -> NewReply {
        let Answered { completion, sent, .. } = answered;
        let text = reasoning::strip(&completion.text);
        let cut = (completion.finish == Finish::Length).then(|| self.say(&Phrase::Cut));
        let mut parts = reply::compose(&text, cut.as_deref(), reply::LIMIT);
        let turn = (!parts.is_empty()).then(|| {
            let answer = markup::defuse(&text).into_owned();
            let turn = Turn {
                message: question.message,
                speaker: speaker(question),
                question: sent.question,
                answer,
            };
            self.remembered(conversation, sent.turns, turn)
        });
        if parts.is_empty() {
            let reasoned = completion.reasoned || !completion.text.trim().is_empty();
            parts.push(self.say(&Phrase::EmptyAnswer { reasoned }));
        }
        if sent.shortened {
            parts.push(self.say(&Phrase::Shortened));
        }
        NewReply { failure: None, parts, turn, joined: Vec::new() }
    }

    fn remembered(&self, conversation: &Conversation, shown: &[Turn], turn: Turn) -> NewTurn {
        let keep = self.settings.context_turns;
        if keep > 0 && window::start(shown.len() + 1, keep) > 0 {
            self.metrics.window_trimmed(Trim::Turns);
        }
        let window_start = window::start_after(&conversation.turns, shown, turn.message, keep);
        NewTurn { turn, at: self.clock.now(), epoch: conversation.id.epoch, window_start }
    }
}

/// In a room of several people each is named; in a one-to-one room nobody has to be.
fn speaker(question: &Question) -> Option<String> {
    (!question.one_to_one).then(|| markup::clean_name(&question.asker.name))
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
