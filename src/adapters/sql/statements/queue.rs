//! What comes into the queue, what holds it back, and its figures.

use super::Statement;

/// What is returned of each row that is new. On a server, the other processes of the bot are told as well, by the
/// statement itself: a further one would be a commit of its own.
macro_rules! stored {
    ("sqlite") => {
        "room, message"
    };
    ("postgres") => {
        "room, message, pg_notify(current_setting('opencode_bot.channel'), current_setting('opencode_bot.asks'))"
    };
}

/// Stores and returns what is new of rows whose values stand in this order.
macro_rules! enqueue {
    ($values:literal, $returning:expr) => {
        concat!("WITH new (bot, room, thread, message, asker, asker_name, text, one_to_one, files, sign,
        asked_at) AS (VALUES ", $values, ")
    INSERT INTO job (bot, room, thread, message, state, asker, asker_name, text, one_to_one, files, sign, asked_at,
        due_at, line_at)
    SELECT bot, room, thread, message, 'ask', asker, asker_name, text, one_to_one, files, sign, asked_at, asked_at,
        asked_at
    FROM new WHERE NOT EXISTS (SELECT 1 FROM room r
        WHERE r.bot = new.bot AND r.room = new.room AND r.floor >= new.message)
    ON CONFLICT (bot, room, message) DO NOTHING RETURNING ", $returning)
    };
}

/// $1 bot, $2 room, $3 thread, $4 message, $5 asker, $6 their name, $7 text, $8 one-to-one, $9 files, $10 sign, $11 now.
pub(crate) const ENQUEUE_ONE: Statement = Statement {
    sqlite: enqueue!("($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", stored!("sqlite")),
    postgres: enqueue!("($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", stored!("postgres")),
};

/// What [`enqueue`] returns of each.
pub(crate) const STORED: Statement = Statement { sqlite: stored!("sqlite"), postgres: stored!("postgres") };

/// The same for so many questions, with the values of each in that order.
pub(crate) fn enqueue(count: usize, returning: &str) -> String {
    let row = |first: usize| {
        let places: Vec<String> = (first..first + ENQUEUE_VALUES).map(|place| format!("${place}")).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..count).map(|number| row(number * ENQUEUE_VALUES + 1)).collect();
    format!(enqueue!("{}", "{}"), rows.join(", "), returning)
}

/// Values of a question.
const ENQUEUE_VALUES: usize = 11;

/// $1 bot, $2 room, $3 thread, $4 message, $5 now.
pub(crate) const CLAIM: Statement = Statement::both(
    "INSERT INTO job (bot, room, thread, message, state, one_to_one, asked_at, due_at, line_at)
    SELECT $1, $2, $3, $4, 'done', 0, $5, $5, $5 WHERE NOT EXISTS (SELECT 1 FROM room r
        WHERE r.bot = $1 AND r.room = $2 AND r.floor >= $4)
    ON CONFLICT (bot, room, message) DO NOTHING",
);

/// $1 bot, $2 room or nothing for the server, $3 until.
pub(crate) const PAUSE: Statement = Statement::both(
    "INSERT INTO pause (bot, room, paused_until) VALUES ($1, $2, $3)
    ON CONFLICT (bot, room) DO UPDATE SET paused_until = excluded.paused_until",
);

/// $1 bot, $2 room, $3 now. Changes no row when the room is not paused.
pub(crate) const RESUME: Statement =
    Statement::both("DELETE FROM pause WHERE bot = $1 AND room = $2 AND paused_until > $3");

/// $1 bot, $2 room, $3 now. After [`RESUME`].
pub(crate) const RESUME_JOBS: Statement = Statement::both(concat!(
    "UPDATE job SET due_at = $3 WHERE bot = $1 AND room = $2 AND due_at > $3 AND ",
    open!()
));

/// $1 bot, $2 room, $3 now. After [`RESUME`].
pub(crate) const RESUME_NOTICES: Statement =
    Statement::both("UPDATE notice SET due_at = $3 WHERE bot = $1 AND room = $2 AND due_at > $3");

/// $1 bot, $2 now.
pub(crate) const DEPTH: Statement = Statement::both(concat!(
    "SELECT COUNT(*) AS open, MIN(asked_at) AS oldest,
        (SELECT COUNT(*) FROM job WHERE bot = $1 AND lease IS NOT NULL AND leased_until >= $2) AS leased,
        (SELECT COUNT(*) FROM job WHERE bot = $1 AND state = 'dead') AS dead
    FROM job WHERE bot = $1 AND ",
    open!()
));

/// $1 bot, $2 now.
pub(crate) const PAUSES: Statement = Statement::both(
    "SELECT room, paused_until FROM pause WHERE bot = $1 AND paused_until > $2 ORDER BY room",
);
