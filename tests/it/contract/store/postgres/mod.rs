//! The engine of a PostgreSQL database, and what only it promises: how it opens, and how it goes on when the database
//! was away.

use std::sync::Arc;

use async_trait::async_trait;
use nextcloud_opencode_bot::adapters::sql::{OpenError, ServerError, SqlStore};

use super::{BOT, Store, options};
use crate::support::postgres::{connect, meddle, shared};

mod away;
mod calls;
mod migration;
mod opening;
mod plans;
mod refusals;
mod replicas;
mod tls;
mod warm;

/// A schema with at most one store in it.
pub(super) struct Engine {
    url: String,
}

impl Engine {
    /// `None` when this machine has no PostgreSQL.
    pub(super) async fn fresh() -> Option<Self> {
        Some(Self { url: shared().await?.fresh().await })
    }

    pub(super) async fn try_serve(&self) -> Result<Arc<SqlStore>, ServerError> {
        SqlStore::open_for_service(&self.url, options(BOT)).await.map(Arc::new).map_err(of_server)
    }

    async fn try_beside(&self, bot: &str) -> Result<Arc<SqlStore>, ServerError> {
        SqlStore::open(&self.url, options(bot)).await.map(Arc::new).map_err(of_server)
    }

    /// Statements by somebody else.
    pub(super) async fn meddle(&self, sql: &str) {
        meddle(&self.url, sql).await;
    }
}

#[async_trait]
impl super::Engine for Engine {
    async fn serve(&self) -> Store {
        ports(&self.try_serve().await.expect("opened"))
    }

    async fn beside(&self, bot: &str) -> Store {
        ports(&self.try_beside(bot).await.expect("opened"))
    }
}

fn of_server(error: OpenError) -> ServerError {
    match error {
        OpenError::Server(error) => error,
        OpenError::File(error) => panic!("no server: {error}"),
    }
}

fn ports(store: &Arc<SqlStore>) -> Store {
    let closed = Arc::clone(store);
    Store::of(store, async move { closed.close().await })
}
