//! What a room hears while its question waits for a model that starts: after a while, one message, once.

use super::Answer;
use crate::domain::job::{Job, PauseScope, Settlement};
use crate::domain::notice;
use crate::domain::retry::{MODEL, TELL_AFTER};
use crate::ports::model::ModelError;
use crate::ports::queue::{Leased, QueueError};

impl Answer {
    /// Tells the room when the model has been starting, or away, for long enough. Returns the settlement, with the
    /// next try not put off beyond the time to tell.
    pub(super) async fn tell_of_wait(
        &self,
        leased: &Leased,
        error: &ModelError,
        settlement: Settlement,
    ) -> Settlement {
        let Settlement::RetryAt { at, trouble_since: Some(since) } = settlement else { return settlement };
        if leased.job.told || !matches!(error, ModelError::Loading | ModelError::Unreachable(_)) {
            return settlement;
        }
        let age = self.clock.now().since(since);
        if age < TELL_AFTER {
            return Settlement::RetryAt { at: at.min(since + TELL_AFTER), trouble_since: Some(since) };
        }
        // Who is about to give up promises no answer.
        if age + TELL_AFTER > MODEL.give_up_after {
            return settlement;
        }
        // A courtesy: nothing about the question depends on it.
        if let Err(error) = self.post_wait(leased).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(job = %leased.job.id, error, "the room is not told of the wait");
        }
        settlement
    }

    /// Marked first, so that it is never said twice; not marked while nothing may be posted there.
    async fn post_wait(&self, leased: &Leased) -> Result<(), QueueError> {
        let job = &leased.job;
        let _alone = self.caution.turn_to_tell().await;
        if self.caution.held_until(self.clock.now()).is_some() || self.is_paused(job).await? {
            return Ok(());
        }
        self.queue.mark_told(&leased.lease).await?;
        let mut quote = Some(job.question.message);
        match self.post(job, notice::WAITING, &mut quote).await {
            Ok(()) => tracing::info!(job = %job.id, "the room is told that the model is not ready"),
            Err(error) => {
                self.heed(job, &error, self.clock.now()).await;
                let error = &error as &dyn std::error::Error;
                tracing::warn!(job = %job.id, error, "the room could not be told of the wait");
            }
        }
        Ok(())
    }

    /// A job that is leased to be asked may be in a server pause, which holds posts only.
    async fn is_paused(&self, job: &Job) -> Result<bool, QueueError> {
        let holds = |scope: &PauseScope| match scope {
            PauseScope::Room(room) => *room == job.question.room,
            PauseScope::Server => true,
        };
        let pauses = self.queue.depth(self.clock.now()).await?.pauses;
        Ok(pauses.iter().any(|(scope, _)| holds(scope)))
    }
}
