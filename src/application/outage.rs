//! Since when the model fails for everybody. A question that was asked in the middle of an outage has waited
//! since it was asked, not since its own first try.

use std::sync::{Mutex, PoisonError};

use crate::domain::time::Timestamp;

/// Shared by all rooms.
#[derive(Debug, Default)]
pub struct Outage(Mutex<Option<Timestamp>>);

impl Outage {
    /// The model answered somebody.
    pub fn ended(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// A call that began at `began` failed. Returns since when calls fail, which is never after `began`, also when
    /// the clock was set back.
    pub fn failed(&self, began: Timestamp) -> Timestamp {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = since.map_or(began, |known| known.min(began));
        *since = Some(earliest);
        earliest
    }

    /// Since when calls fail; `None` when the last one of anybody did not.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the last call of anybody failed.
    #[must_use]
    pub fn lasts(&self) -> bool {
        self.since().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn lasts_from_the_first_failed_call_to_the_next_answer() {
        let outage = Outage::default();
        assert!(!outage.lasts());
        assert_eq!((outage.failed(at(5)), outage.failed(at(9))), (at(5), at(5)));
        assert!(outage.lasts());
        assert_eq!(outage.since(), Some(at(5)));
        outage.ended();
        assert!(!outage.lasts());
        assert_eq!(outage.failed(at(20)), at(20));
    }

    #[test]
    fn a_clock_set_back_does_not_put_its_beginning_into_the_future() {
        let outage = Outage::default();
        outage.failed(at(3_600_000));
        assert_eq!(outage.failed(at(1_000)), at(1_000));
    }
}
