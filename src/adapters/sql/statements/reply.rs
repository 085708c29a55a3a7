//! Stored replies.

use super::Statement;

/// $1 bot, $2 job, $3 lease, $4 failure. Due at once, also when the clock was set back: at the epoch.
pub(crate) const SAVE_REPLY: Statement = Statement::both(
    "UPDATE job SET state = 'post', reply_failure = $4, due_at = 0,
        trouble_since = NULL, lease = NULL, leased_until = NULL
    WHERE bot = $1 AND id = $2 AND lease = $3 AND state = 'ask'
    RETURNING room, thread, message, asker, one_to_one, files",
);

/// $1 bot, $2 job, $3 place, $4 text.
pub(crate) const ADD_PART: Statement =
    Statement::both("INSERT INTO part (bot, job, place, text) VALUES ($1, $2, $3, $4)");

/// $1 bot, $2 job, $3 lease, $4 place, $5 posted, $6 uncertain.
pub(crate) const MARK_PART: Statement = Statement::both(
    "UPDATE part SET posted = $5, uncertain = $6
    WHERE bot = $1 AND job = $2 AND place = $4
        AND EXISTS (SELECT 1 FROM job WHERE bot = $1 AND id = $2 AND lease = $3)",
);

/// $1 bot, $2 job, $3 lease, $4 place.
pub(crate) const TAKE_PART: Statement = Statement::both(
    "DELETE FROM part WHERE bot = $1 AND job = $2 AND place = $4
        AND EXISTS (SELECT 1 FROM job WHERE bot = $1 AND id = $2 AND lease = $3)",
);

/// $1 bot, $2 job, $3 the place they follow, $4 by how much. Places are unique at every moment, so they take a
/// detour below zero, which [`MOVE_PARTS_BACK`] ends.
pub(crate) const MOVE_PARTS: Statement =
    Statement::both("UPDATE part SET place = -(place + $4) WHERE bot = $1 AND job = $2 AND place > $3");

/// $1 bot, $2 job.
pub(crate) const MOVE_PARTS_BACK: Statement =
    Statement::both("UPDATE part SET place = -place WHERE bot = $1 AND job = $2 AND place < 0");

/// $1 bot, $2 job.
pub(crate) const ERASE_PARTS: Statement = Statement::both("DELETE FROM part WHERE bot = $1 AND job = $2");

/// $1 bot, $2 job. Ends the questions that wait in the same place with the same asker and the same text.
pub(crate) const END_IDENTICAL: Statement = Statement::both(concat!(
    "UPDATE job SET ",
    done!(),
    " WHERE bot = $1 AND id <> $2 AND state = 'ask' AND lease IS NULL AND room = (SELECT room FROM job WHERE bot = $1 AND id = $2)
        AND (thread, asker, text) = (SELECT thread, asker, text FROM job WHERE bot = $1 AND id = $2)"
));

/// $1 bot, $2 job, $3 room, $4 thread. Ends a question that waits there.
pub(crate) const END_JOINED: Statement = Statement::both(concat!(
    "UPDATE job SET ",
    done!(),
    " WHERE bot = $1 AND id = $2 AND state = 'ask' AND lease IS NULL AND room = $3 AND thread = $4"
));
