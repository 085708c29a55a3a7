//! The wall clock.

use crate::domain::time::Timestamp;

/// Tells the time. Nothing in `domain` or `application` reads a clock in another way.
#[cfg_attr(test, mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, by the wall clock.
    fn now(&self) -> Timestamp;
}
