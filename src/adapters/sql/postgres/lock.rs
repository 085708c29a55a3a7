//! Advisory locks: the right to serve a bot, and the turn to write its rows. They are of one bot in one schema of one
//! database, and end with the connection, or the transaction, however that ends.

use sha2::{Digest, Sha256};

/// The numbers of a store's locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Locks {
    /// Held by the writing connection of the one service; `None` beside it.
    pub(super) service: Option<i64>,
    /// Held by a transaction of several statements.
    pub(super) turn: i64,
}

/// Of the service.
pub(super) fn service(bot: &str, schema: i64) -> Locks {
    Locks { service: Some(number("service", bot, schema)), ..beside(bot, schema) }
}

/// Of who writes beside it.
pub(super) fn beside(bot: &str, schema: i64) -> Locks {
    Locks { service: None, turn: number("turn", bot, schema) }
}

/// Of that kind, for that bot in that schema.
pub(super) fn number(what: &str, bot: &str, schema: i64) -> i64 {
    let digest = Sha256::digest(format!("{} {what} {schema} {bot}", env!("CARGO_PKG_NAME")));
    let (first, _) = digest.split_first_chunk().expect("a digest is longer than a number");
    i64::from_be_bytes(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bot_of_each_schema_has_its_own() {
        let locks = [service("halo", 1), service("halo", 2), service("hal", 1)];
        let numbers: std::collections::HashSet<_> =
            locks.iter().flat_map(|locks| [locks.service, Some(locks.turn)]).collect();
        assert_eq!(numbers.len(), 6);
        assert_eq!(beside("halo", 1).turn, service("halo", 1).turn);
    }
}
