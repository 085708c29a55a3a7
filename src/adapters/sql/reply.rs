//! Stored replies: one commit for parts and turn, then part by part.

use async_trait::async_trait;

use super::change::{Change, Held, held};
use super::engine::{Connection, Row, query};
use super::outbox;
use super::rows::NO_START;
use super::{print, statements};
use crate::adapters::bells::Wakes;
use crate::domain::job::{Failure, JobId, Lease, PartState};
use crate::ports::queue::{NewReply, NewTurn, QueueError};

/// Stores a reply with its turn.
pub(super) struct SaveReply {
    pub(super) lease: Lease,
    pub(super) reply: NewReply,
}

#[async_trait]
impl Change for SaveReply {
    type Answer = Held;
    const WAKES: Wakes = Wakes::SPEAKING;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Held> {
        let job = self.lease.job;
        let saved = query(statements::SAVE_REPLY)
            .bind(bot)
            .bind(job.0)
            .bind(&self.lease.token)
            .bind(self.reply.failure.map(Failure::as_str))
            .fetch_optional(&mut *store)
            .await?;
        let Some(saved) = saved else { return Ok(Err(QueueError::LeaseLost(job))) };
        add_parts(bot, store, job, 0, &self.reply.parts).await?;
        let room: &str = saved.try_get("room")?;
        outbox::erase_to(bot, store, room, saved.try_get("message")?).await?;
        if let Some(turn) = &self.reply.turn {
            remember(bot, store, &saved, turn, &print::of_all(&self.reply.parts)).await?;
        }
        self.end_those_it_is_for(bot, store, &saved).await?;
        Ok(Ok(()))
    }
}

impl SaveReply {
    /// The identical ones first: their text is known only as long as what they repeat is open.
    async fn end_those_it_is_for(&self, bot: &str, store: &mut Connection, saved: &Row) -> sqlx::Result<()> {
        let joined = self.reply.joined.iter();
        if self.reply.failure.is_none() {
            for answered in std::iter::once(&self.lease.job).chain(joined.clone()) {
                let end = query(statements::END_IDENTICAL).bind(bot).bind(answered.0);
                end.execute(&mut *store).await?;
            }
        }
        for follow_up in joined {
            query(statements::END_JOINED)
                .bind(bot)
                .bind(follow_up.0)
                .bind(saved.try_get::<&str, _>("room")?)
                .bind(saved.try_get::<i64, _>("thread")?)
                .execute(&mut *store)
                .await?;
        }
        Ok(())
    }
}

/// An answer that was made of what has been forgotten since leaves nothing.
async fn remember(
    bot: &str,
    store: &mut Connection,
    saved: &Row,
    new: &NewTurn,
    prints: &str,
) -> sqlx::Result<()> {
    let (room, thread): (&str, i64) = (saved.try_get("room")?, saved.try_get("thread")?);
    let moved = query(statements::MOVE_WINDOW)
        .bind(bot)
        .bind(room)
        .bind(thread)
        .bind(i64::try_from(new.epoch).unwrap_or(i64::MAX))
        .bind(new.window_start.map_or(NO_START, |message| message.0))
        .execute(&mut *store)
        .await?;
    if moved.rows_affected() == 0 {
        return Ok(());
    }
    let turn = &new.turn;
    query(statements::ADD_TURN)
        .bind(bot)
        .bind(room)
        .bind(thread)
        .bind(turn.message.0)
        .bind(&turn.speaker)
        .bind(&turn.question)
        .bind(&turn.answer)
        .bind(saved.try_get::<Option<&str>, _>("asker")?)
        .bind(saved.try_get::<bool, _>("one_to_one")?)
        .bind(saved.try_get::<bool, _>("files")?)
        .bind(new.at.as_millis())
        .bind(prints)
        .execute(&mut *store)
        .await?;
    query(statements::TRIM_TURNS).bind(bot).bind(room).bind(thread).execute(store).await?;
    Ok(())
}

/// Records how far a part is.
pub(super) struct MarkPart {
    pub(super) lease: Lease,
    pub(super) index: u32,
    pub(super) state: PartState,
    pub(super) uncertain: u32,
}

#[async_trait]
impl Change for MarkPart {
    type Answer = Held;
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Held> {
        let marked = query(statements::MARK_PART)
            .bind(bot)
            .bind(self.lease.job.0)
            .bind(&self.lease.token)
            .bind(i64::from(self.index))
            .bind(self.state == PartState::Posted)
            .bind(i64::from(self.uncertain))
            .execute(store)
            .await?;
        Ok(held(&self.lease, marked.rows_affected()))
    }
}

/// Puts several parts in the place of one.
pub(super) struct SplitPart {
    pub(super) lease: Lease,
    pub(super) index: u32,
    pub(super) texts: Vec<String>,
}

#[async_trait]
impl Change for SplitPart {
    type Answer = Held;
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Held> {
        let job = self.lease.job;
        let place = i64::from(self.index);
        let taken = query(statements::TAKE_PART)
            .bind(bot)
            .bind(job.0)
            .bind(&self.lease.token)
            .bind(place)
            .execute(&mut *store)
            .await?;
        if let Err(lost) = held(&self.lease, taken.rows_affected()) {
            return Ok(Err(lost));
        }
        query(statements::MOVE_PARTS)
            .bind(bot)
            .bind(job.0)
            .bind(place)
            .bind(count(&self.texts) - 1)
            .execute(&mut *store)
            .await?;
        query(statements::MOVE_PARTS_BACK).bind(bot).bind(job.0).execute(&mut *store).await?;
        add_parts(bot, store, job, place, &self.texts).await?;
        let prints = print::of_all(&self.texts);
        query(statements::ADD_PRINTS).bind(bot).bind(job.0).bind(prints).execute(store).await?;
        Ok(Ok(()))
    }
}

async fn add_parts(
    bot: &str,
    store: &mut Connection,
    job: JobId,
    first: i64,
    texts: &[String],
) -> sqlx::Result<()> {
    for (place, text) in (first..).zip(texts) {
        query(statements::ADD_PART).bind(bot).bind(job.0).bind(place).bind(text).execute(&mut *store).await?;
    }
    Ok(())
}

fn count(texts: &[String]) -> i64 {
    i64::try_from(texts.len()).unwrap_or(i64::MAX)
}
