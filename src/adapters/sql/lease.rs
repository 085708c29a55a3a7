//! Taking jobs out, and keeping them.

use async_trait::async_trait;

use super::change::{Change, Held, held};
use super::engine::{Connection, Row, query};
use super::{rows, statements};
use crate::adapters::bells::Wakes;
use crate::domain::job::{Failure, Job, JobId, Lease, Stage};
use crate::domain::time::Timestamp;
use crate::ports::queue::{Leased, QueueError};
use crate::ports::with_causes;

/// Leases heads.
pub(super) struct TakeHeads {
    pub(super) stage: Stage,
    pub(super) limit: usize,
    /// So many jobs at most are then leased for that stage.
    pub(super) in_all: usize,
    pub(super) now: Timestamp,
    pub(super) until: Timestamp,
    /// Random, shared by what this call takes.
    pub(super) token: String,
    /// Whether the token begins with the name of this process, and others take heads too.
    pub(super) among_others: bool,
}

#[async_trait]
impl Change for TakeHeads {
    type Answer = Vec<Leased>;
    const WAKES: Wakes = Wakes::NOBODY;

    /// A row that cannot be read is given up, and what it held back is taken in its place.
    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Vec<Leased>> {
        let mut leased = Vec::<Leased>::new();
        let limit = self.limit(bot, store).await?;
        loop {
            let rows = self.take(bot, store, limit - leased.len()).await?;
            let mut damaged = false;
            for row in &rows {
                let id = rows::job_id(row)?;
                match self.read(bot, store, id, row).await? {
                    Ok(one) => leased.push(one),
                    Err(error) => {
                        self.give_up(bot, store, id, &error).await?;
                        damaged = true;
                    }
                }
            }
            if !damaged {
                if self.stage == Stage::Ask && !leased.is_empty() {
                    self.move_back(bot, store).await?;
                }
                leased.sort_by_key(|leased| (leased.job.asked_at, leased.job.id));
                return Ok(leased);
            }
        }
    }
}

impl TakeHeads {
    /// How many more may be leased.
    async fn limit(&self, bot: &str, store: &mut Connection) -> sqlx::Result<usize> {
        if self.stage == Stage::Post || self.in_all == usize::MAX {
            return Ok(self.limit);
        }
        let asked = query(statements::ASKED).bind(bot).bind(self.now.as_millis()).fetch_one(store).await?;
        let asked = usize::try_from(asked.try_get::<i64, _>(0)?).unwrap_or(0);
        Ok(self.limit.min(self.in_all.saturating_sub(asked)))
    }

    async fn take(&self, bot: &str, store: &mut Connection, limit: usize) -> sqlx::Result<Vec<Row>> {
        let statement = match (self.stage, self.among_others) {
            (Stage::Ask, true) => statements::LEASE_TO_ASK_AMONG_OTHERS,
            (Stage::Ask, false) => statements::LEASE_TO_ASK,
            (Stage::Post, true) => statements::LEASE_TO_POST_AMONG_OTHERS,
            (Stage::Post, false) => statements::LEASE_TO_POST,
        };
        let number = |count| i64::try_from(count).unwrap_or(i64::MAX);
        let take = query(statement)
            .bind(bot)
            .bind(self.now.as_millis())
            .bind(number(limit))
            .bind(&self.token)
            .bind(self.until.as_millis());
        let counts = self.stage == Stage::Post && self.among_others;
        let take = if counts { take.bind(number(self.in_all)) } else { take };
        take.fetch_all(store).await
    }

    async fn move_back(&self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        query(statements::MOVE_BACK)
            .bind(bot)
            .bind(self.now.as_millis())
            .bind(&self.token)
            .execute(store)
            .await?;
        Ok(())
    }

    async fn read(
        &self,
        bot: &str,
        store: &mut Connection,
        id: JobId,
        row: &Row,
    ) -> sqlx::Result<Result<Leased, QueueError>> {
        let with = match self.stage {
            Stage::Ask => statements::FOLLOW_UPS,
            Stage::Post => statements::PARTS,
        };
        let with = query(with).bind(bot).bind(id.0).fetch_all(store).await?;
        let job = rows::job(id, row).and_then(|job| match self.stage {
            Stage::Ask => Ok(Job { follow_ups: rows::follow_ups(&with), ..job }),
            Stage::Post => Ok(Job { reply: Some(rows::reply(id, row, &with)?), ..job }),
        });
        Ok(job.map(|job| Leased { lease: Lease { job: id, token: self.token.clone() }, job }))
    }

    async fn give_up(
        &self,
        bot: &str,
        store: &mut Connection,
        id: JobId,
        error: &QueueError,
    ) -> sqlx::Result<()> {
        tracing::error!(job = %id, error = with_causes(error), "given up: it cannot be read");
        query(statements::DIE)
            .bind(bot)
            .bind(id.0)
            .bind(&self.token)
            .bind(Failure::Internal.as_str())
            .bind(self.now.as_millis())
            .execute(store)
            .await?;
        Ok(())
    }
}

/// Prolongs a lease.
pub(super) struct Renew {
    pub(super) lease: Lease,
    pub(super) until: Timestamp,
}

#[async_trait]
impl Change for Renew {
    type Answer = Held;
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Held> {
        let renewed = query(statements::RENEW)
            .bind(bot)
            .bind(self.lease.job.0)
            .bind(&self.lease.token)
            .bind(self.until.as_millis())
            .execute(store)
            .await?;
        Ok(held(&self.lease, renewed.rows_affected()))
    }
}
