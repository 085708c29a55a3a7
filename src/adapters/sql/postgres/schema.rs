//! Making the tables, bringing them up to date, and finding out what is there.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, SqlSafeStr};

use super::engine::CONNECT;
use super::open_error::{ServerError, place, sort};
use crate::adapters::sql::engine::late;

const STORE: &str = include_str!("../../../../migrations/postgres/0001_store.sql");
const ASKED_BY: &str = include_str!("../../../../migrations/postgres/0002_asked_by.sql");
const REFUSED_BY: &str = include_str!("../../../../migrations/postgres/0003_refused_by.sql");

/// The schema that tables are made in, by number; where it was looked for; the encoding; the version; whether migrations were
/// noted there, and a table of ours is there.
const LOOK: &str = "SELECT current_schema()::regnamespace::oid::bigint, current_setting('search_path'),
    current_setting('server_encoding'), current_setting('server_version_num')::bigint,
    EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = '_sqlx_migrations'),
    EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'job')";

/// The oldest version that is served; a major one, as the server counts them.
const OLDEST: i64 = 13;

/// By which the server multiplies a major version.
const VERSION: i64 = 10_000;

/// What may be opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// None of our tables.
    Nothing,
    /// A store of ours with that schema.
    Store(i64),
}

fn migrator() -> Migrator {
    let migration = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        migration(1, "store", STORE),
        migration(2, "asked by", ASKED_BY),
        migration(3, "refused by", REFUSED_BY),
    ])
}

/// The newest schema this program knows.
pub(super) fn newest() -> i64 {
    migrator().iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Looks, and changes nothing. Answers the number of the schema in the database's own words as well.
pub(super) async fn inspect(server: &PgConnectOptions) -> Result<(Found, i64), ServerError> {
    let looked = tokio::time::timeout(CONNECT, look(server)).await.map_err(|_| late()).flatten();
    let Looked { schema, path, encoding, version, noted, tables } =
        looked.map_err(|error| sort(server, error))?;
    if version / VERSION < OLDEST {
        return Err(ServerError::TooOld { place: place(server), found: version / VERSION, oldest: OLDEST });
    }
    let Some(schema) = schema else {
        return Err(ServerError::NoSchema { place: place(server), path });
    };
    if encoding != "UTF8" {
        return Err(ServerError::Encoding { place: place(server), found: encoding });
    }
    let migrator = migrator();
    let ours = |(version, checksum): &(i64, Vec<u8>)| {
        migrator.iter().any(|known| known.version == *version && *known.checksum == **checksum)
    };
    match noted.first() {
        None if tables => Err(ServerError::Foreign(place(server))),
        None => Ok((Found::Nothing, schema)),
        Some(first) if !ours(first) => Err(ServerError::Foreign(place(server))),
        Some(_) => match noted.iter().map(|(version, _)| *version).max().unwrap_or(0) {
            found if found > newest() => {
                Err(ServerError::Newer { place: place(server), found, known: newest() })
            }
            found => Ok((Found::Store(found), schema)),
        },
    }
}

/// What is there.
struct Looked {
    schema: Option<i64>,
    path: String,
    encoding: String,
    version: i64,
    /// Versions and checksums of the migrations that were made.
    noted: Vec<(i64, Vec<u8>)>,
    tables: bool,
}

async fn look(server: &PgConnectOptions) -> sqlx::Result<Looked> {
    let mut connection = server.connect().await?;
    let (schema, path, encoding, version, is_noted, tables) =
        sqlx::query_as(LOOK).fetch_one(&mut connection).await?;
    let noted = if is_noted { noted(&mut connection).await? } else { Vec::new() };
    connection.close().await?;
    Ok(Looked { schema, path, encoding, version, noted, tables })
}

async fn noted(connection: &mut PgConnection) -> sqlx::Result<Vec<(i64, Vec<u8>)>> {
    let noted = sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations ORDER BY version");
    noted.fetch_all(connection).await
}

/// Makes what is missing, one process after the other.
pub(super) async fn make(server: &PgConnectOptions) -> Result<(), ServerError> {
    let sorted = |error| sort(server, error);
    let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(server.clone());
    let made = migrator().run(&pool).await;
    // Its lock ends with its connection.
    pool.close().await;
    match made {
        Ok(()) => Ok(()),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => Err(sorted(error)),
        Err(error) => Err(ServerError::Failed { place: place(server), source: Box::new(error) }),
    }
}
