//! From rows to values of the domain. A row that cannot be read says which column is at fault.

use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row, Sqlite, Type};

use crate::domain::actor::{ActorId, Person};
use crate::domain::conversation::{Conversation, ConversationId, Turn};
use crate::domain::job::{Failure, Job, JobId, Part, PartState, Question, Reply};
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::domain::time::Timestamp;
use crate::ports::dead_letters::DeadLetter;
use crate::ports::queue::QueueError;

/// The number of a row's job.
pub(super) fn job_id(row: &SqliteRow) -> sqlx::Result<JobId> {
    row.try_get("id").map(JobId)
}

/// A leased job; `parts` are the rows of its stored reply, in order.
pub(super) fn job(id: JobId, row: &SqliteRow, parts: &[SqliteRow]) -> Result<Job, QueueError> {
    let reply_failure = failure(id, row, "reply_failure")?;
    let parts = parts.iter().map(|row| part(id, row)).collect::<Result<Vec<_>, _>>()?;
    Ok(Job {
        id,
        question: Question {
            place: room(id, row)?.into(),
            message: MessageId(column(id, row, "message")?),
            asker: Person {
                id: ActorId::new(column::<String>(id, row, "asker")?),
                name: column(id, row, "asker_name")?,
            },
            text: column(id, row, "text")?,
            one_to_one: column(id, row, "one_to_one")?,
            files: false,
        },
        asked_at: time(id, row, "asked_at")?,
        attempts: count(id, row, "attempts")?,
        trouble_since: optional(id, row, "trouble_since")?.map(Timestamp::from_millis),
        follow_ups: Vec::new(),
        reply: (!parts.is_empty()).then_some(Reply { failure: reply_failure, parts }),
    })
}

fn part(job: JobId, row: &SqliteRow) -> Result<Part, QueueError> {
    let posted = column(job, row, "posted")?;
    Ok(Part {
        index: count(job, row, "place")?,
        text: column(job, row, "text")?,
        state: if posted { PartState::Posted } else { PartState::Waiting },
        uncertain: count(job, row, "uncertain")?,
    })
}

/// A dead letter.
pub(super) fn dead_letter(job: JobId, row: &SqliteRow) -> Result<DeadLetter, QueueError> {
    Ok(DeadLetter {
        job,
        room: room(job, row)?,
        message: MessageId(column(job, row, "message")?),
        failure: failure(job, row, "failure")?.ok_or(QueueError::Corrupt { job, what: "failure" })?,
        asked_at: time(job, row, "asked_at")?,
        died_at: time(job, row, "died_at")?,
        attempts: count(job, row, "attempts")?,
    })
}

/// A conversation: no row, one row for each turn, or one without a turn.
pub(super) fn conversation(place: Place, rows: &[SqliteRow]) -> sqlx::Result<Conversation> {
    let epoch = rows.first().map(|row| row.try_get::<i64, _>("epoch")).transpose()?.unwrap_or(0);
    let mut turns = Vec::with_capacity(rows.len());
    for row in rows {
        if row.try_get::<Option<i64>, _>("message")?.is_some() {
            turns.push(turn(row)?);
        }
    }
    Ok(Conversation { id: ConversationId { place, epoch: epoch.unsigned_abs() }, turns, trimmed: false })
}

fn turn(row: &SqliteRow) -> sqlx::Result<Turn> {
    Ok(Turn {
        message: MessageId(row.try_get("message")?),
        speaker: row.try_get("speaker")?,
        question: row.try_get("question")?,
        answer: row.try_get("answer")?,
    })
}

fn room(job: JobId, row: &SqliteRow) -> Result<RoomToken, QueueError> {
    let what = "room";
    RoomToken::parse(&column::<String>(job, row, what)?).map_err(|_| QueueError::Corrupt { job, what })
}

fn failure(job: JobId, row: &SqliteRow, what: &'static str) -> Result<Option<Failure>, QueueError> {
    let word: Option<String> = optional(job, row, what)?;
    word.map(|word| Failure::parse(&word).ok_or(QueueError::Corrupt { job, what })).transpose()
}

fn time(job: JobId, row: &SqliteRow, what: &'static str) -> Result<Timestamp, QueueError> {
    column(job, row, what).map(Timestamp::from_millis)
}

fn count(job: JobId, row: &SqliteRow, what: &'static str) -> Result<u32, QueueError> {
    let stored: i64 = column(job, row, what)?;
    u32::try_from(stored).map_err(|_| QueueError::Corrupt { job, what })
}

fn column<'r, T>(job: JobId, row: &'r SqliteRow, what: &'static str) -> Result<T, QueueError>
where
    T: Decode<'r, Sqlite> + Type<Sqlite>,
{
    optional(job, row, what)?.ok_or(QueueError::Corrupt { job, what })
}

fn optional<'r, T>(job: JobId, row: &'r SqliteRow, what: &'static str) -> Result<Option<T>, QueueError>
where
    T: Decode<'r, Sqlite> + Type<Sqlite>,
{
    row.try_get(what).map_err(|_| QueueError::Corrupt { job, what })
}
