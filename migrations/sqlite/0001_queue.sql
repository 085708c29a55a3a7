-- Every key but the job's number begins with the bot, so that several bots can share a file. The number is the
-- reference that people are given, so it names one job of all bots and is never used again.

-- A question from its acknowledgement on. It is open in the states 'ask' and 'post'. The identity (bot, room,
-- message) stays for good; the texts are erased in 'done'.
CREATE TABLE job (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    bot           TEXT    NOT NULL,
    room          TEXT    NOT NULL,
    message       INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('ask', 'post', 'done', 'dead')),
    asked_at      INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    trouble_since INTEGER,
    line_at       INTEGER NOT NULL, -- when it was asked, or a question of its asker was last taken to be answered
    told          INTEGER NOT NULL DEFAULT 0, -- whether the room knows that the model is not ready
    lease         TEXT,
    leased_until  INTEGER,
    reply_failure TEXT, -- why the stored reply is no answer
    failure       TEXT, -- why the job is dead
    died_at       INTEGER,
    one_to_one    INTEGER NOT NULL,
    asker         TEXT,
    asker_name    TEXT,
    text          TEXT,
    UNIQUE (bot, room, message),
    UNIQUE (bot, id)
) STRICT;

-- Partial, so that settled history costs nothing; the first holds all that is read of what stands behind a head.
CREATE INDEX job_open ON job (bot, room, message, asked_at, state) WHERE state IN ('ask', 'post');
CREATE INDEX job_line ON job (bot, room, line_at) WHERE state = 'ask';
CREATE INDEX job_asker ON job (bot, asker) WHERE state = 'ask';
CREATE INDEX job_leased ON job (bot, room) WHERE lease IS NOT NULL;
CREATE INDEX job_dead ON job (bot, died_at, id) WHERE state = 'dead';

-- The messages of a stored reply.
CREATE TABLE part (
    bot       TEXT    NOT NULL,
    job       INTEGER NOT NULL,
    place     INTEGER NOT NULL,
    text      TEXT    NOT NULL,
    posted    INTEGER NOT NULL DEFAULT 0,
    uncertain INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bot, job, place),
    FOREIGN KEY (bot, job) REFERENCES job (bot, id)
) STRICT, WITHOUT ROWID;

-- What is remembered of a room. Its epoch grows when its turns are erased, its window begins at the message or later.
CREATE TABLE conversation (
    bot          TEXT    NOT NULL,
    room         TEXT    NOT NULL,
    epoch        INTEGER NOT NULL DEFAULT 0,
    window_start INTEGER NOT NULL,
    PRIMARY KEY (bot, room)
) STRICT, WITHOUT ROWID;

-- The turns of a room's window.
CREATE TABLE turn (
    bot      TEXT    NOT NULL,
    room     TEXT    NOT NULL,
    message  INTEGER NOT NULL,
    speaker  TEXT,
    question TEXT    NOT NULL,
    answer   TEXT    NOT NULL,
    PRIMARY KEY (bot, room, message)
) STRICT, WITHOUT ROWID;

-- What is not sent to until then. The empty room stands for the whole server.
CREATE TABLE pause (
    bot          TEXT    NOT NULL,
    room         TEXT    NOT NULL,
    paused_until INTEGER NOT NULL,
    PRIMARY KEY (bot, room)
) STRICT, WITHOUT ROWID;

CREATE TABLE own_actor (
    bot   TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (bot, actor)
) STRICT, WITHOUT ROWID;
