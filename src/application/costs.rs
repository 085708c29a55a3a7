//! What answers have cost, from the moment in which they are stored until they are posted and one line tells all of it.
//! Kept in memory: after a restart, or in another process, that line has fewer figures.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::domain::job::JobId;
use crate::ports::model::Completion;

/// Answers that wait to be posted are few; what another process posts would stay for ever.
const MOST: usize = 256;

/// What one answer cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// From the question to the model call.
    pub wait: Duration,
    /// Of the model call.
    pub model: Duration,
    /// From the model call to the first words.
    pub first_token: Option<Duration>,
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Of these, tokens from the server's cache.
    pub cached_tokens: u64,
    /// Tokens of the answer.
    pub completion_tokens: u64,
}

impl Cost {
    /// Of an answer that came after that time.
    #[must_use]
    pub fn of(completion: &Completion, wait: Duration, model: Duration) -> Self {
        let usage = completion.usage.unwrap_or_default();
        Self {
            wait,
            model,
            first_token: completion.streamed.map(|streamed| streamed.first),
            prompt_tokens: usage.prompt_tokens,
            cached_tokens: usage.cached_tokens,
            completion_tokens: usage.completion_tokens,
        }
    }
}

/// The newest costs.
#[derive(Debug, Default)]
pub struct Costs(Mutex<VecDeque<(JobId, Cost)>>);

impl Costs {
    pub(super) fn put(&self, job: JobId, cost: Cost) {
        let mut costs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        costs.retain(|(other, _)| *other != job);
        if costs.len() == MOST {
            costs.pop_front();
        }
        costs.push_back((job, cost));
    }

    pub(super) fn take(&self, job: JobId) -> Option<Cost> {
        let mut costs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = costs.iter().position(|(other, _)| *other == job)?;
        costs.remove(place).map(|(_, cost)| cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_there_once() {
        let costs = Costs::default();
        let cost = Cost { prompt_tokens: 7, ..Cost::default() };
        costs.put(JobId(1), cost);
        assert_eq!((costs.take(JobId(1)), costs.take(JobId(1))), (Some(cost), None));
    }

    #[test]
    fn what_nobody_takes_makes_room() {
        let costs = Costs::default();
        for job in 0..=256 {
            costs.put(JobId(job), Cost::default());
        }
        assert_eq!(costs.take(JobId(0)), None);
        assert!(costs.take(JobId(256)).is_some());
    }
}
