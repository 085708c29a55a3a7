//! The statements. Each names the bot first; those that need a lease name it and change one row, or none when it is
//! lost.

/// Open jobs, in the words of the partial index: written otherwise, it is not used.
macro_rules! open {
    () => {
        "state IN ('ask', 'post')"
    };
}

/// The heads of the rooms of bot $1: the first entry of each room in the index of open jobs, found by jumping from
/// room to room, so that what stands behind a head costs nothing. Joined by `CROSS JOIN`, which `SQLite` does not
/// turn round: it would rather walk through all jobs.
macro_rules! with_heads {
    () => {
        concat!(
            "WITH RECURSIVE head (id, room) AS (
                SELECT id, room FROM (
                    SELECT id, room FROM job WHERE bot = $1 AND ",
            open!(),
            " ORDER BY room, message LIMIT 1) first
                UNION ALL
                SELECT next.id, next.room FROM head CROSS JOIN job next WHERE next.id = (
                    SELECT id FROM job WHERE bot = $1 AND ",
            open!(),
            " AND room > head.room ORDER BY room, message LIMIT 1))"
        )
    };
}

/// What lets the head j be leased at $2, but for its state and its pauses' scope. A room's head may be older than a job
/// that is leased already; then it waits, so that nobody answers two questions of a room at once.
macro_rules! free {
    () => {
        "j.due_at <= $2
            AND NOT EXISTS (SELECT 1 FROM job l
                WHERE l.bot = $1 AND l.room = j.room AND l.lease IS NOT NULL AND l.leased_until >= $2)
            AND NOT EXISTS (SELECT 1 FROM pause h
                WHERE h.bot = $1 AND h.room = j.room AND h.paused_until > $2)"
    };
}

/// What is read of a leased job.
macro_rules! returning_job {
    () => {
        " RETURNING id, room, message, asker, asker_name, text, one_to_one, asked_at, attempts, trouble_since,
        told, reply_failure"
    };
}

/// Rows follow as values in this order.
pub(super) const ENQUEUE: &str = "INSERT INTO job (bot, room, message, state, asker, asker_name, text, one_to_one, asked_at, due_at, line_at) ";

/// Ends [`ENQUEUE`]: returns what was new.
pub(super) const ENQUEUE_ONCE: &str = " ON CONFLICT (bot, room, message) DO NOTHING RETURNING room, message";

/// $1 bot, $2 now, $3 limit, $4 lease, $5 until. The first heads of all askers go before anybody's second one.
pub(super) const LEASE_TO_ASK: &str = concat!(
    "UPDATE job SET lease = $4, leased_until = $5, attempts = attempts + 1 WHERE id IN (
        ",
    with_heads!(),
    ",
        ready (id, asker, line_at, asked_at) AS (
            SELECT j.id, j.asker, (SELECT MIN(w.line_at) FROM job w
                WHERE w.bot = $1 AND w.room = j.room AND w.state = 'ask'), j.asked_at
            FROM head CROSS JOIN job j WHERE j.id = head.id AND j.state = 'ask' AND ",
    free!(),
    ")
        SELECT id FROM ready
        ORDER BY ROW_NUMBER() OVER (PARTITION BY asker ORDER BY line_at, asked_at, id), line_at, asked_at, id
        LIMIT $3)",
    returning_job!()
);

/// $1 bot, $2 now, $3 limit, $4 lease, $5 until.
pub(super) const LEASE_TO_POST: &str = concat!(
    "UPDATE job SET lease = $4, leased_until = $5, attempts = attempts + 1 WHERE id IN (
        ",
    with_heads!(),
    "
        SELECT j.id FROM head CROSS JOIN job j WHERE j.id = head.id AND j.state = 'post' AND ",
    free!(),
    "
            AND NOT EXISTS (SELECT 1 FROM pause h
                WHERE h.bot = $1 AND h.room = '' AND h.paused_until > $2)
        ORDER BY j.asked_at, j.id LIMIT $3)",
    returning_job!()
);

/// $1 bot, $2 now, $3 lease. Who gets an answer stands behind all others who wait.
pub(super) const MOVE_BACK: &str = "UPDATE job SET line_at = $2
    WHERE bot = $1 AND state = 'ask' AND asker IN (SELECT asker FROM job WHERE bot = $1 AND lease = $3)";

/// $1 bot, $2 job.
pub(super) const PARTS: &str =
    "SELECT place, text, posted, uncertain FROM part WHERE bot = $1 AND job = $2 ORDER BY place";

/// $1 bot, $2 job, $3 lease, $4 until.
pub(super) const RENEW: &str = "UPDATE job SET leased_until = $4 WHERE bot = $1 AND id = $2 AND lease = $3";

/// $1 bot. For the one service, which at its start knows that nobody else holds any.
pub(super) const FREE_LEASES: &str =
    "UPDATE job SET lease = NULL, leased_until = NULL WHERE bot = $1 AND lease IS NOT NULL";

/// $1 bot, $2 job, $3 lease, $4 failure. Due at once, also when the clock was set back: at the epoch.
pub(super) const SAVE_REPLY: &str = "UPDATE job SET state = 'post', reply_failure = $4, due_at = 0,
        trouble_since = NULL, lease = NULL, leased_until = NULL
    WHERE bot = $1 AND id = $2 AND lease = $3 AND state = 'ask'
    RETURNING room";

/// $1 bot, $2 job, $3 place, $4 text.
pub(super) const ADD_PART: &str = "INSERT INTO part (bot, job, place, text) VALUES ($1, $2, $3, $4)";

/// $1 bot, $2 room, $3 epoch, $4 window start. Changes no row when the room is in another epoch. A start never moves
/// back.
pub(super) const MOVE_WINDOW: &str = "INSERT INTO conversation (bot, room, epoch, window_start)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (bot, room) DO UPDATE SET window_start = MAX(window_start, excluded.window_start)
    WHERE epoch = excluded.epoch";

/// $1 bot, $2 room, $3 message, $4 speaker, $5 question, $6 answer. After [`MOVE_WINDOW`].
pub(super) const ADD_TURN: &str = "INSERT INTO turn (bot, room, message, speaker, question, answer)
    SELECT bot, room, $3, $4, $5, $6 FROM conversation WHERE bot = $1 AND room = $2 AND window_start <= $3
    ON CONFLICT (bot, room, message) DO NOTHING";

/// $1 bot, $2 room. After [`MOVE_WINDOW`].
pub(super) const TRIM_TURNS: &str = "DELETE FROM turn WHERE bot = $1 AND room = $2
        AND message < (SELECT window_start FROM conversation WHERE bot = $1 AND room = $2)";

/// $1 bot, $2 job, $3 lease, $4 place, $5 posted, $6 uncertain.
pub(super) const MARK_PART: &str = "UPDATE part SET posted = $5, uncertain = $6
    WHERE bot = $1 AND job = $2 AND place = $4
        AND EXISTS (SELECT 1 FROM job WHERE bot = $1 AND id = $2 AND lease = $3)";

/// $1 bot, $2 job, $3 lease, $4 place.
pub(super) const TAKE_PART: &str = "DELETE FROM part WHERE bot = $1 AND job = $2 AND place = $4
        AND EXISTS (SELECT 1 FROM job WHERE bot = $1 AND id = $2 AND lease = $3)";

/// $1 bot, $2 job, $3 the place they follow, $4 by how much. Places are unique at every moment, so they take a
/// detour below zero, which [`MOVE_PARTS_BACK`] ends.
pub(super) const MOVE_PARTS: &str =
    "UPDATE part SET place = -(place + $4) WHERE bot = $1 AND job = $2 AND place > $3";

/// $1 bot, $2 job.
pub(super) const MOVE_PARTS_BACK: &str =
    "UPDATE part SET place = -place WHERE bot = $1 AND job = $2 AND place < 0";

/// $1 bot, $2 job, $3 lease.
pub(super) const DONE: &str = "UPDATE job SET state = 'done', asker = NULL, asker_name = NULL, text = NULL,
        reply_failure = NULL, trouble_since = NULL, lease = NULL, leased_until = NULL
    WHERE bot = $1 AND id = $2 AND lease = $3";

/// $1 bot, $2 job.
pub(super) const ERASE_PARTS: &str = "DELETE FROM part WHERE bot = $1 AND job = $2";

/// $1 bot, $2 job, $3 lease, $4 due, $5 trouble since.
pub(super) const RETRY_AT: &str = "UPDATE job SET due_at = $4, trouble_since = $5, lease = NULL,
        leased_until = NULL
    WHERE bot = $1 AND id = $2 AND lease = $3";

/// $1 bot, $2 job, $3 lease, $4 failure, $5 now.
pub(super) const DIE: &str = "UPDATE job SET state = 'dead', failure = $4, died_at = $5, lease = NULL,
        leased_until = NULL
    WHERE bot = $1 AND id = $2 AND lease = $3";

/// $1 bot, $2 job, $3 lease, $4 now.
pub(super) const HAND_BACK: &str = "UPDATE job SET due_at = $4, lease = NULL, leased_until = NULL
    WHERE bot = $1 AND id = $2 AND lease = $3";

/// $1 bot, $2 room or nothing for the server, $3 until.
pub(super) const PAUSE: &str = "INSERT INTO pause (bot, room, paused_until) VALUES ($1, $2, $3)
    ON CONFLICT (bot, room) DO UPDATE SET paused_until = excluded.paused_until";

/// $1 bot, $2 now. Of each head, the time from which nothing holds it back: its own due time, the end of its
/// room's lease, the end of its pauses. A lease holds until its end, that moment included.
pub(super) const NEXT_DUE: &str = concat!(
    with_heads!(),
    "
    SELECT MIN(ready_at) FROM (
        SELECT MAX(j.due_at,
            COALESCE((SELECT MAX(l.leased_until) + 1 FROM job l
                WHERE l.bot = $1 AND l.room = j.room AND l.lease IS NOT NULL), 0),
            COALESCE((SELECT h.paused_until FROM pause h WHERE h.bot = $1 AND h.room = j.room), 0),
            CASE WHEN j.state = 'post'
                THEN COALESCE((SELECT h.paused_until FROM pause h WHERE h.bot = $1 AND h.room = ''), 0)
                ELSE 0 END) AS ready_at
        FROM head CROSS JOIN job j WHERE j.id = head.id)
    WHERE ready_at > $2"
);

/// $1 bot, $2 now.
pub(super) const DEPTH: &str = concat!(
    "SELECT COUNT(*) AS open, MIN(asked_at) AS oldest,
        (SELECT COUNT(*) FROM job WHERE bot = $1 AND lease IS NOT NULL AND leased_until >= $2) AS leased,
        (SELECT COUNT(*) FROM job WHERE bot = $1 AND state = 'dead') AS dead
    FROM job WHERE bot = $1 AND ",
    open!()
);

/// $1 bot, $2 now.
pub(super) const PAUSES: &str =
    "SELECT room, paused_until FROM pause WHERE bot = $1 AND paused_until > $2 ORDER BY room";

/// $1 bot.
pub(super) const DEAD_LETTERS: &str = "SELECT id, room, message, failure, asked_at, died_at, attempts
    FROM job WHERE bot = $1 AND state = 'dead' ORDER BY died_at, id";

/// $1 bot, $2 job or null for all. A stored notice of failure goes, so that the model is asked again.
pub(super) const DROP_NOTICES: &str = "DELETE FROM part WHERE bot = $1 AND job IN (
        SELECT id FROM job WHERE bot = $1 AND state = 'dead' AND ($2 IS NULL OR id = $2)
            AND reply_failure IS NOT NULL)";

/// $1 bot, $2 job or null for all. What was uncertain is tried as often as if it were new.
pub(super) const FORGET_UNCERTAIN: &str = "UPDATE part SET uncertain = 0 WHERE bot = $1 AND uncertain <> 0
        AND job IN (SELECT id FROM job WHERE bot = $1 AND state = 'dead' AND ($2 IS NULL OR id = $2))";

/// $1 bot, $2 job or null for all, $3 now. After [`DROP_NOTICES`].
pub(super) const REOPEN: &str = "UPDATE job SET
        state = CASE WHEN EXISTS (SELECT 1 FROM part WHERE part.bot = $1 AND part.job = job.id)
            THEN 'post' ELSE 'ask' END,
        asked_at = $3, due_at = $3, line_at = $3, told = 0, attempts = 0, trouble_since = NULL,
        reply_failure = NULL, failure = NULL, died_at = NULL
    WHERE bot = $1 AND state = 'dead' AND ($2 IS NULL OR id = $2)";

/// $1 bot, $2 job or null for all.
pub(super) const DROP_REPLIES: &str = "DELETE FROM part WHERE bot = $1 AND job IN (
        SELECT id FROM job WHERE bot = $1 AND state = 'dead' AND ($2 IS NULL OR id = $2))";

/// $1 bot, $2 job or null for all. After [`DROP_REPLIES`].
pub(super) const DROP: &str = "UPDATE job SET state = 'done', asker = NULL, asker_name = NULL, text = NULL,
        reply_failure = NULL, trouble_since = NULL, failure = NULL, died_at = NULL
    WHERE bot = $1 AND state = 'dead' AND ($2 IS NULL OR id = $2)";

/// $1 bot, $2 room. Nothing when the room never had a conversation, else a row for each turn, or one without.
pub(super) const RECENT: &str = "SELECT c.epoch, t.message, t.speaker, t.question, t.answer
    FROM conversation c LEFT JOIN turn t ON t.bot = c.bot AND t.room = c.room
    WHERE c.bot = $1 AND c.room = $2 ORDER BY t.message";

/// $1 bot, $2 room.
pub(super) const FORGET: &str = "DELETE FROM turn WHERE bot = $1 AND room = $2";

/// $1 bot, $2 room, $3 the window start of a room without conversation.
pub(super) const BEGIN_EPOCH: &str = "INSERT INTO conversation (bot, room, epoch, window_start)
    VALUES ($1, $2, 1, $3) ON CONFLICT (bot, room) DO UPDATE SET epoch = epoch + 1";

/// $1 bot.
pub(super) const OWN_ACTORS: &str = "SELECT actor FROM own_actor WHERE bot = $1 ORDER BY actor";

/// $1 bot, $2 actor.
pub(super) const ADD_OWN_ACTOR: &str =
    "INSERT INTO own_actor (bot, actor) VALUES ($1, $2) ON CONFLICT (bot, actor) DO NOTHING";

#[cfg(test)]
mod tests;
