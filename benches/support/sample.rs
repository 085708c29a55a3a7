//! Times and what they come to. The one place of the benches that reads the clock.

use std::time::{Duration, Instant};

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// One measurement of many equal acts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Acts per second, over all that act at once.
    pub(crate) rate: f64,
    /// Of the time of one act, in milliseconds.
    pub(crate) median: f64,
    /// What 99 % of the acts stay below, in milliseconds.
    pub(crate) late: f64,
    /// How often a connection was lost and the request was sent again.
    pub(crate) lost: usize,
}

impl Sample {
    /// Of the times of acts that took `whole` together.
    pub(crate) fn of(mut times: Vec<Duration>, whole: Duration) -> Self {
        times.sort_unstable();
        let rate = number(times.len()) / whole.as_secs_f64();
        let at = |percent: usize| millis(times[times.len() * percent / 100]);
        Self { rate, median: at(50), late: at(99), lost: 0 }
    }

    /// Of acts that follow each other.
    pub(crate) fn of_each(count: usize, mut act: impl FnMut()) -> Self {
        let whole = now();
        let measure = |_| {
            let began = now();
            act();
            began.elapsed()
        };
        let times = (0..count).map(measure).collect();
        Self::of(times, whole.elapsed())
    }
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("benches count in thousands"))
}

/// The middle one.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
