//! A circuit breaker: a server that failed repeatedly is left alone for a while, then tried with one question, and
//! asked again as before once it answers. It decides nothing by itself where there is no other server.

use std::time::Duration;

use crate::domain::time::Timestamp;

/// So many failures in a row open it.
const FAILURES: u32 = 3;

/// The first pause; each trial that fails doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// What is known of one server's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaker {
    /// It is asked.
    Closed { failures: u32 },
    /// It is not asked before `until`.
    Open { until: Timestamp, pause: Duration },
    /// One question tries it.
    HalfOpen { pause: Duration },
}

impl Default for Breaker {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Breaker {
    /// Whether a question may go there.
    pub(super) fn admits(self, now: Timestamp) -> bool {
        match self {
            Self::Closed { .. } => true,
            // A time that is further away than the pause was set before the clock was.
            Self::Open { until, pause } => now >= until || until.since(now) > pause,
            Self::HalfOpen { .. } => false,
        }
    }

    /// Whether it failed too often to be counted on.
    pub(super) fn is_open(self) -> bool {
        !matches!(self, Self::Closed { .. })
    }

    /// A question goes there now.
    pub(super) fn begin(&mut self, now: Timestamp) {
        if let Self::Open { pause, .. } = *self
            && self.admits(now)
        {
            *self = Self::HalfOpen { pause };
        }
    }

    /// The server answered, be it that it refuses the question.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// The server failed.
    pub(super) fn failed(&mut self, now: Timestamp) {
        *self = match *self {
            Self::Closed { failures } if failures + 1 < FAILURES => Self::Closed { failures: failures + 1 },
            Self::Closed { .. } => Self::Open { until: now + FIRST_PAUSE, pause: FIRST_PAUSE },
            Self::Open { until, .. } if now < until => *self,
            Self::HalfOpen { pause } | Self::Open { pause, .. } => {
                let pause = (pause * 2).min(LONGEST_PAUSE);
                Self::Open { until: now + pause, pause }
            }
        };
    }

    /// The question was withdrawn before anything was known: the next one is a trial as well.
    pub(super) fn abandoned(&mut self, now: Timestamp) {
        if let Self::HalfOpen { pause } = *self {
            *self = Self::Open { until: now, pause };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn opened() -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert!(breaker.admits(START));
            breaker.failed(START);
        }
        breaker
    }

    #[test]
    fn some_failures_with_answers_between_them_do_not_open_it() {
        let mut breaker = Breaker::default();
        for _ in 0..5 {
            breaker.failed(START);
            breaker.failed(START);
            breaker.succeeded();
        }
        assert!(breaker.admits(START));
    }

    #[test]
    fn failures_in_a_row_open_it_for_a_while() {
        let breaker = opened();
        assert!(!breaker.admits(START) && !breaker.admits(START + FIRST_PAUSE / 2));
        assert!(breaker.admits(START + FIRST_PAUSE));
    }

    #[test]
    fn one_question_at_a_time_tries_it_and_an_answer_closes_it() {
        let mut breaker = opened();
        let due = START + FIRST_PAUSE;
        breaker.begin(due);
        assert!(!breaker.admits(due + LONGEST_PAUSE), "one trial runs");
        breaker.succeeded();
        assert_eq!(breaker, Breaker::default());
    }

    #[test]
    fn each_trial_that_fails_makes_the_pause_longer() {
        let (mut breaker, mut now) = (opened(), START);
        let pauses: Vec<u64> = (0..7)
            .map(|_| {
                let Breaker::Open { until, .. } = breaker else { panic!("{breaker:?}") };
                let pause = until.since(now).as_secs();
                now = until;
                breaker.begin(now);
                breaker.failed(now);
                pause
            })
            .collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 120, 120]);
    }

    #[test]
    fn a_trial_that_is_withdrawn_leaves_the_next_question_as_one() {
        let mut breaker = opened();
        let due = START + FIRST_PAUSE;
        breaker.begin(due);
        breaker.abandoned(due);
        assert!(breaker.admits(due));
        breaker.begin(due);
        assert!(!breaker.admits(due));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_keep_it_open() {
        let breaker = opened();
        assert!(breaker.admits(Timestamp::from_millis(START.as_millis() - 3_600_000)));
    }

    proptest! {
        #[test]
        fn it_never_stays_shut_for_longer_than_the_longest_pause(steps in prop::collection::vec(0u8..4, 0..60)) {
            let (mut breaker, mut now) = (Breaker::default(), START);
            for step in steps {
                match step {
                    0 => breaker.begin(now),
                    1 => breaker.failed(now),
                    2 => breaker.abandoned(now),
                    _ => now = now + Duration::from_secs(7),
                }
                let mut after = breaker;
                after.abandoned(now);
                prop_assert!(after.admits(now + LONGEST_PAUSE));
            }
        }
    }
}
