//! Judges until when a server's certificate is valid. One that nobody renews works until the last second, and then
//! nothing gets through.

use std::time::Duration;

use super::Finding;
use crate::domain::time::Timestamp;

/// Of the check, whichever server it looks at.
pub(super) const CHECK: &str = "certificate";

/// Within this, somebody has to care.
const SOON: Duration = Duration::from_hours(14 * 24);

/// A short life is renewed late: in its last quarter it should have been.
const QUARTERS: u32 = 4;

/// A certificate that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// Its first moment.
    pub from: Timestamp,
    /// Its last moment.
    pub until: Timestamp,
    /// When it was looked at.
    pub seen: Timestamp,
}

/// Whether the certificate of `server` has long enough to go.
#[must_use]
pub fn judge_validity(server: &str, validity: &Validity) -> Finding {
    let Validity { from, until, seen } = *validity;
    let left = until.since(seen);
    if left <= SOON.min(until.since(from) / QUARTERS) {
        return Finding::warning(
            CHECK,
            format!("{server}: its certificate ends in {}, at {}", span(left), until.utc()),
            "renew it, or see why it does not renew itself, and have the server load the new one",
        );
    }
    Finding::good(CHECK, format!("{server}: trusted, for that name, and for {} more", span(left)))
}

/// In days, or in hours where these are few.
fn span(time: Duration) -> String {
    match time.as_secs() / 3600 {
        hours @ 48.. => format!("{} days", hours / 24),
        hours => format!("{hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{Good, Warning};
    use super::*;

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    fn judged(life: i64, left: i64) -> Finding {
        let at = Timestamp::from_millis;
        let until = 400 * DAY;
        judge_validity(
            "https://h",
            &Validity { from: at(until - life), until: at(until), seen: at(until - left) },
        )
    }

    #[test]
    fn the_last_fortnight_is_warned_of_and_of_a_short_life_the_last_quarter() {
        for (life, left, expected) in [
            (365 * DAY, 300 * DAY, Good),
            (90 * DAY, 14 * DAY + 1, Good),
            (90 * DAY, 14 * DAY, Warning),
            (90 * DAY, 0, Warning),
            (45 * DAY, 12 * DAY, Good),
            (45 * DAY, 11 * DAY, Warning),
            (6 * DAY, 2 * DAY, Good),
            (6 * DAY, DAY, Warning),
            (24 * HOUR, 7 * HOUR, Good),
            (24 * HOUR, 6 * HOUR, Warning),
        ] {
            assert_eq!(judged(life, left).outcome, expected, "{left} of {life}");
        }
    }

    #[test]
    fn it_tells_how_long_and_until_when() {
        assert_eq!(
            judged(90 * DAY, 30 * DAY).found,
            "https://h: trusted, for that name, and for 30 days more"
        );
        let found = |left| judged(90 * DAY, left).found;
        assert_eq!(found(3 * DAY), "https://h: its certificate ends in 3 days, at 1971-02-05 00:00 UTC");
        assert_eq!(found(47 * HOUR + 1), "https://h: its certificate ends in 47 h, at 1971-02-05 00:00 UTC");
    }
}
