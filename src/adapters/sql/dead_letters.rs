//! The administrator's side of the queue.

use async_trait::async_trait;

use super::SqlStore;
use super::change::Change;
use super::engine::{Connection, query};
use super::{rows, statements};
use crate::adapters::bells::Wakes;
use crate::domain::time::Timestamp;
use crate::ports::dead_letters::{DeadLetter, DeadLetters, Selection};
use crate::ports::queue::QueueError;
use crate::ports::with_causes;

#[async_trait]
impl DeadLetters for SqlStore {
    /// Leaves out what cannot be read: it must not hide the others, and can be dropped by its number.
    async fn list(&self) -> Result<Vec<DeadLetter>, QueueError> {
        let rows = query(statements::DEAD_LETTERS)
            .bind(&self.bot)
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        let mut letters = Vec::with_capacity(rows.len());
        for row in &rows {
            let job = rows::job_id(row).map_err(unavailable)?;
            match rows::dead_letter(job, row) {
                Ok(letter) => letters.push(letter),
                Err(error) => {
                    let error = with_causes(&error);
                    tracing::error!(%job, error, "this dead letter cannot be read, only dropped");
                }
            }
        }
        Ok(letters)
    }

    async fn retry(&self, which: Selection, now: Timestamp) -> Result<u64, QueueError> {
        self.write(Reopen { which, now }).await.map_err(QueueError::Unavailable)
    }

    async fn erase(&self, which: Selection) -> Result<u64, QueueError> {
        self.write(Erase { which }).await.map_err(QueueError::Unavailable)
    }
}

fn unavailable(error: sqlx::Error) -> QueueError {
    QueueError::Unavailable(Box::new(error))
}

/// The number to bind; null stands for all.
fn number(which: Selection) -> Option<i64> {
    match which {
        Selection::All => None,
        Selection::One(job) => Some(job.0),
    }
}

/// Opens dead letters again.
struct Reopen {
    which: Selection,
    now: Timestamp,
}

#[async_trait]
impl Change for Reopen {
    type Answer = u64;
    const WAKES: Wakes = Wakes::WORKER;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<u64> {
        let which = number(self.which);
        for first in [statements::DROP_NOTICES, statements::FORGET_UNCERTAIN] {
            query(first).bind(bot).bind(which).execute(&mut *store).await?;
        }
        let now = self.now.as_millis();
        let reopened = query(statements::REOPEN).bind(bot).bind(which).bind(now).execute(store).await?;
        Ok(reopened.rows_affected())
    }
}

/// Erases dead letters.
struct Erase {
    which: Selection,
}

#[async_trait]
impl Change for Erase {
    type Answer = u64;
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<u64> {
        let which = number(self.which);
        query(statements::DROP_REPLIES).bind(bot).bind(which).execute(&mut *store).await?;
        let dropped = query(statements::DROP).bind(bot).bind(which).execute(store).await?;
        Ok(dropped.rows_affected())
    }
}
