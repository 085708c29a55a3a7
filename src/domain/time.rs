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

    /// Day and minute in UTC, such as `2026-12-01 09:30 UTC`.
    #[must_use]
    pub fn utc(self) -> String {
        let minutes = self.0.div_euclid(60_000);
        let (day, minute) = (minutes.div_euclid(24 * 60), minutes.rem_euclid(24 * 60));
        let (year, month, day) = date(day);
        format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", minute / 60, minute % 60)
    }
}

/// Year, month and day of the Gregorian calendar, so many days after the epoch. Years are counted from March: so the
/// day that not every year has comes last, and months follow a line.
fn date(days: i64) -> (i64, i64, i64) {
    // From 1 March of the year 0; 400 years have 146 097 days.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let of_years = of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096;
    let year = of_years / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
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
    fn a_time_is_told_as_day_and_minute() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00 UTC"),
            (-1, "1969-12-31 23:59 UTC"),
            (784_111_777, "1994-11-06 08:49 UTC"),
            (951_782_399, "2000-02-28 23:59 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (951_868_800, "2000-03-01 00:00 UTC"),
            (1_740_700_800, "2025-02-28 00:00 UTC"),
            (1_740_787_200, "2025-03-01 00:00 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
            (253_402_300_799, "9999-12-31 23:59 UTC"),
        ] {
            assert_eq!(Timestamp::from_millis(seconds * 1000).utc(), expected);
        }
        assert!(!Timestamp::from_millis(i64::MIN).utc().is_empty());
    }

    #[test]
    fn no_time_is_too_long() {
        let (first, last) = (Timestamp::from_millis(i64::MIN), Timestamp::from_millis(i64::MAX));
        assert_eq!((NOON + Duration::MAX, first - Duration::MAX), (last, first));
        assert!(last.since(first) >= last.since(NOON));
    }
}
