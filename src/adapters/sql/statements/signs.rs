//! What may be on questions' messages, and what should be.

/// The sign that a job should have, in the words of the partial index.
macro_rules! wanted {
    () => {
        "CASE state WHEN 'done' THEN NULL WHEN 'dead' THEN 'failed' ELSE 'thinking' END"
    };
}

/// Jobs with another one, in the words of the partial index.
macro_rules! wrong {
    () => {
        concat!("sign IS NOT ", wanted!())
    };
}

/// $1 bot, $2 now, $3 limit.
pub(crate) const WRONG_SIGNS: &str = concat!(
    "SELECT id, room, message, sign, ",
    wanted!(),
    " AS wanted FROM job j WHERE bot = $1 AND ",
    wrong!(),
    " AND ",
    not_paused!(),
    " ORDER BY id LIMIT $3"
);

/// $1 bot, $2 job, $3 sign.
pub(crate) const RECORD_SIGN: &str = "UPDATE job SET sign = $3 WHERE bot = $1 AND id = $2";

/// $1 bot, $2 limit.
pub(crate) const THINKING: &str = concat!(
    "SELECT room, message FROM job INDEXED BY job_open WHERE bot = $1 AND ",
    open!(),
    " AND sign = 'thinking' ORDER BY id DESC LIMIT $2"
);

/// $1 bot, $2 room. Of a room that the bot has left: it may not take anything off there.
pub(crate) const FORGET_SIGNS: &str =
    concat!("UPDATE job SET sign = NULL WHERE bot = $1 AND +room = $2 AND state = 'done' AND ", wrong!());
