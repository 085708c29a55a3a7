//! The memory of places.

use super::Statement;

/// $1 bot, $2 room, $3 thread. Nothing when the place never had a conversation, else a row for each turn, or one
/// without.
pub(crate) const RECENT: Statement = Statement::both(
    "SELECT c.epoch, c.window_start, t.message, t.speaker, t.question, t.answer
    FROM conversation c LEFT JOIN turn t ON t.bot = c.bot AND t.room = c.room AND t.thread = c.thread
    WHERE c.bot = $1 AND c.room = $2 AND c.thread = $3 ORDER BY t.message",
);

/// $1 bot, $2 room, $3 thread, $4 epoch, $5 window start. Changes no row when the place is in another epoch. A start
/// never moves back.
pub(crate) const MOVE_WINDOW: Statement = Statement::both(
    "INSERT INTO conversation (bot, room, thread, epoch, window_start)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (bot, room, thread) DO UPDATE
    SET window_start = CASE WHEN excluded.window_start > conversation.window_start THEN excluded.window_start
        ELSE conversation.window_start END
    WHERE conversation.epoch = excluded.epoch",
);

/// $1 bot, $2 room, $3 thread, $4 message, $5 speaker, $6 question, $7 answer, $8 asker, $9 one-to-one, $10 files,
/// $11 at, $12 prints. After [`MOVE_WINDOW`].
pub(crate) const ADD_TURN: Statement = Statement::both(
    "INSERT INTO turn
        (bot, room, thread, message, speaker, question, answer, asker, one_to_one, files, at, prints)
    SELECT bot, room, thread, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM conversation
    WHERE bot = $1 AND room = $2 AND thread = $3 AND window_start <= $4
    ON CONFLICT (bot, room, thread, message) DO NOTHING",
);

/// $1 bot, $2 room, $3 thread. After [`MOVE_WINDOW`].
pub(crate) const TRIM_TURNS: Statement = Statement::both(
    "DELETE FROM turn WHERE bot = $1 AND room = $2 AND thread = $3
        AND message < (SELECT window_start FROM conversation WHERE bot = $1 AND room = $2 AND thread = $3)",
);

/// $1 bot, $2 job, $3 prints. Of the messages that were posted in place of one that was too long.
pub(crate) const ADD_PRINTS: Statement = Statement::both("UPDATE turn SET prints = prints || ' ' || $3
    WHERE bot = $1 AND (room, thread, message) = (SELECT room, thread, message FROM job WHERE bot = $1 AND id = $2)");

/// $1 bot, $2 room, $3 thread.
pub(crate) const FORGET: Statement =
    Statement::both("DELETE FROM turn WHERE bot = $1 AND room = $2 AND thread = $3");

/// $1 bot, $2 room, $3 thread, $4 no window start. After all turns were erased.
pub(crate) const BEGIN_ANEW: Statement = Statement::both("INSERT INTO conversation (bot, room, thread, epoch, window_start)
    VALUES ($1, $2, $3, 1, $4)
    ON CONFLICT (bot, room, thread) DO UPDATE SET epoch = conversation.epoch + 1, window_start = excluded.window_start");

/// $1 bot, $2 room, $3 message.
pub(crate) const FORGET_TURN: Statement =
    Statement::both("DELETE FROM turn WHERE bot = $1 AND room = $2 AND message = $3 RETURNING thread");

/// $1 bot, $2 room, $3 thread. After some turns were erased.
pub(crate) const BEGIN_EPOCH: Statement =
    Statement::both("UPDATE conversation SET epoch = epoch + 1 WHERE bot = $1 AND room = $2 AND thread = $3");

/// $1 bot.
pub(crate) const OWN_ACTORS: Statement =
    Statement::both("SELECT actor FROM own_actor WHERE bot = $1 ORDER BY actor");

/// $1 bot, $2 actor.
pub(crate) const ADD_OWN_ACTOR: Statement =
    Statement::both("INSERT INTO own_actor (bot, actor) VALUES ($1, $2) ON CONFLICT (bot, actor) DO NOTHING");
