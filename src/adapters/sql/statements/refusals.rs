//! What refused the signature, as several processes on a server count it; a file knows of one process only.

use super::{PAUSE, Statement};

/// $1 bot, $2 room, $3 until, $4 the process that was refused.
pub(crate) const PAUSE_FOR_ALL: Statement = Statement {
    postgres: "INSERT INTO pause (bot, room, paused_until, refused_by) VALUES ($1, $2, $3, $4)
    ON CONFLICT (bot, room) DO UPDATE SET paused_until = excluded.paused_until, refused_by = excluded.refused_by",
    ..PAUSE
};

/// $1 bot, $2 now.
pub(crate) const REFUSALS: Statement = Statement::both(
    "SELECT room, paused_until, refused_by FROM pause WHERE bot = $1 AND paused_until > $2 ORDER BY room",
);

/// $1 bot, $2 process.
pub(crate) const TAKEN: Statement =
    Statement::both("UPDATE pause SET refused_by = NULL WHERE bot = $1 AND refused_by = $2");
