//! Signed requests that were taken. A signature holds for ever and Talk sends each request once, so a second one is
//! somebody's copy. Kept in memory and only the latest: after these, or after a start, a copy counts once more.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// So many are remembered.
const LATEST: usize = 4096;

/// What a signature is known by: as many of its bits as nobody finds twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(u128);

impl Mark {
    /// Of a signature of at least 32 hex digits, in either case.
    pub(super) fn of(signature: &str) -> Option<Self> {
        u128::from_str_radix(signature.get(..32)?, 16).ok().map(Self)
    }
}

/// The latest requests.
#[derive(Debug, Default)]
pub(super) struct Replays(Mutex<VecDeque<Mark>>);

impl Replays {
    /// Whether that one was taken.
    pub(super) fn knows(&self, mark: Mark) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&mark)
    }

    /// It was taken.
    pub(super) fn remember(&self, mark: Mark) {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.len() == LATEST {
            latest.pop_front();
        }
        latest.push_back(mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_of_a_signature_makes_no_other_one() {
        let (lower, upper) = ("0af".repeat(22), "0AF".repeat(22));
        assert_eq!(Mark::of(&lower), Mark::of(&upper));
        assert!(Mark::of(&lower).is_some() && Mark::of("abc").is_none());
    }

    #[test]
    fn the_latest_are_known_and_older_ones_forgotten() {
        let replays = Replays::default();
        let marks: Vec<_> = (0..=LATEST as u128).map(Mark).collect();
        for mark in &marks {
            assert!(!replays.knows(*mark));
            replays.remember(*mark);
        }
        assert!(!replays.knows(marks[0]) && replays.knows(marks[1]) && replays.knows(marks[LATEST]));
    }
}
