//! Why a store on a server could not be opened, in words that say what to do.

use sqlx::postgres::PgConnectOptions;

use super::code;
use crate::ports::Cause;

/// The store could not be opened. What was found there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be understood.
    #[error("the address {0}: write for example postgres://bot@db.example/bot")]
    Address(String),
    /// Nobody answers there.
    #[error("the database {place} cannot be reached")]
    Unreachable {
        /// Server and database.
        place: String,
        /// What the system says.
        #[source]
        source: Cause,
    },
    /// The server does not know the database.
    #[error("the database {0} does not exist: create it, or correct its name in the address")]
    NoDatabase(String),
    /// There is nowhere to make tables.
    #[error(
        "in the database {place} no schema of its search_path ({path}) exists or is open to this account: create it, or \
         correct its name in the address"
    )]
    NoSchema {
        /// Server and database.
        place: String,
        /// Where it was looked for.
        path: String,
    },
    /// Nothing can be stored there, for now at least.
    #[error(
        "the database {place} takes no changes: it is a standby, or set read-only; give the primary's address"
    )]
    ReadOnly {
        /// Server and database.
        place: String,
        /// What the server says.
        #[source]
        source: Cause,
    },
    /// The account is not known, or the password is wrong.
    #[error("the database {place} refuses this account: see its name, password and pg_hba.conf")]
    Refused {
        /// Server and database.
        place: String,
        /// What the server says.
        #[source]
        source: Cause,
    },
    /// The account may not make, or change, tables.
    #[error("this account may not make tables in the database {place}: let it own the database")]
    NotPermitted {
        /// Server and database.
        place: String,
        /// What the server says.
        #[source]
        source: Cause,
    },
    /// Not every text can be stored.
    #[error("the database {place} has the encoding {found}: create one with ENCODING 'UTF8'")]
    Encoding {
        /// Server and database.
        place: String,
        /// Its encoding.
        found: String,
    },
    /// It lacks what is needed.
    #[error("the database {place} is run by PostgreSQL {found}: this program needs {oldest} or newer")]
    TooOld {
        /// Server and database.
        place: String,
        /// Its major version.
        found: i64,
        /// The oldest that is served.
        oldest: i64,
    },
    /// No connection that the address asks for.
    #[error(
        "the way to the database {place} is not as safe as the address wants it: see its sslmode and sslrootcert, and \
         the server's certificate"
    )]
    Unsafe {
        /// Server and database.
        place: String,
        /// What is wrong with it.
        #[source]
        source: Cause,
    },
    /// Another program's tables.
    #[error("the database {0} has the tables of another program: create one for this program alone")]
    Foreign(String),
    /// Written by a later version.
    #[error(
        "the database {place} was written by a newer version of this program (schema {found}, this version knows \
         {known}): run that version, or restore a backup from before it"
    )]
    Newer {
        /// Server and database.
        place: String,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// The service has to make it, or bring it up to date, first.
    #[error("the database {0} has no tables yet, or those of an older version: start the service once")]
    NotReady(String),
    /// Anything else.
    #[error("the database {place} cannot be used: see the cause")]
    Failed {
        /// Server and database.
        place: String,
        /// What the server says.
        #[source]
        source: Cause,
    },
}

impl ServerError {
    /// Whether it may be opened later though no setting was changed.
    pub(in crate::adapters::sql) fn may_pass(&self) -> bool {
        use ServerError::{Failed, ReadOnly, Unreachable, Unsafe};
        matches!(self, Unreachable { .. } | Unsafe { .. } | ReadOnly { .. } | Failed { .. })
    }
}

/// Server and database, in words for a person.
pub(super) fn place(server: &PgConnectOptions) -> String {
    let database = server.get_database().unwrap_or_default();
    match server.get_socket() {
        Some(socket) => format!("{database} at {}", socket.display()),
        None => format!("{database} at {} port {}", server.get_host(), server.get_port()),
    }
}

/// Whether an error is one, and what it becomes.
type Kind = (fn(&sqlx::Error) -> bool, fn(String, Cause) -> ServerError);

/// Sorts an error of the driver.
pub(super) fn sort(server: &PgConnectOptions, error: sqlx::Error) -> ServerError {
    const KINDS: [Kind; 6] = [
        (code::is_unsafe, |place, source| ServerError::Unsafe { place, source }),
        (code::is_of_no_database, |place, _| ServerError::NoDatabase(place)),
        (code::is_refused, |place, source| ServerError::Refused { place, source }),
        (code::is_not_permitted, |place, source| ServerError::NotPermitted { place, source }),
        (code::is_read_only, |place, source| ServerError::ReadOnly { place, source }),
        (code::is_lost, |place, source| ServerError::Unreachable { place, source }),
    ];
    let kind = KINDS.into_iter().find(|(is_one, _)| is_one(&error)).map(|(_, kind)| kind);
    let kind = kind.unwrap_or(|place, source| ServerError::Failed { place, source });
    kind(place(server), Box::new(error))
}
