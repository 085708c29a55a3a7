//! Nextcloud's protection against guessing: every refused signature slows down all later calls from the same
//! address, good ones too, and too many of them close the door for half an hour.

use std::time::Duration;

use crate::domain::time::Timestamp;

/// Refusals within this time close the door.
const WINDOW: Duration = Duration::from_mins(30);

/// Refusals within this time slow down.
const MEMORY: Duration = Duration::from_hours(12);

/// More refusals than this within the window close the door.
const MOST: usize = 10;

/// The first pause; it doubles with every refusal.
const FIRST: Duration = Duration::from_millis(100);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(25);

/// Whether calls are really slowed down. The count and the closed door are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delays {
    /// As Nextcloud does it.
    Real,
    /// Not at all: for tests.
    None,
}

/// The refusals of one address.
#[derive(Debug)]
pub(super) struct Throttle {
    refusals: Vec<Timestamp>,
    delays: Delays,
}

impl Throttle {
    pub(super) fn new(delays: Delays) -> Self {
        Self { refusals: Vec::new(), delays }
    }

    /// Whether everything is refused now.
    pub(super) fn is_closed(&self, now: Timestamp) -> bool {
        self.within(WINDOW, now) > MOST
    }

    /// How long a call waits before it is looked at.
    pub(super) fn delay(&self, now: Timestamp) -> Duration {
        match (self.delays, self.within(MEMORY, now)) {
            (Delays::None, _) | (_, 0) => Duration::ZERO,
            (Delays::Real, refusals) => {
                let doublings = u32::try_from(refusals).unwrap_or(u32::MAX).min(10);
                (FIRST * 2_u32.pow(doublings)).min(LONGEST)
            }
        }
    }

    /// One more refusal. A success changes nothing.
    pub(super) fn record(&mut self, now: Timestamp) {
        self.refusals.retain(|at| now.since(*at) < MEMORY);
        self.refusals.push(now);
    }

    /// Forgets all, as an administrator can.
    pub(super) fn reset(&mut self) {
        self.refusals.clear();
    }

    fn within(&self, time: Duration, now: Timestamp) -> usize {
        self.refusals.iter().filter(|at| now.since(**at) < time).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn refused(times: usize) -> Throttle {
        let mut throttle = Throttle::new(Delays::Real);
        (0..times).for_each(|_| throttle.record(START));
        throttle
    }

    #[test]
    fn every_refusal_doubles_the_pause_up_to_25_seconds() {
        let pauses = [0, 1, 2, 7, 8, 9, 40].map(|times| refused(times).delay(START).as_millis());
        assert_eq!(pauses, [0, 200, 400, 12_800, 25_000, 25_000, 25_000]);
    }

    #[test]
    fn more_than_ten_within_half_an_hour_close_the_door() {
        assert!(!refused(10).is_closed(START));
        assert!(refused(11).is_closed(START + Duration::from_mins(29)));
        assert!(!refused(11).is_closed(START + WINDOW));
    }

    #[test]
    fn refusals_are_forgotten_after_twelve_hours() {
        assert_eq!(refused(11).delay(START + MEMORY), Duration::ZERO);
    }
}
