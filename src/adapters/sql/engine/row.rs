//! What an engine answers.

use sqlx::error::UnexpectedNullError;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Row as _};

/// A row of an answer.
#[derive(Debug)]
pub(in crate::adapters::sql) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A column by name or by place.
pub(in crate::adapters::sql) trait Index:
    ColumnIndex<SqliteRow> + ColumnIndex<PgRow> + Copy
{
}

impl<I: ColumnIndex<SqliteRow> + ColumnIndex<PgRow> + Copy> Index for I {}

impl Row {
    /// What stands in a column. Fails when it is missing, of another kind, or null where that is no value.
    pub(in crate::adapters::sql) fn try_get<'r, T: Column<'r>, I: Index>(
        &'r self,
        index: I,
    ) -> sqlx::Result<T> {
        T::of(self, index)
    }
}

/// What a column can hold.
pub(in crate::adapters::sql) trait Column<'r>: Sized {
    fn of<I: Index>(row: &'r Row, index: I) -> sqlx::Result<Self>;
}

/// Kinds that both drivers read from what is stored.
macro_rules! read_by_the_driver {
    ($($kind:ty),+) => {
        $(
            impl<'r> Column<'r> for $kind {
                fn of<I: Index>(row: &'r Row, index: I) -> sqlx::Result<Self> {
                    match row {
                        Row::Sqlite(row) => row.try_get(index),
                        Row::Postgres(row) => row.try_get(index),
                    }
                }
            }
        )+
    };
}

read_by_the_driver![i64, Option<i64>, &'r str, Option<&'r str>, String, Option<String>];

impl<'r> Column<'r> for Option<bool> {
    fn of<I: Index>(row: &'r Row, index: I) -> sqlx::Result<Self> {
        Ok(Option::<i64>::of(row, index)?.map(|number| number != 0))
    }
}

impl<'r> Column<'r> for bool {
    fn of<I: Index>(row: &'r Row, index: I) -> sqlx::Result<Self> {
        let null = || sqlx::Error::Decode(Box::new(UnexpectedNullError));
        Option::<bool>::of(row, index)?.ok_or_else(null)
    }
}
