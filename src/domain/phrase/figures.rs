//! Figures as people say them: no second too exact, no number without its separators.

use std::time::Duration;

/// A time that was rounded for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rough {
    /// Tens of them, 10 to 90.
    Seconds(u64),
    /// 2 to 90.
    Minutes(u64),
    /// From 2.
    Hours(u64),
}

impl Rough {
    /// Rounds up to tens of seconds, and beyond these to the nearest minute or hour.
    pub(super) fn of(time: Duration) -> Self {
        match time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0)) {
            seconds @ ..=90 => Self::Seconds(seconds.max(1).div_ceil(10) * 10),
            seconds @ ..=5_400 => Self::Minutes((seconds + 30) / 60),
            seconds => Self::Hours((seconds / 60).saturating_add(30) / 60),
        }
    }
}

/// The digits in groups of three.
pub(super) fn grouped(number: u32, separator: char) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rounded_as_people_would() {
        for (millis, rough) in [
            (0, Rough::Seconds(10)),
            (10_000, Rough::Seconds(10)),
            (10_001, Rough::Seconds(20)),
            (38_000, Rough::Seconds(40)),
            (90_000, Rough::Seconds(90)),
            (91_000, Rough::Minutes(2)),
            (149_000, Rough::Minutes(2)),
            (151_000, Rough::Minutes(3)),
            (5_400_000, Rough::Minutes(90)),
            (5_401_000, Rough::Hours(2)),
            (36_000_000, Rough::Hours(10)),
        ] {
            assert_eq!(Rough::of(Duration::from_millis(millis)), rough, "{millis}");
        }
        assert!(matches!(Rough::of(Duration::MAX), Rough::Hours(_)));
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        let all: Vec<_> = [0, 999, 1000, 8192, 131_072, u32::MAX].map(|number| grouped(number, ',')).into();
        assert_eq!(all, ["0", "999", "1,000", "8,192", "131,072", "4,294,967,295"]);
    }
}
