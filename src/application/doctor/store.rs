//! Judges the store as it lies there: on which engine, of which schema, and whether this program can work with it as it
//! is. What the service would do at its start is no fault.

use super::Finding;
use crate::ports::queue::Depth;

const CHECK: &str = "store";

/// What lies at the address of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreFacts {
    /// The engine with its version, for a person.
    pub engine: String,
    /// Where, for a person.
    pub place: String,
    /// What is there.
    pub state: StoreState,
}

/// How far a store is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreState {
    /// Nothing is there yet.
    Absent,
    /// One of that schema, older than this program's.
    Older(i64),
    /// One of that schema, this program's, with this in its queue.
    Ready(i64, Depth),
}

/// Whether it can be used.
#[must_use]
pub fn judge_store(facts: &StoreFacts) -> Finding {
    let StoreFacts { engine, place, state } = facts;
    match state {
        StoreState::Absent => Finding::warning(
            CHECK,
            format!("{engine}: there is no store yet at {place}; the service makes it at its first start"),
            "start the service; if it has run already, give its DATABASE_URL or STATE_DIRECTORY here as well",
        ),
        StoreState::Older(0) => Finding::warning(
            CHECK,
            format!("{engine}: the making of {place} was interrupted; the next start of the service ends it"),
            "start the service",
        ),
        StoreState::Older(schema) => Finding::warning(
            CHECK,
            format!(
                "{engine}, schema {schema}: older than this program; the next start brings it up to date"
            ),
            "make a backup, then start the service with this program",
        ),
        StoreState::Ready(schema, _) => {
            Finding::good(CHECK, format!("{engine}, schema {schema}, at {place}: it can be read and written"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{Good, Warning};
    use super::*;

    #[test]
    fn each_state_has_its_outcome() {
        for (state, expected, words) in [
            (StoreState::Absent, Warning, "no store yet at /bot.db"),
            (StoreState::Older(0), Warning, "interrupted"),
            (StoreState::Older(1), Warning, "schema 1: older"),
            (StoreState::Ready(2, Depth::default()), Good, "SQLite 3.50.2, schema 2"),
        ] {
            let (engine, place) = ("SQLite 3.50.2".to_owned(), "/bot.db".to_owned());
            let finding = judge_store(&StoreFacts { engine, place, state });
            assert_eq!(finding.outcome, expected, "{finding:?}");
            assert!(finding.found.contains(words), "{finding:?}");
        }
    }
}
