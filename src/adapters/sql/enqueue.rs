//! Storing questions, as many as wait at once.

use std::collections::HashSet;

use super::change::WaitingQuestion;
use super::engine::{Connection, Query, query};
use super::{rows, statements};
use crate::domain::job::Question;
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::queue::Enqueued;

/// A question to be stored.
pub(super) struct Enqueue {
    pub(super) question: Question,
    pub(super) now: Timestamp,
    /// What counts as put on its message.
    pub(super) sign: Option<Sign>,
}

/// Stores all that are new by one statement: every statement costs a way to the engine and back.
pub(super) async fn store_all(
    bot: &str,
    store: &mut Connection,
    waiting: &mut [WaitingQuestion],
) -> sqlx::Result<()> {
    let insert = match waiting.len() {
        0 => return Ok(()),
        1 => query(statements::ENQUEUE_ONE),
        count => Query::made(statements::enqueue(count, statements::STORED.on(store))),
    };
    let insert = waiting.iter().fold(insert, |insert, waiting| bind(insert, bot, &waiting.write));
    let rows = insert.fetch_all(store).await?;
    let mut new = rows
        .iter()
        .map(|row| Ok((row.try_get("room")?, row.try_get("message")?)))
        .collect::<sqlx::Result<HashSet<(String, i64)>>>()?;
    for WaitingQuestion { write: Enqueue { question, .. }, outcome, .. } in waiting {
        let first = new.remove(&(question.place.room.as_str().to_owned(), question.message.0));
        *outcome = Some(if first { Enqueued::New } else { Enqueued::Duplicate });
    }
    Ok(())
}

fn bind<'q>(insert: Query<'q>, bot: &'q str, enqueue: &'q Enqueue) -> Query<'q> {
    let Enqueue { question, now, sign } = enqueue;
    insert
        .bind(bot)
        .bind(question.place.room.as_str())
        .bind(rows::thread_number(&question.place))
        .bind(question.message.0)
        .bind(question.asker.id.as_str())
        .bind(&question.asker.name)
        .bind(&question.text)
        .bind(question.one_to_one)
        .bind(question.files)
        .bind(sign.map(Sign::as_str))
        .bind(now.as_millis())
}
