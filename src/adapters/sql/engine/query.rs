//! A statement with its values, as it is run.

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, Sqlite};

use super::{Connection, Readers, Row, Statement, Target, Value};

/// A statement that is about to run.
#[derive(Debug)]
pub(in crate::adapters::sql) struct Query<'q> {
    text: Text,
    values: Vec<Value<'q>>,
}

/// Its words.
#[derive(Debug)]
enum Text {
    /// Kept prepared.
    Fixed(Statement),
    /// Made for so many values, too various to be worth keeping.
    Made(String),
}

/// A statement without values yet.
pub(in crate::adapters::sql) fn query<'q>(statement: Statement) -> Query<'q> {
    Query { text: Text::Fixed(statement), values: Vec::new() }
}

/// How many rows were changed.
#[derive(Debug)]
pub(in crate::adapters::sql) struct Done(u64);

impl Done {
    pub(in crate::adapters::sql) fn rows_affected(&self) -> u64 {
        self.0
    }
}

impl<'q> Query<'q> {
    /// A statement that is not kept, in words of the engine it will run on. No value may be written in it.
    pub(in crate::adapters::sql) fn made(text: String) -> Self {
        Self { text: Text::Made(text), values: Vec::new() }
    }

    /// The next value.
    pub(in crate::adapters::sql) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }

    pub(in crate::adapters::sql) async fn execute(self, on: &mut Connection) -> sqlx::Result<Done> {
        match on {
            Connection::Sqlite(on) => Ok(Done(self.for_sqlite().execute(on).await?.rows_affected())),
            Connection::Postgres(on) => Ok(Done(self.for_postgres().execute(on).await?.rows_affected())),
        }
    }

    pub(in crate::adapters::sql) async fn fetch_all<'t>(
        self,
        on: impl Into<Target<'t>>,
    ) -> sqlx::Result<Vec<Row>> {
        match on.into() {
            Target::Connection(Connection::Sqlite(on)) => self.for_sqlite().fetch_all(on).await.map(sqlite),
            Target::Readers(Readers::Sqlite(on)) => self.for_sqlite().fetch_all(on).await.map(sqlite),
            Target::Connection(Connection::Postgres(on)) => {
                self.for_postgres().fetch_all(on).await.map(postgres)
            }
            Target::Readers(Readers::Postgres(on)) => {
                on.read(|pool| self.for_postgres().fetch_all(pool)).await.map(postgres)
            }
        }
    }

    /// The first row.
    pub(in crate::adapters::sql) async fn fetch_optional<'t>(
        self,
        on: impl Into<Target<'t>>,
    ) -> sqlx::Result<Option<Row>> {
        Ok(self.fetch_all(on).await?.into_iter().next())
    }

    /// The row that there always is.
    pub(in crate::adapters::sql) async fn fetch_one<'t>(
        self,
        on: impl Into<Target<'t>>,
    ) -> sqlx::Result<Row> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }

    fn for_sqlite(self) -> sqlx::query::Query<'static, Sqlite, SqliteArguments> {
        let query = match self.text {
            Text::Fixed(statement) => sqlx::query(statement.sqlite.into_sql_str()),
            Text::Made(text) => sqlx::query(AssertSqlSafe(text).into_sql_str()).persistent(false),
        };
        self.values.into_iter().fold(query, |query, value| value.bind_sqlite(query))
    }

    fn for_postgres(self) -> sqlx::query::Query<'static, Postgres, PgArguments> {
        let query = match self.text {
            Text::Fixed(statement) => sqlx::query(statement.postgres.into_sql_str()),
            Text::Made(text) => sqlx::query(AssertSqlSafe(text).into_sql_str()).persistent(false),
        };
        self.values.into_iter().fold(query, |query, value| value.bind_postgres(query))
    }
}

fn sqlite(rows: Vec<sqlx::sqlite::SqliteRow>) -> Vec<Row> {
    rows.into_iter().map(Row::Sqlite).collect()
}

fn postgres(rows: Vec<sqlx::postgres::PgRow>) -> Vec<Row> {
    rows.into_iter().map(Row::Postgres).collect()
}
