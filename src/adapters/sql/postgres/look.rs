//! Looking at a store on a server.

use std::sync::Arc;

use sqlx::postgres::PgPoolOptions;

use super::engine::{CONNECT, PATIENCE};
use super::lock::Locks;
use super::schema::{self, Found};
use super::{ServerError, engine, open_error, options, presence};
use crate::adapters::sql::engine::{Connection, PgReaders, Readers};
use crate::adapters::sql::queue::read_depth;
use crate::adapters::sql::writer::Engine;
use crate::application::doctor::{StoreFacts, StoreState};
use crate::domain::time::Timestamp;

/// What lies there. A server that takes no changes is an error, too.
pub(in crate::adapters::sql) async fn look(
    url: &str,
    bot: &str,
    now: Timestamp,
) -> Result<StoreFacts, ServerError> {
    let server = options::parse(url).map_err(ServerError::Address)?;
    let place = open_error::place(&server);
    let sorted = |error| open_error::sort(&server, error);
    let (found, schema) = schema::inspect(&options::for_changes(server.clone())).await?;
    let engine = engine(&server, Locks::new(bot, schema), &presence::name());
    let version = version(engine.connect().await.map_err(sorted)?).await.map_err(sorted)?;
    let state = match found {
        Found::Nothing => StoreState::Absent,
        Found::Store(schema) if schema < schema::newest() => StoreState::Older(schema),
        Found::Store(schema) => {
            let pool = PgPoolOptions::new()
                .max_connections(1)
                .acquire_timeout(CONNECT)
                .connect_lazy_with(options::for_changes(server.clone()));
            let readers = Readers::Postgres(PgReaders { pool, reach: Arc::default(), patience: PATIENCE });
            let depth = read_depth(&readers, bot, now).await;
            readers.close().await;
            StoreState::Ready(schema, depth.map_err(sorted)?)
        }
    };
    Ok(StoreFacts { engine: format!("PostgreSQL {version}"), place, state })
}

/// Without the words of a distribution after it.
async fn version(connection: Connection) -> sqlx::Result<String> {
    let Connection::Postgres(mut connection) = connection else { return Ok(String::new()) };
    let version: String =
        sqlx::query_scalar("SELECT current_setting('server_version')").fetch_one(&mut connection).await?;
    sqlx::Connection::close(connection).await?;
    Ok(version.split(' ').next().unwrap_or_default().to_owned())
}
