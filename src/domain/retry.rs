//! When to try again and when to give up, as arithmetic on times that survive a restart.

use std::time::Duration;

use super::time::Timestamp;

/// What an error allows. Every port's error answers it; nobody else looks inside a foreign error.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Longest pause between two tries.
    pub longest_pause: Duration,
    /// Trouble older than this is given up.
    pub give_up_after: Duration,
}

/// The model: a person is waiting, and is told within 150 s. The last try may itself take some time.
pub const MODEL: Patience =
    Patience { longest_pause: Duration::from_secs(10), give_up_after: Duration::from_secs(110) };

/// Talk: the answer is stored, and a Nextcloud upgrade can take hours.
pub const TALK: Patience =
    Patience { longest_pause: Duration::from_mins(5), give_up_after: Duration::from_hours(24) };

const SHORTEST_PAUSE: Duration = Duration::from_millis(500);

impl Patience {
    /// The pause before the next try, or `None` to give up. It grows with the trouble's age (half of it), so
    /// that no count has to be kept; `jitter` in 0..=1 adds up to a quarter, so that rooms do not try in step.
    #[must_use]
    pub fn next_pause(self, now: Timestamp, trouble_since: Timestamp, jitter: f64) -> Option<Duration> {
        let age = now.since(trouble_since);
        let pause = (age / 2).clamp(SHORTEST_PAUSE, self.longest_pause);
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
    fn after_thirty_seconds_of_trouble_the_next_try_comes_within_thirty_more() {
        for patience in [MODEL, TALK] {
            for jitter in [0.0, 1.0] {
                let next = tries(patience, jitter).into_iter().find(|age| *age >= Duration::from_secs(30));
                assert!(next.expect("still trying") <= Duration::from_mins(1), "{patience:?} {next:?}");
            }
        }
    }

    #[test]
    fn the_model_is_given_up_in_time_to_tell_the_room_within_150_seconds() {
        let last = *tries(MODEL, 1.0).last().expect("one try");
        assert!(last > Duration::from_secs(90) && last <= Duration::from_secs(110), "{last:?}");
    }

    #[test]
    fn a_clock_set_back_neither_gives_up_nor_waits_long() {
        let before = Timestamp::from_millis(0);
        assert_eq!(TALK.next_pause(before, START, 0.0), Some(SHORTEST_PAUSE));
    }
}
