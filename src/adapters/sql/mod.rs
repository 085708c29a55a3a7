//! Questions, replies, turns and notices in SQL. Message text lies only in open or dead jobs, in the parts of their
//! replies, in turns, and in notices until they are posted.
//!
//! What is stored, and how, is written once for both engines; the folders of the engines hold how each is opened, kept
//! and told apart when it fails.

mod change;
mod conversations;
mod dead_letters;
mod engine;
mod enqueue;
mod lease;
mod link;
mod look;
mod mend;
mod open;
mod others;
mod outbox;
mod postgres;
pub(super) mod print;
mod queue;
mod refusals;
mod reply;
mod rows;
mod settle;
mod signs;
mod sqlite;
mod statements;
mod steering;
mod store;
mod sweep;
mod tables;
mod take_over;
mod transfer;
mod upkeep;
mod waits;
mod writer;

use std::time::Duration;

pub use look::{file_of, look};
pub use open::{OpenError, fault_of_server, is_shared};
pub use postgres::ServerError;
pub use sqlite::FileError;
pub use store::SqlStore;
pub use transfer::{TransferError, transfer};

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
