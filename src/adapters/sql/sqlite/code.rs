//! `SQLite`'s result codes, as far as they are told apart.

pub(super) const READ_ONLY: i32 = 8;
pub(super) const CORRUPT: i32 = 11;
pub(super) const DISK_FULL: i32 = 13;
pub(super) const CANNOT_OPEN: i32 = 14;
pub(super) const NOT_A_DATABASE: i32 = 26;

/// The code without its details.
pub(super) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xFF)
}
