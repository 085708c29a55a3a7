//! Finding questions again, ending them, opening them anew.

use super::Statement;

/// $1 bot, $2 room, $3 thread. A question whose reply is stored is in both tables; the job tells how far it is.
pub(crate) const FIND_NEWEST: Statement = Statement::both(concat!(
    "SELECT $2 AS room, $3 AS thread, message, asker, state FROM (
        SELECT message, asker, state FROM job WHERE bot = $1 AND room = $2 AND thread = $3 AND ",
    open!(),
    "
        UNION ALL SELECT message, asker, state FROM job
            WHERE bot = $1 AND room || '' = $2 AND thread = $3 AND state = 'dead'
        UNION ALL SELECT message, asker, 'done' FROM turn WHERE bot = $1 AND room = $2 AND thread = $3) found
    WHERE asker IS NOT NULL ORDER BY message DESC, state = 'done' LIMIT 1"
));

/// $1 bot, $2 room, $3 message.
pub(crate) const FIND_QUESTION: Statement = Statement::both(
    "SELECT $2 AS room, thread, message, asker, state FROM (
        SELECT thread, message, asker, state FROM job
            WHERE bot = $1 AND room = $2 AND message = $3 AND state <> 'done'
        UNION ALL SELECT thread, message, asker, 'done' FROM turn
            WHERE bot = $1 AND room = $2 AND message = $3) found
    WHERE asker IS NOT NULL ORDER BY state = 'done' LIMIT 1",
);

/// The newest question before that message one of whose answers has the print.
macro_rules! find_answer {
    ($place:literal) => {
        concat!("SELECT room, thread, message, asker,
        COALESCE((SELECT j.state FROM job j WHERE j.bot = $1 AND j.room = $2 AND j.message = turn.message), 'done')
            AS state
    FROM turn WHERE bot = $1 AND room = $2 AND asker IS NOT NULL AND message < $4
        AND ", $place, "(prints, $3) > 0 ORDER BY message DESC LIMIT 1")
    };
}

/// $1 bot, $2 room, $3 print, $4 message that has it.
pub(crate) const FIND_ANSWER: Statement =
    Statement { sqlite: find_answer!("instr"), postgres: find_answer!("strpos") };

/// $1 bot, $2 room, $3 message that was posted. What dead questions before it may have posted.
pub(crate) const DEAD_PARTS: Statement = Statement::both(
    "SELECT j.room, j.thread, j.message, j.asker, j.state, p.text
    FROM job j CROSS JOIN part p
    WHERE j.bot = $1 AND j.room || '' = $2 AND j.message < $3 AND j.state = 'dead' AND j.asker IS NOT NULL
        AND p.bot = $1 AND p.job = j.id
    ORDER BY j.message DESC",
);

/// Open jobs of the room $2 that are meant: $3 an asker or null for all, $4 a message or null for all.
macro_rules! meant {
    () => {
        concat!(
            "bot = $1 AND room = $2 AND ",
            open!(),
            " AND ($3 IS NULL OR asker = $3) AND ($4 IS NULL OR message = $4)"
        )
    };
}

/// $1 bot, $2 room, $3 asker or null, $4 message or null.
pub(crate) const STOP_PARTS: Statement = Statement::both(concat!(
    "DELETE FROM part WHERE bot = $1 AND job IN (SELECT id FROM job WHERE ",
    meant!(),
    ")"
));

/// $1 bot, $2 room, $3 asker or null, $4 message or null. After [`STOP_PARTS`].
pub(crate) const STOP: Statement =
    Statement::both(concat!("UPDATE job SET ", done!(), " WHERE ", meant!(), " RETURNING id, message"));

/// $1 bot, $2 room, $3 message, $4 now. An answer that could not be posted was for follow-ups as well, whose words only
/// its turn has.
pub(crate) const REVIVE: Statement = Statement::both(concat!(
    "UPDATE job SET state = 'ask', text = COALESCE((SELECT t.question FROM turn t
            WHERE t.bot = $1 AND t.room = $2 AND t.thread = job.thread AND t.message = $3), text),
        due_at = $4, ",
    as_if_asked_at!("$4"),
    " WHERE bot = $1 AND room = $2 AND message = $3 AND state = 'dead' RETURNING id"
));

/// $1 bot, $2 room, $3 message, $4 now. Makes the question of what is remembered of it.
pub(crate) const ASK_AGAIN: Statement = Statement::both(concat!(
    "INSERT INTO job (bot, room, thread, message, state, one_to_one, files, asker, asker_name, text, asked_at, due_at,
        line_at)
    SELECT bot, room, thread, message, 'ask', one_to_one, files, asker, COALESCE(speaker, ''), question, $4, $4, $4
    FROM turn WHERE bot = $1 AND room = $2 AND message = $3 AND asker IS NOT NULL
    ON CONFLICT (bot, room, message) DO UPDATE SET state = 'ask', asker = excluded.asker,
        asker_name = excluded.asker_name, text = excluded.text, due_at = excluded.due_at, ",
    as_if_asked_at!("$4"),
    " WHERE job.state = 'done'"
));

/// $1 bot, $2 room.
pub(crate) const OPEN_IN: Statement =
    Statement::both(concat!("SELECT COUNT(*) FROM job WHERE bot = $1 AND room = $2 AND ", open!()));
