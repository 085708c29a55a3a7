//! Making a store and bringing it up to date.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqliteConnection, SqlitePool};

/// The mark of this program's databases in their header: `nocb`.
pub(super) const APPLICATION_ID: i64 = 0x6E6F_6362;

/// What makes a store, in this order: the version that each step leads to, its name and its statements.
pub(in crate::adapters::sql) const MIGRATIONS: [(i64, &str, &str); 2] = [
    (1, "queue", include_str!("../../../../migrations/sqlite/0001_queue.sql")),
    (2, "talk side", include_str!("../../../../migrations/sqlite/0002_talk_side.sql")),
];

fn migrator() -> Migrator {
    let migrations = MIGRATIONS.map(|(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.into())
}

/// The newest schema this program knows.
pub(super) fn newest() -> i64 {
    migrator().iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The schema of a database that bears the mark; 0 before the first.
pub(super) async fn version(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    let made: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations')",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !made {
        return Ok(0);
    }
    sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations").fetch_one(connection).await
}

/// Makes what is missing. The mark comes first, and in a commit of its own: what bears it and is not finished was
/// interrupted, and what has tables without it is not ours.
pub(super) async fn make(store: &SqlitePool) -> Result<(), MigrateError> {
    let mark = format!("PRAGMA application_id = {APPLICATION_ID}");
    sqlx::query(AssertSqlSafe(mark)).execute(store).await?;
    migrator().run(store).await
}
