//! Questions, replies and turns in SQL. Message text lies only in open or dead jobs, in the parts of their replies
//! and in turns.

mod rows;
mod sqlite;
mod statements;

pub use sqlite::{OpenError, SqliteStore};

/// What a store has to know of its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreOptions {
    /// Key of this bot's rows: several bots can share a store and see nothing of each other.
    pub bot: String,
}
