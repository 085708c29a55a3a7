//! Storing questions, as many as wait at once.

use std::collections::HashSet;

use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::change::WaitingQuestion;
use crate::adapters::sql::rows;
use crate::adapters::sql::statements::{ENQUEUE, ENQUEUE_ONCE};
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

/// Stores all that are new by one statement: every statement costs two changes of thread.
pub(super) async fn store_all(
    bot: &str,
    store: &mut SqliteConnection,
    waiting: &mut [WaitingQuestion],
) -> sqlx::Result<()> {
    if waiting.is_empty() {
        return Ok(());
    }
    let mut insert = QueryBuilder::<Sqlite>::new(ENQUEUE);
    insert.push_values(waiting.iter().map(|waiting| &waiting.write), |mut row, write| {
        let Enqueue { question, now, sign } = write;
        row.push_bind(bot)
            .push_bind(question.place.room.as_str())
            .push_bind(rows::thread_number(&question.place))
            .push_bind(question.message.0)
            .push_bind(question.asker.id.as_str())
            .push_bind(question.asker.name.as_str())
            .push_bind(question.text.as_str())
            .push_bind(question.one_to_one)
            .push_bind(question.files)
            .push_bind(sign.map(Sign::as_str))
            .push_bind(now.as_millis());
    });
    insert.push(ENQUEUE_ONCE);
    // Texts for many are too various to be worth keeping prepared.
    let rows = insert.build().persistent(waiting.len() == 1).fetch_all(store).await?;
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
