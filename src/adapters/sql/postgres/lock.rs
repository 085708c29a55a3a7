//! Advisory locks: the turn to write a bot's rows, the duty among its processes, the life of each process, and the gate that
//! they pass one at a time. They are of
//! one bot in one schema of one database, and end with the connection, or the transaction, however that ends.

use sha2::{Digest, Sha256};

/// The numbers of a store's locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Locks {
    bot: String,
    schema: i64,
}

impl Locks {
    pub(super) fn new(bot: &str, schema: i64) -> Self {
        Self { bot: bot.to_owned(), schema }
    }

    /// Held by a transaction of several statements.
    pub(super) fn turn(&self) -> i64 {
        self.number("turn")
    }

    /// Held by the process that does what only one may do.
    pub(super) fn duty(&self) -> i64 {
        self.number("duty")
    }

    /// Held by who sends alone.
    pub(super) fn gate(&self) -> i64 {
        self.number("gate")
    }

    /// Held by that process as long as it lives.
    pub(super) fn life(&self, process: &str) -> i64 {
        self.number(&format!("life of {process}"))
    }

    /// Of that kind, for that bot in that schema.
    pub(super) fn number(&self, what: &str) -> i64 {
        let Self { bot, schema } = self;
        let digest = Sha256::digest(format!("{} {what} {schema} {bot}", env!("CARGO_PKG_NAME")));
        let (first, _) = digest.split_first_chunk().expect("a digest is longer than a number");
        i64::from_be_bytes(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bot_of_each_schema_has_its_own() {
        let locks = [Locks::new("halo", 1), Locks::new("halo", 2), Locks::new("hal", 1)];
        let numbers: std::collections::HashSet<_> = locks
            .iter()
            .flat_map(|locks| [locks.turn(), locks.duty(), locks.gate(), locks.life("a"), locks.life("b")])
            .collect();
        assert_eq!(numbers.len(), 15);
    }
}
