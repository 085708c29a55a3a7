//! Questions, replies, turns and notices in SQL. Message text lies only in open or dead jobs, in the parts of their
//! replies, in turns, and in notices until they are posted.

pub(super) mod print;
mod rows;
mod sqlite;
mod statements;

use std::time::Duration;

pub use sqlite::{OpenError, SqliteStore};

/// Nothing is put off for longer, but by a pause. What seems to be was put off by a clock that was wrong.
pub(super) const LONGEST_DELAY: Duration = Duration::from_mins(10);

/// No pause is longer.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// What a store has to know of its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreOptions {
    /// Key of this bot's rows: several bots can share a store and see nothing of each other.
    pub bot: String,
    /// Whether a new question counts as showing `Sign::Thinking` from the moment it is stored, so that showing it costs
    /// no commit of its own. Somebody then has to put it on.
    pub signs: bool,
}
