//! The store's knowledge of reactions.

use async_trait::async_trait;

use super::SqlStore;
use super::change::Change;
use super::engine::{Connection, Row, Statement, query};
use super::{rows, statements};
use crate::adapters::bells::Wakes;
use crate::domain::job::JobId;
use crate::domain::message::{MessageId, RoomToken};
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::signs::{SignError, Signs, WrongSign};

#[async_trait]
impl Signs for SqlStore {
    async fn wrong(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError> {
        self.wrong_of(statements::WRONG_SIGNS, now, limit).await
    }

    async fn wrongly_shown(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError> {
        self.wrong_of(statements::WRONGLY_SHOWN, now, limit).await
    }

    async fn record(&self, job: JobId, shown: Option<Sign>) -> Result<(), SignError> {
        self.write(Record { job, shown }).await.map_err(SignError::Unavailable)
    }

    async fn thinking(&self, limit: usize) -> Result<Vec<(RoomToken, MessageId)>, SignError> {
        let thinking = query(statements::THINKING)
            .bind(&self.bot)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        Ok(rows::readable(&thinking, |row| Ok((rows::room_token(row)?, rows::message(row)?))))
    }
}

impl SqlStore {
    async fn wrong_of(
        &self,
        which: Statement,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<WrongSign>, SignError> {
        let wrong = query(which)
            .bind(&self.bot)
            .bind(now.as_millis())
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        Ok(rows::readable(&wrong, wrong_sign))
    }
}

fn unavailable(error: sqlx::Error) -> SignError {
    SignError::Unavailable(Box::new(error))
}

fn wrong_sign(row: &Row) -> sqlx::Result<WrongSign> {
    let sign = |what| Ok::<_, sqlx::Error>(row.try_get::<Option<&str>, _>(what)?.and_then(Sign::parse));
    Ok(WrongSign {
        job: rows::job_id(row)?,
        room: rows::room_token(row)?,
        message: rows::message(row)?,
        shown: sign("sign")?,
        wanted: sign("wanted")?,
    })
}

/// Records what may be on a question's message.
struct Record {
    job: JobId,
    shown: Option<Sign>,
}

#[async_trait]
impl Change for Record {
    type Answer = ();
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        let record = query(statements::RECORD_SIGN).bind(bot).bind(self.job.0);
        record.bind(self.shown.map(Sign::as_str)).execute(store).await?;
        Ok(())
    }
}
