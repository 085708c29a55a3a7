//! Talk's half: every part of a stored reply into the room, in order, each as rarely more than once as can be.

use std::time::Duration;

use super::{Answer, next_try};
use crate::application::caution::PAUSE;
use crate::application::insist::insist;
use crate::domain::job::{Failure, Job, Part, PartState, PauseScope, Reply, Settlement};
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::domain::retry::Retry;
use crate::domain::time::Timestamp;
use crate::domain::{reply, retry};
use crate::ports::queue::{Leased, QueueError};
use crate::ports::talk::TalkError;

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
            if let Some(at) = self.caution.held_until(self.clock.now()) {
                return Ok(Settlement::RetryAt { at, trouble_since });
            }
            if let Err(error) = self.post(&leased.job, &part.text, &mut quote).await {
                let settlement = self.after_refusal(leased, part, &error, trouble_since).await?;
                return Ok(settlement.unwrap_or_else(|| give_up(&leased.job, reply, &error)));
            }
            self.caution.not_failing(leased.job.id);
            trouble_since = None;
            if nth + 1 < waiting.len() {
                let (index, uncertain) = (part.index, part.uncertain);
                insist(|| self.queue.mark_part(&leased.lease, index, PartState::Posted, uncertain)).await?;
            }
        }
        Ok(reply.failure.map_or(Settlement::Done, Settlement::Dead))
    }

    /// With the question quoted; without from the first time that is refused: the question may be gone.
    pub(super) async fn post(
        &self,
        job: &Job,
        text: &str,
        quote: &mut Option<MessageId>,
    ) -> Result<(), TalkError> {
        let place = &job.question.place;
        match self.send(place, text, *quote).await {
            Err(TalkError::Refused(why)) if quote.take().is_some() => {
                tracing::info!(job = %job.id, why, "Talk refused the quote; posting without it");
                self.send(place, text, None).await
            }
            result => result,
        }
    }

    async fn send(&self, place: &Place, text: &str, quote: Option<MessageId>) -> Result<(), TalkError> {
        let result = self.talk.post(place, text, quote).await;
        match &result {
            Ok(()) => {
                self.caution.posted();
                self.metrics.talk_post("posted");
            }
            Err(error) => self.metrics.talk_post(error.kind()),
        }
        result
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
            self.caution.not_failing(job.id);
        }
        self.heed(job, error, now).await;
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
            let error = error as &dyn std::error::Error;
            tracing::warn!(job = %job.id, error, "not posted; it is tried again");
        }
        Ok(next)
    }

    /// Leaves alone what refuses our posts, whatever was posted.
    pub(super) async fn heed(&self, job: &Job, error: &TalkError, now: Timestamp) {
        match error {
            TalkError::Unauthorized => self.leave_alone(&job.question.place.room, now).await,
            TalkError::LockedOut { pause } => {
                let until = now + *pause;
                self.caution.locked_out(until);
                self.pause(&PauseScope::Server, until).await;
            }
            TalkError::Unavailable(_)
            | TalkError::Failed(_)
            | TalkError::Uncertain(_)
            | TalkError::RoomGone
            | TalkError::TooLong
            | TalkError::Refused(_) => {}
        }
    }

    /// When to post again what may have been posted: a few times only.
    pub(super) fn after_failed_post(&self, job: &Job, now: Timestamp) -> Option<Settlement> {
        let since = self.caution.failed(job.id, now);
        let next = next_try(Retry::Backoff, retry::TALK_FAILED, job, now, since);
        if next.is_none() {
            self.caution.not_failing(job.id);
        }
        next
    }

    /// Puts two halves in the place of a part, where that can help.
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
        insist(|| self.queue.split_part(&leased.lease, part.index, &smaller)).await?;
        Ok(Some(Settlement::RetryAt { at: now, trouble_since: None }))
    }

    /// After a 401 nothing goes to that room for a while, and after too many of them, nothing at all.
    async fn leave_alone(&self, room: &RoomToken, now: Timestamp) {
        self.pause(&PauseScope::Room(room.clone()), now + PAUSE).await;
        if let Some(until) = self.caution.unauthorized(room, now) {
            tracing::error!(
                minutes = PAUSE.as_secs() / 60,
                "Nextcloud refused the signature in several rooms in a row: nothing is posted for a while, since \
                 more of it would lock this address out; check that the secret is the one of the bot"
            );
            self.pause(&PauseScope::Server, until).await;
        }
    }

    /// A store that does not take the pause must not change what becomes of the job.
    async fn pause(&self, scope: &PauseScope, until: Timestamp) {
        if let Err(error) = insist(|| self.queue.pause(scope, until)).await {
            tracing::error!(error = &error as &dyn std::error::Error, "the pause is not stored");
        }
    }
}

/// A notice of failure that cannot be posted changes nothing about why there is no answer.
fn give_up(job: &Job, reply: &Reply, error: &TalkError) -> Settlement {
    let error_value = error as &dyn std::error::Error;
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
