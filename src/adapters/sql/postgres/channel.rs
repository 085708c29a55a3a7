//! How the processes of a bot call each other: what one has changed for another to look at is told by the server, at the
//! commit, on a channel of that bot in that schema.

use sqlx::postgres::PgConnectOptions;

use super::lock::number;
use crate::adapters::bells::Wakes;

/// A channel, as one process uses it.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) name: String,
    /// Names this process on it, so that it passes over its own calls.
    process: String,
}

impl Channel {
    /// That of a bot in a schema, for a process that is known by a random number.
    pub(super) fn new(bot: &str, schema: i64, process: u64) -> Self {
        let name = format!("opencode_bot_{:x}", number("channel", bot, schema));
        Self { name, process: format!("{process:x}") }
    }

    /// Lets statements call: see `ENQUEUE_ONE`.
    pub(super) fn known_to(&self, server: PgConnectOptions) -> PgConnectOptions {
        let asks = self.call(Wakes::ASKING);
        server.options([("opencode_bot.channel", self.name.as_str()), ("opencode_bot.asks", asks.as_str())])
    }

    /// The statement that calls at the commit. It holds no word from outside.
    pub(super) fn statement(&self, wakes: Wakes) -> String {
        format!("SELECT pg_notify('{}', '{}')", self.name, self.call(wakes))
    }

    /// Who has to look, by a call; nobody by an own one.
    pub(super) fn heard(&self, call: &str) -> Wakes {
        match call.split_once('.') {
            Some((process, word)) if process != self.process => Wakes::of_word(word),
            _ => Wakes::NOBODY,
        }
    }

    fn call(&self, wakes: Wakes) -> String {
        format!("{}.{}", self.process, wakes.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_heard_and_oneself_is_not() {
        let [one, other] = [1, 2].map(|process| Channel::new("halo", 3, process));
        assert_eq!(one.name, other.name);
        assert_eq!(one.heard(&other.call(Wakes::OUTBOX)), Wakes::OUTBOX);
        assert_eq!(one.heard(&one.call(Wakes::OUTBOX)), Wakes::NOBODY);
        assert_eq!(one.heard("noise"), Wakes::NOBODY);
    }

    #[test]
    fn each_bot_of_each_schema_has_its_own() {
        let names =
            [("halo", 1), ("halo", 2), ("hal", 1)].map(|(bot, schema)| Channel::new(bot, schema, 1).name);
        assert!(names[0] != names[1] && names[0] != names[2], "{names:?}");
        // A longer one would be cut.
        assert!(names.iter().all(|name| name.len() < 64), "{names:?}");
    }
}
