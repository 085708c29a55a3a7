//! Questions that wait, and the telling of it.

use super::Statement;

/// Those whose room was told nothing, in the words of the partial index.
macro_rules! untold {
    () => {
        "state = 'ask' AND told = 0"
    };
}

/// $1 bot, $2 now, $3 before, $4 limit. Before a question stand those that are worked on, those of its room with a smaller
/// message, and those of other rooms that have waited longer.
pub(crate) const WAITING: Statement = Statement::both(concat!(
    "SELECT id, room, thread, message, asked_at,
        CASE WHEN lease IS NOT NULL THEN 0 ELSE (SELECT COUNT(*) FROM job w
            WHERE w.bot = $1 AND w.state = 'ask' AND w.id <> j.id AND (w.lease IS NOT NULL
                OR CASE WHEN w.room = j.room THEN w.message < j.message
                    ELSE (w.line_at, w.id) < (j.line_at, j.id) END)) END AS ahead
    FROM job j WHERE bot = $1 AND asked_at <= $3 AND ",
    untold!(),
    " AND ",
    not_paused!(),
    " ORDER BY asked_at, id LIMIT $4"
));

/// $1 bot.
pub(crate) const OLDEST_WAITING: Statement =
    Statement::both(concat!("SELECT MIN(asked_at) FROM job WHERE bot = $1 AND ", untold!()));

/// $1 bot, $2 job. Of every question that waits in its room; changes no row when it does not, or was told.
pub(crate) const TELL: Statement = Statement::both(concat!(
    "UPDATE job SET told = 1 WHERE bot = $1 AND ",
    untold!(),
    " AND room = (SELECT room FROM job WHERE bot = $1 AND id = $2 AND ",
    untold!(),
    ")"
));
