//! From rows to values of the domain. A row that cannot be read says which column is at fault.

use super::engine::{Column, Row};

use crate::domain::actor::{ActorId, Person};
use crate::domain::conversation::{Conversation, ConversationId, Turn};
use crate::domain::job::{Failure, FollowUp, Job, JobId, Part, PartState, Question, Reply};
use crate::domain::message::{MessageId, Place, RoomToken, ThreadId};
use crate::domain::time::Timestamp;
use crate::ports::dead_letters::DeadLetter;
use crate::ports::queue::QueueError;
use crate::ports::with_causes;

/// Where the window of a place begins that was never trimmed.
pub(super) const NO_START: i64 = i64::MIN;

/// The stored number of a place's thread: 0 stands for none.
pub(super) fn thread_number(place: &Place) -> i64 {
    place.thread.map_or(0, |thread| thread.0)
}

fn thread(number: i64) -> Option<ThreadId> {
    (number != 0).then_some(ThreadId(number))
}

/// The room of a row.
pub(super) fn room_token(row: &Row) -> sqlx::Result<RoomToken> {
    RoomToken::parse(row.try_get::<&str, _>("room")?).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The place of a row.
pub(super) fn place(row: &Row) -> sqlx::Result<Place> {
    Ok(Place { room: room_token(row)?, thread: thread(row.try_get("thread")?) })
}

/// The message of a row.
pub(super) fn message(row: &Row) -> sqlx::Result<MessageId> {
    row.try_get("message").map(MessageId)
}

/// A time of a row.
pub(super) fn timestamp(row: &Row, what: &str) -> sqlx::Result<Timestamp> {
    row.try_get(what).map(Timestamp::from_millis)
}

/// The time that a row consists of.
pub(super) fn optional_time(row: &Row) -> sqlx::Result<Option<Timestamp>> {
    Ok(row.try_get::<Option<i64>, _>(0)?.map(Timestamp::from_millis))
}

/// What can be read of the rows: one that is damaged must not hide the others.
pub(super) fn readable<T>(rows: &[Row], read: impl Fn(&Row) -> sqlx::Result<T>) -> Vec<T> {
    let skip = |error: &sqlx::Error| {
        tracing::debug!(error = with_causes(error), "a row of the store cannot be read");
    };
    rows.iter().filter_map(|row| read(row).inspect_err(skip).ok()).collect()
}

/// The number of a row's job.
pub(super) fn job_id(row: &Row) -> sqlx::Result<JobId> {
    row.try_get("id").map(JobId)
}

/// A leased job, without what comes from other rows.
pub(super) fn job(id: JobId, row: &Row) -> Result<Job, QueueError> {
    failure(id, row, "reply_failure")?;
    Ok(Job {
        id,
        question: Question {
            place: Place { room: room(id, row)?, thread: thread(column(id, row, "thread")?) },
            message: MessageId(column(id, row, "message")?),
            asker: Person {
                id: ActorId::new(column::<String>(id, row, "asker")?),
                name: column(id, row, "asker_name")?,
            },
            text: column(id, row, "text")?,
            one_to_one: column(id, row, "one_to_one")?,
            files: column(id, row, "files")?,
        },
        asked_at: time(id, row, "asked_at")?,
        attempts: count(id, row, "attempts")?,
        trouble_since: optional(id, row, "trouble_since")?.map(Timestamp::from_millis),
        follow_ups: Vec::new(),
        reply: None,
    })
}

/// The stored reply of a job, of the rows of its parts.
pub(super) fn reply(job: JobId, row: &Row, parts: &[Row]) -> Result<Reply, QueueError> {
    if parts.is_empty() {
        return Err(QueueError::Corrupt { job, what: "part" });
    }
    let parts = parts.iter().map(|row| part(job, row)).collect::<Result<_, _>>()?;
    Ok(Reply { failure: failure(job, row, "reply_failure")?, parts })
}

/// Follow-ups up to the first that cannot be read: it is given up when it is leased itself.
pub(super) fn follow_ups(rows: &[Row]) -> Vec<FollowUp> {
    rows.iter().map_while(|row| follow_up(row).ok()).collect()
}

fn follow_up(row: &Row) -> Result<FollowUp, QueueError> {
    let job = JobId(row.try_get("id").map_err(|error| QueueError::Unavailable(Box::new(error)))?);
    Ok(FollowUp {
        job,
        message: MessageId(column(job, row, "message")?),
        text: column(job, row, "text")?,
        files: column(job, row, "files")?,
    })
}

fn part(job: JobId, row: &Row) -> Result<Part, QueueError> {
    let posted = column(job, row, "posted")?;
    Ok(Part {
        index: count(job, row, "place")?,
        text: column(job, row, "text")?,
        state: if posted { PartState::Posted } else { PartState::Waiting },
        uncertain: count(job, row, "uncertain")?,
    })
}

/// A dead letter.
pub(super) fn dead_letter(job: JobId, row: &Row) -> Result<DeadLetter, QueueError> {
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

/// A conversation: no row, one row for each turn, or one without a turn. A turn that cannot be read must not keep the place
/// from being answered.
pub(super) fn conversation(place: Place, rows: &[Row]) -> sqlx::Result<Conversation> {
    let of_place = |name| rows.first().map(|row| row.try_get::<i64, _>(name)).transpose();
    let epoch = of_place("epoch")?.unwrap_or(0);
    let trimmed = of_place("window_start")?.is_some_and(|start| start != NO_START);
    let mut turns = Vec::with_capacity(rows.len());
    for row in rows {
        match turn(row) {
            Ok(turn) => turns.extend(turn),
            Err(error) => {
                tracing::warn!(
                    error = with_causes(&error),
                    "a turn cannot be read; the model is not given it"
                );
            }
        }
    }
    Ok(Conversation { id: ConversationId { place, epoch: epoch.unsigned_abs() }, turns, trimmed })
}

/// The turn of a row, if it has one.
fn turn(row: &Row) -> sqlx::Result<Option<Turn>> {
    let Some(message) = row.try_get("message")? else { return Ok(None) };
    Ok(Some(Turn {
        message: MessageId(message),
        speaker: row.try_get("speaker")?,
        question: row.try_get("question")?,
        answer: row.try_get("answer")?,
    }))
}

fn room(job: JobId, row: &Row) -> Result<RoomToken, QueueError> {
    let what = "room";
    RoomToken::parse(&column::<String>(job, row, what)?).map_err(|_| QueueError::Corrupt { job, what })
}

fn failure(job: JobId, row: &Row, what: &'static str) -> Result<Option<Failure>, QueueError> {
    let word: Option<String> = optional(job, row, what)?;
    word.map(|word| Failure::parse(&word).ok_or(QueueError::Corrupt { job, what })).transpose()
}

fn time(job: JobId, row: &Row, what: &'static str) -> Result<Timestamp, QueueError> {
    column(job, row, what).map(Timestamp::from_millis)
}

fn count(job: JobId, row: &Row, what: &'static str) -> Result<u32, QueueError> {
    let stored: i64 = column(job, row, what)?;
    u32::try_from(stored).map_err(|_| QueueError::Corrupt { job, what })
}

fn column<'r, T>(job: JobId, row: &'r Row, what: &'static str) -> Result<T, QueueError>
where
    Option<T>: Column<'r>,
{
    optional(job, row, what)?.ok_or(QueueError::Corrupt { job, what })
}

fn optional<'r, T>(job: JobId, row: &'r Row, what: &'static str) -> Result<Option<T>, QueueError>
where
    Option<T>: Column<'r>,
{
    row.try_get(what).map_err(|_| QueueError::Corrupt { job, what })
}
