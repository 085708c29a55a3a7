//! How the processes of a bot call each other: what one has changed for another to look at is told by the server, at the
//! commit, on a channel of that bot in that schema.

use sqlx::postgres::PgConnectOptions;

use super::lock::Locks;
use crate::adapters::bells::Wakes;

/// A channel, as one process uses it.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) name: String,
    /// Names this process on it, so that it passes over its own calls.
    process: String,
}

impl Channel {
    /// Of that process.
    pub(super) fn new(locks: &Locks, process: &str) -> Self {
        let name = format!("opencode_bot_{:x}", locks.number("channel"));
        Self { name, process: process.to_owned() }
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

    /// Who has to look, by a call; `None` by an own one.
    pub(super) fn heard(&self, call: &str) -> Option<Wakes> {
        let (process, word) = call.split_once('.')?;
        (process != self.process).then(|| Wakes::of_word(word))
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
        let [one, other] = ["1", "2"].map(|process| Channel::new(&Locks::new("halo", 3), process));
        assert_eq!(one.name, other.name);
        assert_eq!(one.heard(&other.call(Wakes::OUTBOX)), Some(Wakes::OUTBOX));
        assert_eq!(one.heard(&one.call(Wakes::OUTBOX)), None);
        assert_eq!(one.heard("noise"), None);
    }

    #[test]
    fn each_bot_of_each_schema_has_its_own() {
        let names = [("halo", 1), ("halo", 2), ("hal", 1)]
            .map(|(bot, schema)| Channel::new(&Locks::new(bot, schema), "1").name);
        assert!(names[0] != names[1] && names[0] != names[2], "{names:?}");
        // A longer one would be cut.
        assert!(names.iter().all(|name| name.len() < 64), "{names:?}");
    }
}
