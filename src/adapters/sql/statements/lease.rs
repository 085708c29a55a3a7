//! Which jobs are leased, and the ends of leases.

use super::Statement;

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
        " RETURNING id, room, thread, message, asker, asker_name, text, one_to_one, files, asked_at, attempts,
        trouble_since, reply_failure"
    };
}

/// For so long, in milliseconds, others leave a head to the process that asked in its room last, whose model server still
/// has the room's prompt: enough for that one to be first, too little to be noticed where it is busy or gone.
macro_rules! head_start {
    () => {
        "25"
    };
}

/// Whether the process of that name leaves the head j to nobody: it asked last in the room, or nobody did, or the question
/// went wrong, so that it has waited enough.
macro_rules! left_to_nobody {
    ($process:literal) => {
        concat!(
            "j.trouble_since IS NOT NULL OR COALESCE(j.asked_by, (SELECT p.asked_by FROM job p
                WHERE p.bot = $1 AND p.room = j.room AND p.message < j.message ORDER BY p.message DESC LIMIT 1),
                ",
            $process,
            ") = ",
            $process
        )
    };
}

macro_rules! lease_to_ask {
    ($note:expr, $preference:expr) => {
        concat!(
            "UPDATE job SET lease = $4, leased_until = $5, attempts = attempts + 1",
            $note,
            " WHERE id IN (
        ",
            with_heads!(),
            ",
        ready (id, asker, line_at, asked_at) AS (
            SELECT j.id, j.asker, (SELECT MIN(w.line_at) FROM job w
                WHERE w.bot = $1 AND w.room = j.room AND w.state = 'ask'), j.asked_at
            FROM head CROSS JOIN job j WHERE j.id = head.id AND j.state = 'ask' AND ",
            free!(),
            $preference,
            ")
        SELECT id FROM ready
        ORDER BY ROW_NUMBER() OVER (PARTITION BY asker ORDER BY line_at, asked_at, id), line_at, asked_at, id
        LIMIT $3)",
            returning_job!()
        )
    };
}

/// $1 bot, $2 now, $3 limit, $4 lease, $5 until. The first heads of all askers go before anybody's second one.
pub(crate) const LEASE_TO_ASK: Statement = Statement::both(lease_to_ask!("", ""));

/// The same for one of several processes, whose name the lease begins with.
pub(crate) const LEASE_TO_ASK_AMONG_OTHERS: Statement = Statement {
    postgres: lease_to_ask!(
        ", asked_by = left($4, 16)",
        concat!(
            "
            AND (j.due_at + ",
            head_start!(),
            " <= $2 OR ",
            left_to_nobody!("left($4, 16)"),
            ")"
        )
    ),
    ..LEASE_TO_ASK
};

macro_rules! lease_to_post {
    ($limit:expr) => {
        concat!(
            "UPDATE job SET lease = $4, leased_until = $5, attempts = attempts + 1 WHERE id IN (
        ",
            with_heads!(),
            "
        SELECT j.id FROM head CROSS JOIN job j WHERE j.id = head.id AND j.state = 'post' AND ",
            free!(),
            "
            AND NOT EXISTS (SELECT 1 FROM pause h
                WHERE h.bot = $1 AND h.room = '' AND h.paused_until > $2)
        ORDER BY j.asked_at, j.id LIMIT ",
            $limit,
            ")",
            returning_job!()
        )
    };
}

/// $1 bot, $2 now, $3 limit, $4 lease, $5 until.
pub(crate) const LEASE_TO_POST: Statement = Statement::both(lease_to_post!("$3"));

/// The same for one of several processes, whose name the lease begins with, $6 how many all may post at once: one less
/// for each room that refuses the signature. Who is alone, and is refused nothing, need not count: its limit is enough.
pub(crate) const LEASE_TO_POST_AMONG_OTHERS: Statement = Statement {
    postgres: lease_to_post!(
        "(SELECT CASE WHEN others + refusing = 0 THEN $3
            ELSE LEAST($3, GREATEST(GREATEST($6 - refusing, 1) - posting, 0)) END
            FROM (SELECT COUNT(*) AS posting, COUNT(*) FILTER (WHERE left(l.lease, 16) <> left($4, 16)) AS others,
                    (SELECT COUNT(*) FROM pause h WHERE h.bot = $1 AND h.room <> '' AND h.paused_until > $2
                        AND h.refused_by IS NOT NULL) AS refusing
                FROM job l WHERE l.bot = $1 AND l.lease IS NOT NULL AND l.leased_until >= $2
                    AND l.state = 'post') counts)"
    ),
    ..LEASE_TO_POST
};

/// $1 bot, $2 now. Jobs that somebody asks the model about.
pub(crate) const ASKED: Statement = Statement::both(
    "SELECT COUNT(*) FROM job WHERE bot = $1 AND lease IS NOT NULL AND leased_until >= $2 AND state = 'ask'",
);

/// $1 bot, $2 now, $3 lease. Who gets an answer stands behind all others who wait.
pub(crate) const MOVE_BACK: Statement = Statement::both(
    "UPDATE job SET line_at = $2
    WHERE bot = $1 AND state = 'ask' AND asker IN (SELECT asker FROM job WHERE bot = $1 AND lease = $3)",
);

/// $1 bot, $2 job. What stands behind it in its room, up to the first that is no follow-up.
pub(crate) const FOLLOW_UPS: Statement = Statement::both(
    "SELECT f.id, f.message, f.text, f.files FROM job h CROSS JOIN job f
    WHERE h.bot = $1 AND h.id = $2 AND f.bot = $1 AND f.room = h.room AND f.state IN ('ask', 'post')
        AND f.message > h.message AND NOT EXISTS (SELECT 1 FROM job b
            WHERE b.bot = $1 AND b.room = h.room AND b.state IN ('ask', 'post')
                AND b.message > h.message AND b.message <= f.message
                AND NOT (b.state = 'ask' AND b.lease IS NULL AND b.asked_at >= h.asked_at
                    AND b.thread = h.thread AND b.asker IS NOT DISTINCT FROM h.asker))
    ORDER BY f.message",
);

/// $1 bot, $2 job.
pub(crate) const PARTS: Statement = Statement::both(
    "SELECT place, text, posted, uncertain FROM part WHERE bot = $1 AND job = $2 ORDER BY place",
);

/// $1 bot, $2 job, $3 lease, $4 until.
pub(crate) const RENEW: Statement =
    Statement::both("UPDATE job SET leased_until = $4 WHERE bot = $1 AND id = $2 AND lease = $3");

/// $1 bot. For the one service, which at its start knows that nobody else holds any.
pub(crate) const FREE_LEASES: Statement =
    Statement::both("UPDATE job SET lease = NULL, leased_until = NULL WHERE bot = $1 AND lease IS NOT NULL");

/// What is due after $3, the latest that anything is put off to, or after trouble that is still to come at $2, or without
/// any, was put off by a clock that was wrong; if a pause holds it, it still does.
macro_rules! hurry_jobs {
    ($by:literal) => {
        concat!(
            "UPDATE job",
            $by,
            " SET due_at = $2
            WHERE bot = $1 AND due_at > $2 AND (due_at > $3 OR trouble_since IS NULL OR trouble_since > $2) AND ",
            open!()
        )
    };
}

/// $1 bot, $2 now, $3 the latest that anything is put off to.
pub(crate) const HURRY_JOBS: Statement =
    Statement { sqlite: hurry_jobs!(" INDEXED BY job_open"), postgres: hurry_jobs!("") };

/// $1 bot, $2 now, $3 the latest that anything is put off to.
pub(crate) const HURRY_NOTICES: Statement = Statement::both(
    "UPDATE notice SET due_at = $2, since = CASE WHEN since > $2 THEN $2 ELSE since END
    WHERE bot = $1 AND due_at > $2 AND (due_at > $3 OR since > $2)",
);

/// $1 bot, $2 the latest that a pause ends. One that lasts longer is of such a clock, too; its end is found out anew.
pub(crate) const END_LONG_PAUSES: Statement =
    Statement::both("DELETE FROM pause WHERE bot = $1 AND paused_until > $2");

/// $1 bot, $2 job, $3 lease, $4 due, $5 trouble since.
pub(crate) const RETRY_AT: Statement = Statement::both(
    "UPDATE job SET due_at = $4, trouble_since = $5, lease = NULL,
        leased_until = NULL
    WHERE bot = $1 AND id = $2 AND lease = $3",
);

/// $1 bot, $2 job, $3 lease, $4 failure, $5 now.
pub(crate) const DIE: Statement = Statement::both(
    "UPDATE job SET state = 'dead', failure = $4, died_at = $5, lease = NULL,
        leased_until = NULL
    WHERE bot = $1 AND id = $2 AND lease = $3",
);

/// $1 bot, $2 job, $3 lease, $4 now.
pub(crate) const HAND_BACK: Statement = Statement::both(
    "UPDATE job SET due_at = $4, lease = NULL, leased_until = NULL
    WHERE bot = $1 AND id = $2 AND lease = $3",
);

/// $1 bot, $2 job, $3 lease.
pub(crate) const DONE: Statement =
    Statement::both(concat!("UPDATE job SET ", done!(), " WHERE bot = $1 AND id = $2 AND lease = $3"));

/// Of each head, the time from which nothing holds it back: its own due time, the end of its
/// room's lease, the end of its pauses. A lease holds until its end, that moment included.
macro_rules! next_due {
    ($latest:literal, $due:expr) => {
        concat!(
            with_heads!(),
            "
    SELECT MIN(ready_at) FROM (
        SELECT ",
            $latest,
            "(",
            $due,
            ",
            COALESCE((SELECT MAX(l.leased_until) + 1 FROM job l
                WHERE l.bot = $1 AND l.room = j.room AND l.lease IS NOT NULL), 0),
            COALESCE((SELECT h.paused_until FROM pause h WHERE h.bot = $1 AND h.room = j.room), 0),
            CASE WHEN j.state = 'post'
                THEN COALESCE((SELECT h.paused_until FROM pause h WHERE h.bot = $1 AND h.room = ''), 0)
                ELSE 0 END) AS ready_at
        FROM head CROSS JOIN job j WHERE j.id = head.id) ready
    WHERE ready_at > $2"
        )
    };
}

/// $1 bot, $2 now.
pub(crate) const NEXT_DUE: Statement =
    Statement { sqlite: next_due!("MAX", "j.due_at"), postgres: next_due!("GREATEST", "j.due_at") };

/// The same for one of several processes, $3.
pub(crate) const NEXT_DUE_AMONG_OTHERS: Statement = Statement {
    postgres: next_due!(
        "GREATEST",
        concat!(
            "j.due_at + CASE WHEN j.state <> 'ask' OR j.due_at + ",
            head_start!(),
            " <= $2 OR ",
            left_to_nobody!("$3"),
            " THEN 0 ELSE ",
            head_start!(),
            " END"
        )
    ),
    ..NEXT_DUE
};
