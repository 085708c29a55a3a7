//! Questions that wait.

use async_trait::async_trait;

use super::change::Change;
use super::engine::{Connection, Row, query};
use super::{SqlStore, outbox};
use super::{rows, statements};
use crate::adapters::bells::Wakes;
use crate::domain::job::JobId;
use crate::domain::time::Timestamp;
use crate::ports::outbox::NewNotice;
use crate::ports::waits::{WaitError, Waiting, Waits};

#[async_trait]
impl Waits for SqlStore {
    async fn waiting(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Waiting>, WaitError> {
        let found = query(statements::WAITING)
            .bind(&self.bot)
            .bind(now.as_millis())
            .bind(before.as_millis())
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        Ok(rows::readable(&found, waiting))
    }

    async fn oldest_waiting(&self) -> Result<Option<Timestamp>, WaitError> {
        let oldest = query(statements::OLDEST_WAITING)
            .bind(&self.bot)
            .fetch_one(&self.readers)
            .await
            .map_err(unavailable)?;
        rows::optional_time(&oldest).map_err(unavailable)
    }

    async fn tell(&self, job: JobId, notice: &NewNotice, now: Timestamp) -> Result<bool, WaitError> {
        self.write(Tell { job, notice: notice.clone(), now }).await.map_err(WaitError::Unavailable)
    }
}

fn unavailable(error: sqlx::Error) -> WaitError {
    WaitError::Unavailable(Box::new(error))
}

fn waiting(row: &Row) -> sqlx::Result<Waiting> {
    Ok(Waiting {
        job: rows::job_id(row)?,
        place: rows::place(row)?,
        message: rows::message(row)?,
        asked_at: rows::timestamp(row, "asked_at")?,
        ahead: row.try_get::<i64, _>("ahead")?.unsigned_abs(),
    })
}

/// Tells a room that its questions wait.
struct Tell {
    job: JobId,
    notice: NewNotice,
    now: Timestamp,
}

#[async_trait]
impl Change for Tell {
    type Answer = bool;
    const WAKES: Wakes = Wakes::OUTBOX;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<bool> {
        let told = query(statements::TELL).bind(bot).bind(self.job.0).execute(&mut *store).await?;
        if told.rows_affected() == 0 {
            return Ok(false);
        }
        outbox::add(bot, store, &self.notice, self.now).await?;
        Ok(true)
    }
}
