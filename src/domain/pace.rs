//! How fast the model answers, learnt from its answers, so that who waits can be told for how long.

use std::time::Duration;

/// One answer counts for a fifth: some answers later a slower model is noticed, and one odd answer changes little.
const WEIGHT: u32 = 5;

/// Running means. Empty until the first answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// Time of one answer.
    answer: Option<Duration>,
    /// Thousandths of tokens per second.
    speed: Option<u64>,
}

impl Pace {
    /// An answer of so many tokens took that long. A server that counts no tokens still teaches how long answers take.
    pub fn learn(&mut self, completion_tokens: u64, took: Duration) {
        let known = self.answer.unwrap_or(took);
        self.answer = Some(known.saturating_mul(WEIGHT - 1).saturating_add(took) / WEIGHT);
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if completion_tokens > 0 && millis > 0 {
            let speed = completion_tokens.saturating_mul(1_000_000) / millis;
            let known = self.speed.unwrap_or(speed);
            let weight = u64::from(WEIGHT);
            self.speed = Some(known.saturating_mul(weight - 1).saturating_add(speed) / weight);
        }
    }

    /// Measured tokens per second of one answer, at least 1; `None` before any was counted.
    #[must_use]
    pub fn tokens_per_second(&self) -> Option<u32> {
        self.speed.map(|speed| u32::try_from(speed.saturating_add(500) / 1000).unwrap_or(u32::MAX).max(1))
    }

    /// How long until a question is answered that has `ahead` others before it, running ones included, when the model
    /// answers `slots` at once; `None` before any answer.
    #[must_use]
    pub fn estimate(&self, ahead: u64, slots: u32) -> Option<Duration> {
        let rounds = (ahead / u64::from(slots.max(1))).saturating_add(1);
        self.answer.map(|answer| answer.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEN: Duration = Duration::from_secs(10);

    #[test]
    fn nothing_is_told_before_anything_was_learnt() {
        assert_eq!((Pace::default().tokens_per_second(), Pace::default().estimate(3, 1)), (None, None));
    }

    #[test]
    fn the_first_answer_is_believed_and_later_ones_little_by_little() {
        let mut pace = Pace::default();
        pace.learn(300, TEN);
        assert_eq!((pace.tokens_per_second(), pace.estimate(0, 1)), (Some(30), Some(TEN)));
        pace.learn(100, TEN * 2);
        assert_eq!((pace.tokens_per_second(), pace.estimate(0, 1)), (Some(25), Some(TEN * 6 / 5)));
        for _ in 0..40 {
            pace.learn(50, TEN);
        }
        assert_eq!((pace.tokens_per_second(), pace.estimate(0, 1).map(|d| d.as_secs())), (Some(5), Some(10)));
    }

    #[test]
    fn who_stands_behind_others_waits_for_as_many_rounds() {
        let mut pace = Pace::default();
        pace.learn(300, TEN);
        for (ahead, slots, rounds) in [(0, 1, 1), (1, 1, 2), (1, 2, 1), (2, 2, 2), (5, 2, 3), (3, 0, 4)] {
            assert_eq!(pace.estimate(ahead, slots), Some(TEN * rounds), "{ahead} {slots}");
        }
    }

    #[test]
    fn a_server_that_counts_nothing_teaches_only_the_time() {
        let mut pace = Pace::default();
        pace.learn(0, TEN);
        assert_eq!((pace.tokens_per_second(), pace.estimate(0, 1)), (None, Some(TEN)));
    }

    #[test]
    fn an_answer_in_no_time_teaches_no_speed() {
        let mut pace = Pace::default();
        pace.learn(300, Duration::ZERO);
        assert_eq!((pace.tokens_per_second(), pace.estimate(0, 1)), (None, Some(Duration::ZERO)));
    }

    proptest! {
        #[test]
        fn no_figures_are_too_large(tokens: u64, took: Duration, ahead: u64, slots: u32) {
            let mut pace = Pace::default();
            pace.learn(tokens, took);
            pace.learn(tokens, took);
            prop_assert!(pace.estimate(ahead, slots).is_some());
            prop_assert!(pace.tokens_per_second() != Some(0));
        }
    }
}
