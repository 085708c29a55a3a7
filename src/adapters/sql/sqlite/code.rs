//! `SQLite`'s result codes, as far as they are told apart.

const BUSY: i32 = 5;
const NO_MEMORY: i32 = 7;
pub(super) const READ_ONLY: i32 = 8;
const NOT_READ_OR_WRITTEN: i32 = 10;
pub(super) const CORRUPT: i32 = 11;
pub(super) const DISK_FULL: i32 = 13;
pub(super) const CANNOT_OPEN: i32 = 14;
pub(super) const NOT_A_DATABASE: i32 = 26;

/// The code without its details.
pub(super) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xFF)
}

/// Whether the file, the disk or another process is at fault, and not what was to be written.
pub(super) fn is_of_the_store(error: &sqlx::Error) -> bool {
    const OF_THE_STORE: [i32; 8] =
        [BUSY, NO_MEMORY, READ_ONLY, NOT_READ_OR_WRITTEN, CORRUPT, DISK_FULL, CANNOT_OPEN, NOT_A_DATABASE];
    matches!(error, sqlx::Error::WorkerCrashed | sqlx::Error::Io(_))
        || primary_code(error).is_some_and(|code| OF_THE_STORE.contains(&code))
}
