//! From an address to the options of a connection.

use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use url::Url;

use super::engine::{LOCK, STATEMENT};

/// Parameters of an address. Another one would be passed over, and its value logged, by the driver.
const PARAMETERS: [&str; 12] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// Statements that are kept prepared: more than there are.
const PREPARED: usize = 200;

/// Whether an address is one of this engine.
pub(in crate::adapters::sql) fn is_server(url: &str) -> bool {
    ["postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme))
}

/// The server that an address names; else what is wrong, without any secret in it.
pub(super) fn parse(url: &str) -> Result<PgConnectOptions, String> {
    let url = Url::parse(url).map_err(|error| format!("is no URL ({error})"))?;
    if let Some((unknown, _)) = url.query_pairs().find(|(name, _)| !PARAMETERS.contains(&&**name)) {
        return Err(format!("has a parameter {unknown:?} that is not known: {}", PARAMETERS.join(", ")));
    }
    let named = url.query_pairs().any(|(name, value)| name == "dbname" && !value.is_empty());
    if url.path().trim_matches('/').is_empty() && !named {
        return Err("names no database".to_owned());
    }
    let named = url.query_pairs().any(|(name, _)| name == "application_name");
    let options = PgConnectOptions::from_url(&url).map_err(|error| error.to_string())?;
    let options = if named { options } else { options.application_name(env!("CARGO_PKG_NAME")) };
    Ok(options.disable_statement_logging().statement_cache_capacity(PREPARED))
}

/// For connections that read and write. The server ends what takes too long, notices when this side is gone without a
/// word, and keeps silent about what is no error.
pub(super) fn for_changes(server: PgConnectOptions) -> PgConnectOptions {
    limited(server, STATEMENT, LOCK)
}

/// For a connection that makes tables.
pub(super) fn for_making(server: PgConnectOptions) -> PgConnectOptions {
    limited(server, Duration::ZERO, Duration::from_mins(1))
}

fn limited(server: PgConnectOptions, statement: Duration, lock: Duration) -> PgConnectOptions {
    let limits = [("statement_timeout", statement), ("lock_timeout", lock)];
    server.options(limits.map(|(name, limit)| (name, limit.as_millis().to_string()))).options([
        ("idle_in_transaction_session_timeout", "10s"),
        ("default_transaction_isolation", "read committed"),
        ("client_min_messages", "error"),
        ("tcp_keepalives_idle", "5"),
        ("tcp_keepalives_interval", "2"),
        ("tcp_keepalives_count", "3"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_names_the_same_server() {
        for url in [
            "postgres://bot@db.example:5433/halo",
            "postgresql://bot@db.example:5433/halo",
            "postgres://?host=db.example&port=5433&user=bot&dbname=halo",
        ] {
            let server = parse(url).expect("understood");
            let named = (server.get_host(), server.get_port(), server.get_username(), server.get_database());
            assert_eq!(named, ("db.example", 5433, "bot", Some("halo")), "{url}");
        }
    }

    #[test]
    fn a_socket_is_named_by_its_directory() {
        let server = parse("postgres://%2Frun%2Fpostgresql/halo").expect("understood");
        assert_eq!(
            server.get_socket().map(std::path::PathBuf::as_path),
            Some(std::path::Path::new("/run/postgresql"))
        );
    }

    #[test]
    fn what_cannot_be_used_is_told_without_its_secret() {
        for (url, why) in [
            ("postgres://bot:hunter2@db:70000/halo", "is no URL"),
            ("postgres://bot:hunter2@db", "names no database"),
            ("postgres://bot:hunter2@db/", "names no database"),
            ("postgres://db/halo?pasword=hunter2", "\"pasword\" that is not known"),
            ("postgres://bot:hunter2@db/halo?sslmode=hunter", "hunter"),
        ] {
            let said = parse(url).expect_err("refused");
            assert!(said.contains(why) && !said.contains("hunter2"), "{url}: {said}");
        }
    }
}
