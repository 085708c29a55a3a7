//! What is erased, and when. Where an index is named, the engine would rather walk through all there is.

use super::Statement;

/// $1 bot, $2 room.
pub(crate) const CLEAR_ROOM: Statement = Statement::both("DELETE FROM turn WHERE bot = $1 AND room = $2");

/// $1 bot, $2 room, $3 no window start. Of every place of the room that has a conversation, or will have one of an answer
/// that is made now.
pub(crate) const BEGIN_ROOM_ANEW: Statement = Statement::both(concat!(
    "INSERT INTO conversation (bot, room, thread, epoch, window_start)
    SELECT $1, $2, thread, 1, $3 FROM (
        SELECT thread FROM conversation WHERE bot = $1 AND room = $2
        UNION SELECT thread FROM job WHERE bot = $1 AND room = $2 AND ",
    open!(),
    ") place WHERE TRUE
    ON CONFLICT (bot, room, thread) DO UPDATE SET epoch = conversation.epoch + 1, window_start = excluded.window_start"
));

/// $1 bot, $2 room.
pub(crate) const ERASE_ROOM_PARTS: Statement = Statement::both(
    "DELETE FROM part WHERE bot = $1 AND job IN (
        SELECT id FROM job WHERE bot = $1 AND room || '' = $2 AND state = 'dead')",
);

/// $1 bot, $2 room. After [`ERASE_ROOM_PARTS`].
pub(crate) const DROP_OF_ROOM: Statement = Statement::both(concat!(
    "UPDATE job SET ",
    done!(),
    " WHERE bot = $1 AND room || '' = $2 AND state = 'dead'"
));

/// $1 bot, $2 room.
pub(crate) const ERASE_ROOM_NOTICES: Statement =
    Statement::both("DELETE FROM notice WHERE bot = $1 AND room = $2");

/// $1 bot, $2 room.
pub(crate) const END_PAUSE: Statement = Statement::both("DELETE FROM pause WHERE bot = $1 AND room = $2");

/// Of what the person asked and is not settled.
macro_rules! erase_own_parts {
    ($by:literal) => {
        concat!(
            "DELETE FROM part WHERE bot = $1 AND job IN (
        SELECT id FROM job",
            $by,
            " WHERE bot = $1 AND asker = $2 AND ",
            open!(),
            " UNION ALL SELECT id FROM job WHERE bot = $1 AND asker = $2 AND state = 'dead')"
        )
    };
}

/// $1 bot, $2 person.
pub(crate) const ERASE_OWN_PARTS: Statement =
    Statement { sqlite: erase_own_parts!(" INDEXED BY job_open"), postgres: erase_own_parts!("") };

/// Ends what the person asked and is open.
macro_rules! stop_own {
    ($by:literal) => {
        concat!(
            "UPDATE job",
            $by,
            " SET ",
            done!(),
            " WHERE bot = $1 AND asker = $2 AND ",
            open!(),
            " RETURNING id, room, message"
        )
    };
}

/// $1 bot, $2 person. After [`ERASE_OWN_PARTS`].
pub(crate) const STOP_OWN: Statement =
    Statement { sqlite: stop_own!(" INDEXED BY job_open"), postgres: stop_own!("") };

/// $1 bot, $2 person. After [`ERASE_OWN_PARTS`].
pub(crate) const DROP_OWN: Statement =
    Statement::both(concat!("UPDATE job SET ", done!(), " WHERE bot = $1 AND asker = $2 AND state = 'dead'"));

/// Turns of the person $2, or of nobody known when that is null, in words for which the engine uses an index.
macro_rules! of_asker {
    ("IS") => {
        "bot = $1 AND asker IS $2"
    };
    ("= OR") => {
        "bot = $1 AND (asker = $2 OR $2 IS NULL AND asker IS NULL)"
    };
}

/// $1 bot, $2 person or null for turns of nobody known. Before [`FORGET_OWN`].
pub(crate) const BEGIN_EPOCHS_WITHOUT: Statement = Statement {
    sqlite: concat!(
        "UPDATE conversation SET epoch = epoch + 1
    WHERE bot = $1 AND (room, thread) IN (SELECT room, thread FROM turn INDEXED BY turn_asker WHERE ",
        of_asker!("IS"),
        ")"
    ),
    postgres: concat!(
        "UPDATE conversation SET epoch = epoch + 1
    WHERE bot = $1 AND (room, thread) IN (SELECT room, thread FROM turn WHERE ",
        of_asker!("= OR"),
        ")"
    ),
};

/// $1 bot, $2 person or null for turns of nobody known.
pub(crate) const FORGET_OWN: Statement = Statement {
    sqlite: concat!("DELETE FROM turn INDEXED BY turn_asker WHERE ", of_asker!("IS")),
    postgres: concat!("DELETE FROM turn WHERE ", of_asker!("= OR")),
};

/// The oldest turns from before $2, at most $3.
macro_rules! old_turns {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM turn WHERE bot = $1 AND at < $2 ORDER BY at, room, thread, message LIMIT $3"
        )
    };
}

/// $1 bot, $2 before, $3 limit. Before [`SWEEP_TURNS`].
pub(crate) const SWEEP_EPOCHS: Statement = Statement::both(concat!(
    "UPDATE conversation SET epoch = epoch + 1 WHERE bot = $1 AND (room, thread) IN (",
    old_turns!("room, thread"),
    ")"
));

/// $1 bot, $2 before, $3 limit.
pub(crate) const SWEEP_TURNS: Statement = Statement::both(concat!(
    "DELETE FROM turn WHERE bot = $1 AND (room, thread, message) IN (",
    old_turns!("room, thread, message"),
    ")"
));

/// The oldest dead letters from before $2, at most $3.
macro_rules! old_dead_letters {
    () => {
        "SELECT id FROM job WHERE bot = $1 AND state = 'dead' AND died_at < $2 ORDER BY died_at, id LIMIT $3"
    };
}

/// $1 bot, $2 before, $3 limit.
pub(crate) const SWEEP_PARTS: Statement =
    Statement::both(concat!("DELETE FROM part WHERE bot = $1 AND job IN (", old_dead_letters!(), ")"));

/// $1 bot, $2 before, $3 limit. After [`SWEEP_PARTS`]. Signs of a failure stay on the messages: they are still true, and Talk is
/// not asked for what is long past, perhaps in rooms that it does not let the bot into any more.
pub(crate) const SWEEP_DEAD_LETTERS: Statement = Statement::both(concat!(
    "UPDATE job SET ",
    done!(),
    ", sign = NULLIF(sign, 'failed') WHERE id IN (",
    old_dead_letters!(),
    ")"
));

/// The oldest settled questions from before $2, at most $3, in the words of the partial index.
macro_rules! old_identities {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM job WHERE bot = $1 AND state = 'done' AND sign IS NULL AND asked_at < $2
                ORDER BY asked_at, id LIMIT $3"
        )
    };
}

/// $1 bot, $2 before, $3 limit. Before [`SWEEP_IDENTITIES`].
pub(crate) const RAISE_FLOORS: Statement = Statement::both(concat!(
    "INSERT INTO room (bot, room, floor) SELECT $1, room, MAX(message) FROM (",
    old_identities!("room, message"),
    ") old GROUP BY room
    ON CONFLICT (bot, room) DO UPDATE SET floor = CASE WHEN room.floor > excluded.floor THEN room.floor
        ELSE excluded.floor END"
));

/// $1 bot, $2 before, $3 limit.
pub(crate) const SWEEP_IDENTITIES: Statement =
    Statement::both(concat!("DELETE FROM job WHERE id IN (", old_identities!("id"), ")"));

/// $1 bot, $2 room. Changes no row when it was welcomed before.
pub(crate) const WELCOME: Statement = Statement::both(
    "INSERT INTO room (bot, room, welcomed) VALUES ($1, $2, 1)
    ON CONFLICT (bot, room) DO UPDATE SET welcomed = 1 WHERE room.welcomed = 0",
);
