//! The outbox.

use async_trait::async_trait;

use super::SqlStore;
use super::change::Change;
use super::engine::{Connection, Row, query};
use super::{rows, statements};
use crate::adapters::bells::Wakes;
use crate::domain::message::MessageId;
use crate::domain::time::Timestamp;
use crate::ports::outbox::{NewNotice, Notice, NoticeEnd, NoticeId, Outbox, OutboxError};
use crate::ports::with_causes;

#[async_trait]
impl Outbox for SqlStore {
    async fn add(&self, notice: &NewNotice, now: Timestamp) -> Result<(), OutboxError> {
        self.write(Add { notice: notice.clone(), now }).await.map_err(OutboxError::Unavailable)
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Notice>, OutboxError> {
        let due = query(statements::DUE_NOTICES)
            .bind(&self.bot)
            .bind(now.as_millis())
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        let mut notices = Vec::with_capacity(due.len());
        for row in &due {
            match notice(row) {
                Ok(notice) => notices.push(notice),
                Err(error) => self.give_up(row, &error).await,
            }
        }
        Ok(notices)
    }

    async fn end(&self, notice: NoticeId, end: NoticeEnd) -> Result<(), OutboxError> {
        self.write(End { notice, end }).await.map_err(OutboxError::Unavailable)
    }

    async fn next_notice(&self, now: Timestamp) -> Result<Option<Timestamp>, OutboxError> {
        let next = query(statements::NEXT_NOTICE)
            .bind(&self.bot)
            .bind(now.as_millis())
            .fetch_one(&self.readers)
            .await
            .map_err(unavailable)?;
        rows::optional_time(&next).map_err(unavailable)
    }

    async fn noticed(&self) {
        self.bells.notices.notified().await;
    }
}

impl SqlStore {
    /// Erases a notice that would hold back for ever what its room is told after it.
    async fn give_up(&self, row: &Row, error: &sqlx::Error) {
        let Ok(notice) = row.try_get("id").map(NoticeId) else { return };
        match self.write(End { notice, end: NoticeEnd::Gone }).await {
            Ok(()) => {
                let error = with_causes(error);
                tracing::error!(notice = notice.0, error, "given up: a notice cannot be read");
                self.bells.ring(Wakes::OUTBOX);
            }
            Err(error) => {
                tracing::debug!(notice = notice.0, error = with_causes(&*error), "it cannot be erased yet");
            }
        }
    }
}

fn unavailable(error: sqlx::Error) -> OutboxError {
    OutboxError::Unavailable(Box::new(error))
}

fn notice(row: &Row) -> sqlx::Result<Notice> {
    let notice = NewNotice {
        place: rows::place(row)?,
        reply_to: row.try_get::<Option<i64>, _>("reply_to")?.map(MessageId),
        text: row.try_get("text")?,
    };
    Ok(Notice { id: NoticeId(row.try_get("id")?), since: rows::timestamp(row, "since")?, notice })
}

/// Stores a notice.
struct Add {
    notice: NewNotice,
    now: Timestamp,
}

#[async_trait]
impl Change for Add {
    type Answer = ();
    const WAKES: Wakes = Wakes::OUTBOX;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        add(bot, store, &self.notice, self.now).await
    }
}

pub(super) async fn add(
    bot: &str,
    store: &mut Connection,
    notice: &NewNotice,
    now: Timestamp,
) -> sqlx::Result<()> {
    query(statements::ADD_NOTICE)
        .bind(bot)
        .bind(notice.place.room.as_str())
        .bind(rows::thread_number(&notice.place))
        .bind(notice.reply_to.map(|message| message.0))
        .bind(&notice.text)
        .bind(now.as_millis())
        .execute(store)
        .await?;
    Ok(())
}

/// Erases what was to be said to that message.
pub(super) async fn erase_to(
    bot: &str,
    store: &mut Connection,
    room: &str,
    message: i64,
) -> sqlx::Result<()> {
    let erase = query(statements::ERASE_NOTICES_TO).bind(bot).bind(room).bind(message);
    erase.execute(store).await?;
    Ok(())
}

/// Erases a notice, or puts it off.
struct End {
    notice: NoticeId,
    end: NoticeEnd,
}

#[async_trait]
impl Change for End {
    type Answer = ();
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        let end = match self.end {
            NoticeEnd::Gone => query(statements::ERASE_NOTICE).bind(bot).bind(self.notice.0),
            NoticeEnd::RetryAt(at) => {
                query(statements::RETRY_NOTICE).bind(bot).bind(self.notice.0).bind(at.as_millis())
            }
        };
        end.execute(store).await?;
        Ok(())
    }
}
