//! What answers and refusals have shown about the model, for all rooms: how it counts, how fast it answers, and a
//! context smaller than the one it tells. Kept in memory; a new process learns anew.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::domain::calibration::Calibration;
use crate::domain::pace::Pace;
use crate::domain::time::Timestamp;
use crate::domain::tokens::Scale;
use crate::ports::model::Limits;

/// A smaller context is believed for so long, unless the server tells another one before: it may be back to the old
/// one without a word.
const BELIEVED_FOR: Duration = Duration::from_mins(10);

/// Shared by all rooms.
#[derive(Debug, Default)]
pub struct Measure(Mutex<Learnt>);

#[derive(Debug, Default)]
struct Learnt {
    calibration: Calibration,
    pace: Pace,
    context: Option<Refusal>,
}

/// A context that showed in a refusal.
#[derive(Debug, Clone, Copy)]
struct Refusal {
    context_tokens: u32,
    /// What the server told at that time.
    told: Limits,
    until: Timestamp,
}

impl Measure {
    fn learnt(&self) -> MutexGuard<'_, Learnt> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the model that answered last counts.
    #[must_use]
    pub fn scale(&self) -> Scale {
        self.learnt().calibration.scale()
    }

    /// A model counted `tokens` in a prompt of that estimate.
    pub fn counted(&self, model: Option<&str>, estimate: usize, tokens: u64) {
        self.learnt().calibration.learn(model, estimate, tokens);
    }

    /// An answer of `completion_tokens` took so long.
    pub fn answered(&self, completion_tokens: u64, took: Duration) {
        self.learnt().pace.learn(completion_tokens, took);
    }

    /// How fast answers are made; `None` before the first one.
    #[must_use]
    pub fn tokens_per_second(&self) -> Option<u32> {
        self.learnt().pace.tokens_per_second()
    }

    /// How long a question waits that so many stand before, where `slots` are answered at once; `None` before the
    /// first answer.
    #[must_use]
    pub fn estimate(&self, ahead: u64, slots: u32) -> Option<Duration> {
        self.learnt().pace.estimate(ahead, slots)
    }

    /// Tokens of one request, where the server tells `told`.
    #[must_use]
    pub fn context_tokens(&self, told: Limits, now: Timestamp) -> u32 {
        let refusal = self.learnt().context.filter(|refusal| refusal.told == told && now < refusal.until);
        refusal.map_or(told.context_tokens, |refusal| refusal.context_tokens.min(told.context_tokens))
    }

    /// The server that tells `told` takes no more than so many tokens.
    pub fn refused(&self, context_tokens: u32, told: Limits, now: Timestamp) {
        if context_tokens < self.context_tokens(told, now) {
            tracing::warn!(
                context_tokens,
                told = told.context_tokens,
                "the model takes less than its server tells"
            );
            self.learnt().context = Some(Refusal { context_tokens, told, until: now + BELIEVED_FOR });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: Limits = Limits { context_tokens: 8192, slots: 2 };

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn the_smallest_context_of_refusals_counts() {
        let measure = Measure::default();
        assert_eq!(measure.context_tokens(TOLD, at(0)), 8192);
        for refused in [4096, 2048, 3000] {
            measure.refused(refused, TOLD, at(0));
        }
        assert_eq!(measure.context_tokens(TOLD, at(1)), 2048);
    }

    #[test]
    fn what_the_server_tells_anew_counts_more() {
        let measure = Measure::default();
        measure.refused(2048, TOLD, at(0));
        let swapped = Limits { context_tokens: 16_384, ..TOLD };
        assert_eq!(measure.context_tokens(swapped, at(1)), 16_384);
        assert_eq!(measure.context_tokens(Limits { context_tokens: 1024, ..TOLD }, at(1)), 1024);
    }

    #[test]
    fn a_refusal_is_not_believed_for_ever() {
        let measure = Measure::default();
        measure.refused(2048, TOLD, at(0));
        assert_eq!(measure.context_tokens(TOLD, at(601)), 8192);
        measure.refused(4096, TOLD, at(602));
        assert_eq!(measure.context_tokens(TOLD, at(603)), 4096);
    }
}
