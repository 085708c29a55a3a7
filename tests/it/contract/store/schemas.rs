//! A migration that was once made is never written anew: stores know it by the checksum of its text, and refuse one that
//! they do not know. What changes is a further migration.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType};

/// Engine, file, and what the checksum of its text begins with.
const MADE: [(&str, &str, &str); 5] = [
    ("sqlite", "0001_queue.sql", "b0df55e8b922c774"),
    ("sqlite", "0002_talk_side.sql", "6bf4cbac23c0995b"),
    ("postgres", "0001_store.sql", "57f1c56362a908b2"),
    ("postgres", "0002_asked_by.sql", "3f12c6c2a0d5863e"),
    ("postgres", "0003_refused_by.sql", "5b6ac1ab8ed73d78"),
];

#[test]
fn what_was_made_is_never_written_anew() {
    let migrations = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files = 0;
    for engine in ["sqlite", "postgres"] {
        files += std::fs::read_dir(migrations.join(engine)).expect("a directory").count();
    }
    assert_eq!(files, MADE.len(), "each has its line here");
    for (engine, file, begin) in MADE {
        let sql = std::fs::read_to_string(migrations.join(engine).join(file)).expect("readable");
        let sql = sqlx::AssertSqlSafe(sql).into_sql_str();
        let made = Migration::new(1, "".into(), MigrationType::Simple, sql, false).checksum;
        assert_eq!(base16ct::lower::encode_string(&made[..8]), begin, "{engine}/{file}");
    }
}
