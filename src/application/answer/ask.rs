//! The model's half: from the conversation to a stored reply.

use std::time::Duration;

use super::{Answer, next_try};
use crate::domain::context::{Budget, Fitted, fit};
use crate::domain::conversation::Turn;
use crate::domain::job::{Failure, Job, Question, Settlement};
use crate::domain::prompt::{Prompt, spoken};
use crate::domain::time::Timestamp;
use crate::domain::{markup, notice, reasoning, reply, retry};
use crate::ports::model::{Completion, Finish, ModelError};
use crate::ports::queue::{Leased, NewReply, QueueError};

/// A server counts differently from our estimate: what it refuses is tried with a smaller budget.
const SHRINK: [usize; 3] = [1, 2, 4];

/// A repeated call ends this long after the trouble's beginning: the room is told within 150 s, and the notice has
/// to be posted as well.
const REPETITIONS_END: Duration = Duration::from_secs(145);

/// A completion and what it answers.
struct Answered {
    completion: Completion,
    /// The question as the model saw it.
    asked: String,
    shortened: bool,
}

impl Answer {
    /// Asks and stores the reply, which ends the lease; or says how it ends when there is no reply yet.
    pub(super) async fn ask(&self, leased: &Leased) -> Result<Option<Settlement>, QueueError> {
        let job = &leased.job;
        let turns = match self.conversations.recent(&job.question.room, self.settings.context_turns).await {
            Ok(turns) => turns,
            Err(error) => return Err(QueueError::Unavailable(Box::new(error))),
        };
        let began = self.clock.now();
        let limit = self.time_limit(job, began);
        match self.complete(&job.question, &turns, began, limit).await {
            Ok(answered) => {
                self.outage.ended();
                self.metrics.model_answered(self.clock.now().since(began), answered.completion.usage);
                self.store(leased, answer_reply(&job.question, answered)).await
            }
            Err(error) => {
                self.metrics.model_failed(error.kind());
                match self.after_error(job, &error, began, limit) {
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

    async fn complete(
        &self,
        question: &Question,
        turns: &[Turn],
        began: Timestamp,
        limit: Duration,
    ) -> Result<Answered, ModelError> {
        let speaker = speaker(question);
        let speaker = speaker.as_deref();
        let budget = Budget {
            context_tokens: self.limits.borrow().context_tokens,
            answer_tokens: self.settings.answer_tokens,
        };
        let mut shrinks = SHRINK.into_iter();
        let mut shrink = 1;
        loop {
            shrink = shrinks.next().unwrap_or(shrink);
            let system = &self.settings.system_prompt;
            let Fitted { turns, question: asked, shortened } =
                fit(system, turns, speaker, &question.text, budget.prompt_tokens() / shrink);
            let prompt = Prompt::assemble(system, turns, &spoken(speaker, &asked));
            let left = limit.saturating_sub(self.clock.now().since(began));
            match self.model.complete(&prompt, left).await {
                Ok(completion) => return Ok(Answered { completion, asked, shortened }),
                Err(ModelError::PromptTooLong { .. }) if shrinks.len() > 0 => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// `Ok` when it is tried again, else why it is given up.
    fn after_error(
        &self,
        job: &Job,
        error: &ModelError,
        began: Timestamp,
        limit: Duration,
    ) -> Result<Settlement, Failure> {
        let failure = self.failure_of(error, limit);
        let next = if failure == Failure::ModelRefused {
            None
        } else {
            let outage = self.outage.failed(began);
            let since = job.trouble_since.unwrap_or_else(|| outage.max(job.asked_at)).min(began);
            next_try(error.retry(), retry::MODEL, job, self.clock.now(), since)
        };
        let error = error as &dyn std::error::Error;
        if let Some(settlement) = next {
            tracing::warn!(job = %job.id, error, "the model did not answer; it is asked again");
            return Ok(settlement);
        }
        tracing::error!(job = %job.id, error, "the model did not answer; the question is given up");
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

/// In a room of several people each is named; in a one-to-one room nobody has to be.
fn speaker(question: &Question) -> Option<String> {
    (!question.one_to_one).then(|| markup::clean_name(&question.asker.name))
}

fn answer_reply(question: &Question, answered: Answered) -> NewReply {
    let Answered { completion, asked, shortened } = answered;
    let text = reasoning::strip(&completion.text);
    let mut parts = reply::compose(&text, completion.finish == Finish::Length, reply::LIMIT);
    let turn = (!parts.is_empty()).then(|| Turn {
        message: question.message,
        speaker: speaker(question),
        question: asked,
        answer: markup::defuse(&text).into_owned(),
    });
    if parts.is_empty() {
        let reasoned = completion.reasoned || !completion.text.trim().is_empty();
        parts.push(notice::empty_answer(reasoned).to_owned());
    }
    if shortened {
        parts.push(notice::SHORTENED.to_owned());
    }
    NewReply { failure: None, parts, turn }
}
