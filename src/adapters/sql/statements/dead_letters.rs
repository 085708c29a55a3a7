//! Questions that were given up.

use super::Statement;

/// $1 bot.
pub(crate) const DEAD_LETTERS: Statement = Statement::both(
    "SELECT id, room, message, failure, asked_at, died_at, attempts
    FROM job WHERE bot = $1 AND state = 'dead' ORDER BY died_at, id",
);

/// $1 bot, $2 job or null for all. A stored notice of failure goes, so that the model is asked again.
pub(crate) const DROP_NOTICES: Statement = Statement::both(
    "DELETE FROM part WHERE bot = $1 AND job IN (
        SELECT id FROM job WHERE bot = $1 AND state = 'dead' AND ($2 IS NULL OR id = $2)
            AND reply_failure IS NOT NULL)",
);

/// $1 bot, $2 job or null for all. What was uncertain is tried as often as if it were new.
pub(crate) const FORGET_UNCERTAIN: Statement = Statement::both(
    "UPDATE part SET uncertain = 0 WHERE bot = $1 AND uncertain <> 0
        AND job IN (SELECT id FROM job WHERE bot = $1 AND state = 'dead' AND ($2 IS NULL OR id = $2))",
);

/// $1 bot, $2 job or null for all, $3 now. After [`DROP_NOTICES`]. It is due at once: who opens it may
/// have another clock than the service.
pub(crate) const REOPEN: Statement = Statement::both(concat!(
    "UPDATE job SET
        state = CASE WHEN EXISTS (SELECT 1 FROM part WHERE part.bot = $1 AND part.job = job.id)
            THEN 'post' ELSE 'ask' END,
        due_at = 0, ",
    as_if_asked_at!("$3"),
    " WHERE bot = $1 AND state = 'dead' AND ($2 IS NULL OR id = $2)"
));

/// $1 bot, $2 job or null for all.
pub(crate) const DROP_REPLIES: Statement = Statement::both(
    "DELETE FROM part WHERE bot = $1 AND job IN (
        SELECT id FROM job WHERE bot = $1 AND state = 'dead' AND ($2 IS NULL OR id = $2))",
);

/// $1 bot, $2 job or null for all. After [`DROP_REPLIES`].
pub(crate) const DROP: Statement = Statement::both(concat!(
    "UPDATE job SET ",
    done!(),
    " WHERE bot = $1 AND state = 'dead' AND ($2 IS NULL OR id = $2)"
));
