//! Notices, called j where their pauses are looked up.

use super::Statement;

/// $1 bot, $2 room, $3 thread, $4 reply to, $5 text, $6 now. Due at once, also when the clock is set back: at the
/// epoch.
pub(crate) const ADD_NOTICE: Statement = Statement::both(
    "INSERT INTO notice (bot, room, thread, reply_to, text, since, due_at)
    VALUES ($1, $2, $3, $4, $5, $6, 0)",
);

/// Whether the notice j is the first of its room.
macro_rules! first_of_room {
    () => {
        "NOT EXISTS (SELECT 1 FROM notice e WHERE e.bot = $1 AND e.room = j.room AND e.id < j.id)"
    };
}

/// $1 bot, $2 now, $3 limit.
pub(crate) const DUE_NOTICES: Statement = Statement::both(concat!(
    "SELECT id, room, thread, reply_to, text, since FROM notice j
    WHERE bot = $1 AND due_at <= $2 AND ",
    first_of_room!(),
    " AND ",
    not_paused!(),
    " ORDER BY id LIMIT $3"
));

/// As for the queue: of each room's first one, the time from which nothing holds it back.
macro_rules! next_notice {
    ($latest:literal) => {
        concat!(
            "SELECT MIN(ready_at) FROM (
        SELECT ",
            $latest,
            "(j.due_at, COALESCE((SELECT MAX(h.paused_until) FROM pause h
            WHERE h.bot = $1 AND h.room IN (j.room, '')), 0)) AS ready_at
        FROM notice j WHERE j.bot = $1 AND ",
            first_of_room!(),
            ") ready
    WHERE ready_at > $2"
        )
    };
}

/// $1 bot, $2 now.
pub(crate) const NEXT_NOTICE: Statement =
    Statement { sqlite: next_notice!("MAX"), postgres: next_notice!("GREATEST") };

/// $1 bot, $2 room, $3 message. What is still to be said about its waiting.
pub(crate) const ERASE_NOTICES_TO: Statement =
    Statement::both("DELETE FROM notice WHERE bot = $1 AND room = $2 AND reply_to = $3");

/// $1 bot, $2 notice.
pub(crate) const ERASE_NOTICE: Statement = Statement::both("DELETE FROM notice WHERE bot = $1 AND id = $2");

/// $1 bot, $2 notice, $3 due.
pub(crate) const RETRY_NOTICE: Statement =
    Statement::both("UPDATE notice SET due_at = $3 WHERE bot = $1 AND id = $2");
