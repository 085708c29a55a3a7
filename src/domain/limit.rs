//! How much may be asked.

use std::time::Duration;

/// What is used up, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The person's questions; again after that time.
    Person(Duration),
    /// The room's questions; again after that time.
    Room(Duration),
    /// Too many questions of the room wait.
    Queue,
}
