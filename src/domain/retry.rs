//! When to try again and when to give up, as arithmetic on times that survive a restart.

use std::time::Duration;

use super::time::Timestamp;

/// What an error allows. Those of the model and of Talk answer it; nobody else looks inside a foreign error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Not before this much time has passed.
    After(Duration),
    /// Soon, then less and less often.
    Backoff,
    /// It would fail the same way again.
    Never,
}

/// How patiently one kind of outside trouble is sat out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patience {
    /// Shortest pause between two tries.
    pub shortest_pause: Duration,
    /// Longest pause between two tries.
    pub longest_pause: Duration,
    /// Between these, a pause is this share of the trouble's age.
    pub growth: f64,
    /// Trouble older than this is given up.
    pub give_up_after: Duration,
}

/// The model: a person is waiting, and is told within 150 s. The last try may itself take some time.
pub const MODEL: Patience = Patience {
    shortest_pause: Duration::from_millis(500),
    longest_pause: Duration::from_secs(10),
    growth: 0.5,
    give_up_after: Duration::from_secs(110),
};

/// Talk cannot be reached: the answer is stored, and a Nextcloud upgrade can take hours.
pub const TALK: Patience = Patience {
    shortest_pause: Duration::from_millis(500),
    longest_pause: Duration::from_mins(5),
    growth: 0.5,
    give_up_after: Duration::from_hours(24),
};

/// Talk, or this program, fails in the middle of the work: each try may have been posted, so there are few.
pub const TALK_FAILED: Patience = Patience {
    shortest_pause: Duration::from_secs(2),
    longest_pause: Duration::from_mins(5),
    growth: 1.0,
    give_up_after: Duration::from_mins(10),
};

impl Patience {
    /// The pause before the next try, or `None` to give up. It grows with the trouble's age, so that no count has
    /// to be kept; `jitter` in 0..=1 adds up to a quarter, so that rooms do not try in step.
    #[must_use]
    pub fn next_pause(self, now: Timestamp, trouble_since: Timestamp, jitter: f64) -> Option<Duration> {
        let age = now.since(trouble_since);
        let pause = age.mul_f64(self.growth).clamp(self.shortest_pause, self.longest_pause);
        let pause = pause.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0);
        (age + pause <= self.give_up_after).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000_000);

    /// Ages at which tries happen when each fails at once.
    fn tries(patience: Patience, jitter: f64) -> Vec<Duration> {
        let mut now = START;
        let mut ages = vec![Duration::ZERO];
        while let Some(pause) = patience.next_pause(now, START, jitter) {
            now = now + pause;
            ages.push(now.since(START));
        }
        ages
    }

    #[test]
    fn after_thirty_seconds_of_trouble_the_next_try_comes_soon() {
        for patience in [MODEL, TALK, TALK_FAILED] {
            for jitter in [0.0, 1.0] {
                let next = tries(patience, jitter).into_iter().find(|age| *age >= Duration::from_secs(30));
                assert!(next.expect("still trying") <= Duration::from_secs(75), "{patience:?} {next:?}");
            }
        }
    }

    #[test]
    fn the_model_is_given_up_in_time_to_tell_the_room_within_150_seconds() {
        let last = *tries(MODEL, 1.0).last().expect("one try");
        assert!(last > Duration::from_secs(90) && last <= Duration::from_secs(110), "{last:?}");
    }

    #[test]
    fn what_may_have_been_posted_is_tried_a_few_times_only() {
        let tries = tries(TALK_FAILED, 0.0).len();
        assert!((6..=10).contains(&tries), "{tries}");
    }

    #[test]
    fn jitter_adds_up_to_a_quarter() {
        let now = START + Duration::from_secs(40);
        let pauses = [0.0, 0.5, 1.0, 7.0].map(|jitter| TALK.next_pause(now, START, jitter));
        assert_eq!(
            pauses,
            [20_000, 22_500, 25_000, 25_000].map(|millis| Some(Duration::from_millis(millis)))
        );
    }

    #[test]
    fn the_last_try_is_one_that_comes_before_the_time_is_up() {
        let last = START + MODEL.give_up_after - MODEL.longest_pause;
        assert_eq!(MODEL.next_pause(last, START, 0.0), Some(MODEL.longest_pause));
        assert_eq!(MODEL.next_pause(last + Duration::from_millis(1), START, 0.0), None);
    }

    #[test]
    fn a_clock_set_back_neither_gives_up_nor_waits_long() {
        let before = Timestamp::from_millis(0);
        assert_eq!(TALK.next_pause(before, START, 0.0), Some(TALK.shortest_pause));
    }
}
