-- Threads of rooms, what people see of their questions, what the bot says besides answers, and what is erased when.

-- The thread 0 stands for the room outside its threads. The sign is what may be on the question's message; what should
-- be there follows from the state.
ALTER TABLE job ADD COLUMN thread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN files INTEGER NOT NULL DEFAULT 0; -- whether it refers to a file
ALTER TABLE job ADD COLUMN sign TEXT CHECK (sign IN ('thinking', 'failed'));

-- Nobody has to be shown now what failed long ago.
UPDATE job SET sign = 'failed' WHERE state = 'dead';

-- Partial, so that history costs nothing: each holds the rows that somebody has to do something about.
CREATE INDEX job_wrong_sign ON job (bot, id)
    WHERE sign IS NOT CASE state WHEN 'done' THEN NULL WHEN 'dead' THEN 'failed' ELSE 'thinking' END;
CREATE INDEX job_waiting ON job (bot, asked_at) WHERE state = 'ask' AND told = 0;
CREATE INDEX job_settled ON job (bot, asked_at) WHERE state = 'done' AND sign IS NULL;

-- What is remembered of a place, which is a room or one thread of it.
CREATE TABLE conversation_of_place (
    bot          TEXT    NOT NULL,
    room         TEXT    NOT NULL,
    thread       INTEGER NOT NULL,
    epoch        INTEGER NOT NULL DEFAULT 0,
    window_start INTEGER NOT NULL,
    PRIMARY KEY (bot, room, thread)
) STRICT, WITHOUT ROWID;

INSERT INTO conversation_of_place (bot, room, thread, epoch, window_start)
    SELECT bot, room, 0, epoch, window_start FROM conversation;
DROP TABLE conversation;
ALTER TABLE conversation_of_place RENAME TO conversation;

-- The turns of a place's window. A turn from before knows its asker only while its question is not settled.
CREATE TABLE turn_of_place (
    bot        TEXT    NOT NULL,
    room       TEXT    NOT NULL,
    thread     INTEGER NOT NULL,
    message    INTEGER NOT NULL,
    speaker    TEXT,
    question   TEXT    NOT NULL,
    answer     TEXT    NOT NULL,
    asker      TEXT,
    one_to_one INTEGER NOT NULL,
    files      INTEGER NOT NULL,
    at         INTEGER NOT NULL, -- when it was answered
    prints     TEXT    NOT NULL, -- by which the posted messages are known again, joined by blanks
    PRIMARY KEY (bot, room, thread, message)
) STRICT, WITHOUT ROWID;

INSERT INTO turn_of_place
    (bot, room, thread, message, speaker, question, answer, asker, one_to_one, files, at, prints)
    SELECT t.bot, t.room, 0, t.message, t.speaker, t.question, t.answer, j.asker,
        COALESCE(j.one_to_one, t.speaker IS NULL), 0, COALESCE(j.asked_at, 0), ''
    FROM turn t LEFT JOIN job j ON j.bot = t.bot AND j.room = t.room AND j.message = t.message;
DROP TABLE turn;
ALTER TABLE turn_of_place RENAME TO turn;

CREATE INDEX turn_asker ON turn (bot, asker);
CREATE INDEX turn_at ON turn (bot, at);

-- What the bot says besides answers, until it is posted or given up. Numbers are never used again.
CREATE TABLE notice (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    bot      TEXT    NOT NULL,
    room     TEXT    NOT NULL,
    thread   INTEGER NOT NULL,
    reply_to INTEGER,
    text     TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    due_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX notice_of_room ON notice (bot, room, id);

-- What stays of a room for good: up to which message every one counts as known, and whether the bot has introduced itself.
CREATE TABLE room (
    bot      TEXT    NOT NULL,
    room     TEXT    NOT NULL,
    floor    INTEGER,
    welcomed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bot, room)
) STRICT, WITHOUT ROWID;
