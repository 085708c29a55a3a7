//! The engine that keeps its rows in memory, and what only it promises.

use std::sync::Arc;

use async_trait::async_trait;
use nextcloud_opencode_bot::adapters::memory::MemoryStore;

use super::{BOT, Store, options};

/// Rows without a handle that works on them.
pub(super) struct Engine {
    rows: MemoryStore,
}

impl Engine {
    pub(super) fn fresh() -> Self {
        Self { rows: MemoryStore::open(options(BOT)) }
    }
}

#[async_trait]
impl super::Engine for Engine {
    async fn serve(&self) -> Store {
        ports(self.rows.reopen())
    }

    async fn beside(&self, bot: &str) -> Store {
        ports(self.rows.beside(options(bot)))
    }
}

fn ports(store: MemoryStore) -> Store {
    let store = Arc::new(store);
    let closed = Arc::clone(&store);
    Store::of(&store, async move { closed.close() })
}
