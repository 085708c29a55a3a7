//! The machine's clocks: the only place that reads them.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;

/// The wall clock of this machine as it was when this process first looked, and from then on the time that passes. So
/// a wall clock that is set, by hours or years, neither ends a lease nor puts off what is due.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one reader")]
    fn now(&self) -> Timestamp {
        static FIRST_LOOK: OnceLock<(SystemTime, Instant)> = OnceLock::new();
        let (wall, monotonic) = FIRST_LOOK.get_or_init(|| (SystemTime::now(), Instant::now()));
        let since_epoch = wall.duration_since(UNIX_EPOCH).unwrap_or_default() + monotonic.elapsed();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Now, on the clock of tokio's timers.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one reader")]
pub fn timer_now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

/// Measures a span with the monotonic clock, which nobody sets.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one reader")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
