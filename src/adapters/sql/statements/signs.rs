//! What may be on questions' messages, and what should be.

use super::Statement;

/// The sign that a job should have, in the words of the partial index of SQLite.
macro_rules! wanted {
    () => {
        "CASE state WHEN 'done' THEN NULL WHEN 'dead' THEN 'failed' ELSE 'thinking' END"
    };
}

/// Jobs with another one, in the words of the engine's partial index. PostgreSQL's are such that it can guess how few
/// they are.
macro_rules! wrong {
    ("sqlite") => {
        concat!("sign IS NOT ", wanted!())
    };
    ("postgres") => {
        "(sign IS NULL AND state <> 'done' OR sign IS NOT NULL AND state = 'done'
            OR sign = 'failed' AND state IN ('ask', 'post') OR sign = 'thinking' AND state = 'dead')"
    };
}

/// Jobs with a wrong sign that nothing holds back.
macro_rules! wrong_signs {
    ($engine:tt, $which:literal) => {
        concat!(
            "SELECT id, room, message, sign, ",
            wanted!(),
            " AS wanted FROM job j WHERE bot = $1 AND ",
            wrong!($engine),
            $which,
            " AND ",
            not_paused!(),
            " ORDER BY id LIMIT $3"
        )
    };
}

/// $1 bot, $2 now, $3 limit.
pub(crate) const WRONG_SIGNS: Statement =
    Statement { sqlite: wrong_signs!("sqlite", ""), postgres: wrong_signs!("postgres", "") };

/// $1 bot, $2 now, $3 limit. Of those that may be on a message.
pub(crate) const WRONGLY_SHOWN: Statement = Statement {
    sqlite: wrong_signs!("sqlite", " AND sign IS NOT NULL"),
    postgres: wrong_signs!("postgres", " AND sign IS NOT NULL"),
};

/// $1 bot, $2 job, $3 sign.
pub(crate) const RECORD_SIGN: Statement =
    Statement::both("UPDATE job SET sign = $3 WHERE bot = $1 AND id = $2");

/// Open questions with the sign, the newest first.
macro_rules! thinking {
    ($by:literal) => {
        concat!(
            "SELECT room, message FROM job",
            $by,
            " WHERE bot = $1 AND ",
            open!(),
            " AND sign = 'thinking' ORDER BY id DESC LIMIT $2"
        )
    };
}

/// $1 bot, $2 limit.
pub(crate) const THINKING: Statement =
    Statement { sqlite: thinking!(" INDEXED BY job_open"), postgres: thinking!("") };

/// Takes note that questions of a room show nothing.
macro_rules! forget_signs {
    ($engine:tt) => {
        concat!(
            "UPDATE job SET sign = NULL WHERE bot = $1 AND room || '' = $2 AND state = 'done' AND ",
            wrong!($engine)
        )
    };
}

/// $1 bot, $2 room. Of a room that the bot has left: it may not take anything off there.
pub(crate) const FORGET_SIGNS: Statement =
    Statement { sqlite: forget_signs!("sqlite"), postgres: forget_signs!("postgres") };
