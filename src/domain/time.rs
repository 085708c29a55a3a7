//! Points in time, as the store keeps them.

use std::time::Duration;

/// Milliseconds since the Unix epoch, by the wall clock of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// How long ago `earlier` was; zero when it lies in the future (the wall clock can be set back).
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(rhs.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, rhs: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(rhs.as_millis()).unwrap_or(i64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(43_200_000);

    #[test]
    fn a_time_later_and_a_time_earlier_are_in_milliseconds() {
        let time = Duration::from_millis(1_500);
        assert_eq!((NOON + time).as_millis(), 43_201_500);
        assert_eq!((NOON - time).as_millis(), 43_198_500);
    }

    #[test]
    fn what_lies_ahead_was_no_time_ago() {
        let later = NOON + Duration::from_secs(7);
        assert_eq!(later.since(NOON), Duration::from_secs(7));
        assert_eq!(NOON.since(later), Duration::ZERO);
    }

    #[test]
    fn no_time_is_too_long() {
        let (first, last) = (Timestamp::from_millis(i64::MIN), Timestamp::from_millis(i64::MAX));
        assert_eq!((NOON + Duration::MAX, first - Duration::MAX), (last, first));
        assert!(last.since(first) >= last.since(NOON));
    }
}
