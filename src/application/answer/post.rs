//! Talk's half: every part of a stored reply into the room, in order, each as rarely more than once as can be.

use std::time::Duration;

use super::{Answer, next_try};
use crate::application::insist::insist;
use crate::application::poster::Unsent;
use crate::domain::job::{Failure, Job, Part, PartState, Reply, Settlement};
use crate::domain::retry::Retry;
use crate::domain::time::Timestamp;
use crate::domain::{reply, retry};
use crate::ports::queue::{Leased, QueueError};
use crate::ports::talk::TalkError;
use crate::ports::with_causes;
use crate::telemetry::traces::{Attribute, Span, Step};

/// Before the one repetition of a post with unknown outcome; trouble on the way is mostly over by then.
const UNCERTAIN_PAUSE: Duration = Duration::from_secs(40);

/// A text this short (in code points) that is still too long for Talk is refused for another reason.
const SHORT: usize = 500;

impl Answer {
    /// Posts what is not posted. A part is marked before the next one is sent; the last one by settling.
    pub(super) async fn post_all(&self, leased: &Leased, reply: &Reply) -> Result<Settlement, QueueError> {
        let mut trouble_since = leased.job.trouble_since;
        let mut quote = Some(leased.job.question.message);
        let waiting: Vec<&Part> =
            reply.parts.iter().filter(|part| part.state == PartState::Waiting).collect();
        for (nth, part) in waiting.iter().enumerate() {
            let began = self.clock.now();
            let posted = self.poster.post(&leased.job.question.place, &part.text, &mut quote).await;
            self.trace_post(&leased.job, part, began, &posted);
            match posted {
                Ok(()) => tracing::debug!(job = %leased.job.id, part = part.index, "part posted"),
                Err(Unsent::Held(at)) => return Ok(Settlement::RetryAt { at, trouble_since }),
                Err(Unsent::Talk(error)) => {
                    let settlement = self.after_refusal(leased, part, &error, trouble_since).await?;
                    return Ok(settlement.unwrap_or_else(|| give_up(&leased.job, reply, &error)));
                }
            }
            self.poster.caution().not_failing(leased.job.id);
            trouble_since = None;
            if nth + 1 < waiting.len() {
                let (index, uncertain) = (part.index, part.uncertain);
                insist(|| self.queue.mark_part(&leased.lease, index, PartState::Posted, uncertain)).await?;
            }
        }
        Ok(reply.failure.map_or(Settlement::Done, Settlement::Dead))
    }

    /// What was held back was not sent.
    fn trace_post(&self, job: &Job, part: &Part, began: Timestamp, posted: &Result<(), Unsent>) {
        let error = match posted {
            Ok(()) => None,
            Err(Unsent::Talk(error)) => Some(error.kind()),
            Err(Unsent::Held(_)) => return,
        };
        self.traces.record(|| Span {
            trace: self.traces.of(&job.question.place.room, job.question.message),
            step: Step::Post,
            nth: part.index,
            began,
            ended: self.clock.now(),
            error,
            attributes: vec![("part", Attribute::Number(part.index.into()))],
        });
    }

    /// How the lease ends when it is tried again; `None` when it is given up.
    async fn after_refusal(
        &self,
        leased: &Leased,
        part: &Part,
        error: &TalkError,
        trouble_since: Option<Timestamp>,
    ) -> Result<Option<Settlement>, QueueError> {
        let (job, now) = (&leased.job, self.clock.now());
        let since = trouble_since.unwrap_or(now).min(now);
        if !matches!(error, TalkError::Failed(_)) {
            self.poster.caution().not_failing(job.id);
        }
        let next = match error {
            TalkError::TooLong => self.split(leased, part, now).await?,
            TalkError::Uncertain(_) if part.uncertain == 0 => {
                insist(|| self.queue.mark_part(&leased.lease, part.index, PartState::Waiting, 1)).await?;
                Some(Settlement::RetryAt { at: now + UNCERTAIN_PAUSE, trouble_since: Some(since) })
            }
            TalkError::LockedOut { .. } | TalkError::Unavailable(_) => {
                next_try(error.retry(), retry::TALK, job, now, since)
            }
            TalkError::Failed(_) => self.after_failed_post(job, now),
            TalkError::Uncertain(_)
            | TalkError::Unauthorized
            | TalkError::RoomGone
            | TalkError::Refused(_) => None,
        };
        if next.is_some() {
            let error = with_causes(error);
            tracing::warn!(job = %job.id, error, "not posted; it is tried again");
        }
        Ok(next)
    }

    /// When to post again what may have been posted: a few times only.
    pub(super) fn after_failed_post(&self, job: &Job, now: Timestamp) -> Option<Settlement> {
        let since = self.poster.caution().failed(job.id, now);
        let next = next_try(Retry::Backoff, retry::TALK_FAILED, job, now, since);
        if next.is_none() {
            self.poster.caution().not_failing(job.id);
        }
        next
    }

    /// Puts two halves in the place of a part, where that can help. Written once only: nothing was done outside, and a
    /// second time it would split what the first one has put there, in case only its answer was lost.
    async fn split(
        &self,
        leased: &Leased,
        part: &Part,
        now: Timestamp,
    ) -> Result<Option<Settlement>, QueueError> {
        let length = part.text.chars().count();
        if length <= SHORT {
            return Ok(None);
        }
        let smaller = reply::split(&part.text, length.div_ceil(2));
        if smaller.len() < 2 {
            return Ok(None);
        }
        self.queue.split_part(&leased.lease, part.index, &smaller).await?;
        Ok(Some(Settlement::RetryAt { at: now, trouble_since: None }))
    }
}

/// A notice of failure that cannot be posted changes nothing about why there is no answer.
fn give_up(job: &Job, reply: &Reply, error: &TalkError) -> Settlement {
    let error_value = with_causes(error);
    tracing::error!(job = %job.id, error = error_value, "not posted; the question is given up");
    Settlement::Dead(reply.failure.unwrap_or_else(|| failure_of(error)))
}

fn failure_of(error: &TalkError) -> Failure {
    match error {
        TalkError::Unauthorized => Failure::TalkUnauthorized,
        TalkError::Uncertain(_) => Failure::TalkUncertain,
        TalkError::TooLong | TalkError::Refused(_) | TalkError::RoomGone => Failure::TalkRefused,
        TalkError::LockedOut { .. } | TalkError::Unavailable(_) | TalkError::Failed(_) => {
            Failure::TalkUnavailable
        }
    }
}
