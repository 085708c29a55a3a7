//! Tables and columns that both engines have, for who copies them whole.

/// A table with its columns, and the one of them that the engine numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static str,
    pub(super) numbered: Option<&'static str>,
}

const fn table(name: &'static str, columns: &'static str) -> Table {
    Table { name, columns, numbered: None }
}

/// In an order in which none refers to a later one.
pub(super) const TABLES: [Table; 8] = [
    Table {
        numbered: Some("id"),
        ..table(
            "job",
            "id, bot, room, message, state, asked_at, due_at, attempts, trouble_since, line_at, told, lease, \
             leased_until, reply_failure, failure, died_at, one_to_one, asker, asker_name, text, thread, files, sign",
        )
    },
    table("part", "bot, job, place, text, posted, uncertain"),
    table("conversation", "bot, room, thread, epoch, window_start"),
    table(
        "turn",
        "bot, room, thread, message, speaker, question, answer, asker, one_to_one, files, at, prints",
    ),
    table("pause", "bot, room, paused_until"),
    table("own_actor", "bot, actor"),
    Table { numbered: Some("id"), ..table("notice", "id, bot, room, thread, reply_to, text, since, due_at") },
    table("room", "bot, room, floor, welcomed"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{ConnectOptions, Row};

    use super::*;
    use crate::adapters::sql::sqlite::MIGRATIONS;

    #[tokio::test]
    async fn nothing_that_is_stored_is_left_out() {
        let mut store = SqliteConnectOptions::new().connect().await.expect("in memory");
        for (_, _, sql) in MIGRATIONS {
            sqlx::raw_sql(sql).execute(&mut store).await.expect("made");
        }
        let columns = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid";
        let mut stored = BTreeMap::<String, Vec<String>>::new();
        for row in sqlx::query(columns).fetch_all(&mut store).await.expect("read") {
            stored.entry(row.get(0)).or_default().push(row.get(1));
        }
        let sorted = |mut columns: Vec<String>| {
            columns.sort();
            columns
        };
        let copied: BTreeMap<String, Vec<String>> = TABLES
            .iter()
            .map(|table| (table.name.to_owned(), table.columns.split(", ").map(str::to_owned).collect()))
            .map(|(name, columns)| (name, sorted(columns)))
            .collect();
        let stored = stored.into_iter().map(|(name, columns)| (name, sorted(columns))).collect();
        assert_eq!(copied, stored);
    }
}
