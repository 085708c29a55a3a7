//! PostgreSQL's error codes, as far as they are told apart.

use std::io::ErrorKind;

/// Of the five characters, the first two are the class.
fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}

/// Whether the server or the way to it is at fault, and not what was to be written.
pub(super) fn is_of_the_store(error: &sqlx::Error) -> bool {
    /// Connection, resources, intervention, system, configuration file.
    const CLASSES: [&str; 5] = ["08", "53", "57", "58", "F0"];
    let of_the_server = |code: String| {
        CLASSES.iter().any(|class| code.starts_with(class))
            || matches!(code.as_str(), LOCK_TIMEOUT | READ_ONLY | NOT_PERMITTED)
    };
    is_lost(error) || code(error).is_some_and(of_the_server)
}

const LOCK_TIMEOUT: &str = "55P03";
const READ_ONLY: &str = "25006";
const NOT_PERMITTED: &str = "42501";

/// Whether somebody else kept what was waited for.
pub(super) fn is_lock_timeout(error: &sqlx::Error) -> bool {
    code(error).as_deref() == Some(LOCK_TIMEOUT)
}

/// Whether the connection is of no use any more: broken, ended by the server, or to one that has become a standby.
pub(super) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            true
        }
        _ => code(error)
            .is_some_and(|code| code.starts_with("08") || code.starts_with("57P") || code == READ_ONLY),
    }
}

/// Whether the connection could not be made as safe as was asked for.
pub(super) fn is_unsafe(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        // What is wrong with a certificate.
        sqlx::Error::Io(error) => error.kind() == ErrorKind::InvalidData,
        _ => false,
    }
}

/// Whether the server refuses this account, or does not know it.
pub(super) fn is_refused(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| code.starts_with("28"))
}

/// Whether the server does not know the database.
pub(super) fn is_of_no_database(error: &sqlx::Error) -> bool {
    code(error).as_deref() == Some("3D000")
}

/// Whether the server takes no changes.
pub(super) fn is_read_only(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == ErrorKind::ReadOnlyFilesystem,
        _ => code(error).as_deref() == Some(READ_ONLY),
    }
}

/// Whether this account may not do that.
pub(super) fn is_not_permitted(error: &sqlx::Error) -> bool {
    code(error).as_deref() == Some(NOT_PERMITTED)
}
