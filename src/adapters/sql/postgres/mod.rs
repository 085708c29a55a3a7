//! The store in a PostgreSQL database, for any number of services: each has one connection that writes, a few that read, and
//! one by which it lives among the others. The database may be away; then nothing waits for it.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgConnection};

use self::engine::{CONNECT, PATIENCE, PostgresEngine};
use self::lock::Locks;
use self::schema::Found;
use super::StoreOptions;
use super::engine::{Connection, PgReaders, Reach, Readers, late};
use super::others::Others;
use super::store::{Opened, SqlStore};
use super::writer::Engine;

mod channel;
mod code;
mod engine;
mod gate;
mod listen;
mod lock;
mod look;
mod open_error;
mod options;
mod presence;
mod schema;

pub(super) use gate::Gate;
pub(super) use look::look;
pub use open_error::ServerError;
pub(super) use options::is_server;

/// Reads are short and few.
const READERS: u32 = 4;

/// Time to make tables and indexes, and to wait for others who do.
const MAKING: Duration = Duration::from_mins(10);

/// What is wrong with an address, without any secret in it.
pub(super) fn fault(url: &str) -> Option<String> {
    options::parse(url).err()
}

/// Opens the store beside a service that may be working on it.
pub(super) async fn open(url: &str, options: StoreOptions) -> Result<SqlStore, ServerError> {
    let server = options::parse(url).map_err(ServerError::Address)?;
    let (found, schema) = schema::inspect(&options::for_changes(server.clone())).await?;
    if found != Found::Store(schema::newest()) {
        return Err(ServerError::NotReady(open_error::place(&server)));
    }
    let engine = engine(&server, Locks::new(&options.bot, schema), &presence::name());
    let connection = engine.connect().await.map_err(|error| open_error::sort(&server, error))?;
    Ok(start(engine, connection, server, options, None))
}

/// Opens the store as one of the services that work on it; makes it, or brings it up to date, where needed. Leases that
/// a dead service left are free when it returns; to be sure of its death takes two seconds.
pub(super) async fn open_for_service(url: &str, options: StoreOptions) -> Result<SqlStore, ServerError> {
    let server = options::parse(url).map_err(ServerError::Address)?;
    let (found, schema) = schema::inspect(&options::for_changes(server.clone())).await?;
    let sorted = |error| open_error::sort(&server, error);
    if found != Found::Store(schema::newest()) {
        let making = options::for_making(server.clone());
        tokio::time::timeout(MAKING, schema::make(&making)).await.map_err(|_| sorted(late()))??;
    }
    let process = presence::name();
    let locks = Locks::new(&options.bot, schema);
    let gate = Gate::new(options::for_changes(server.clone()), locks.gate());
    let mut engine = engine(&server, locks, &process);
    engine.appear(&options.bot, &process).await.map_err(sorted)?;
    let mut connection = engine.connect().await.map_err(sorted)?;
    engine.take_over(&mut connection, &options.bot).await.map_err(sorted)?;
    Ok(start(engine, connection, server, options, Some(Others::new(process).behind(gate))))
}

/// Makes the tables, where there are none, and a connection without limits for who fills them. Answers the database in
/// words, and whether its tables are those of an older version, which are left as they are.
pub(super) async fn open_for_transfer(url: &str) -> Result<(PgConnection, String, bool), ServerError> {
    let server = options::parse(url).map_err(ServerError::Address)?;
    let (found, _) = schema::inspect(&options::for_changes(server.clone())).await?;
    let filling = options::for_making(server.clone());
    if found == Found::Nothing {
        schema::make(&filling).await?;
    }
    let is_older = matches!(found, Found::Store(schema) if schema < schema::newest());
    let connection = filling.connect().await.map_err(|error| open_error::sort(&server, error))?;
    Ok((connection, open_error::place(&server), is_older))
}

/// Brings tables of an older version up to date.
pub(super) async fn bring_up_to_date(url: &str) -> Result<(), ServerError> {
    let server = options::parse(url).map_err(ServerError::Address)?;
    schema::make(&options::for_making(server)).await
}

fn engine(server: &PgConnectOptions, locks: Locks, process: &str) -> PostgresEngine {
    PostgresEngine::new(options::for_changes(server.clone()), locks, process)
}

fn start(
    engine: PostgresEngine,
    connection: Connection,
    server: PgConnectOptions,
    options: StoreOptions,
    others: Option<Others>,
) -> SqlStore {
    let reach = Arc::<Reach>::default();
    let pool = PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(CONNECT)
        .connect_lazy_with(options::for_changes(server));
    let readers = Readers::Postgres(PgReaders { pool, reach: Arc::clone(&reach), patience: PATIENCE });
    SqlStore::start(Opened { engine: Arc::new(engine), connection, readers, reach, others }, options)
}
