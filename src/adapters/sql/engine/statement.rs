//! A statement in the words of each engine.

use super::Connection;

/// A statement; its values are `$1`, `$2` and so on.
#[derive(Debug, Clone, Copy)]
pub(in crate::adapters::sql) struct Statement {
    pub(in crate::adapters::sql) sqlite: &'static str,
    pub(in crate::adapters::sql) postgres: &'static str,
}

impl Statement {
    /// One that both engines understand.
    pub(in crate::adapters::sql) const fn both(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }

    /// For what that connection leads to.
    pub(in crate::adapters::sql) fn on(self, connection: &Connection) -> &'static str {
        match connection {
            Connection::Sqlite(_) => self.sqlite,
            Connection::Postgres(_) => self.postgres,
        }
    }
}
