//! The queue: writes go to the writer, reads to the readers.

use async_trait::async_trait;

use super::SqlStore;
use super::change::Command;
use super::engine::{Readers, Row, query};
use super::enqueue::Enqueue;
use super::lease::{Renew, TakeHeads};
use super::reply::{MarkPart, SaveReply, SplitPart};
use super::settle::{Pause, Resume, Settle};
use super::{refusals, rows, statements};
use crate::domain::job::{Lease, PartState, PauseScope, Question, Settlement, Stage};
use crate::domain::message::RoomToken;
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::queue::{Depth, Enqueued, JobQueue, Leased, NewReply, QueueError};

#[async_trait]
impl JobQueue for SqlStore {
    async fn enqueue(&self, question: &Question, now: Timestamp) -> Result<Enqueued, QueueError> {
        let sign = self.signs.then_some(Sign::Thinking);
        let enqueue = Enqueue { question: question.clone(), now, sign };
        self.submit(enqueue, Command::Enqueue).await.map_err(QueueError::Unavailable)
    }

    async fn lease(
        &self,
        stage: Stage,
        limit: usize,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Leased>, QueueError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| QueueError::Unavailable(error.to_string().into()))?;
        let random = base16ct::lower::encode_string(&random);
        let (token, in_all) = match &self.others {
            Some(others) => (format!("{}{random}", others.process), others.at_once(stage)),
            None => (random, usize::MAX),
        };
        let among_others = self.others.is_some();
        self.write(TakeHeads { stage, limit, in_all, now, until, token, among_others })
            .await
            .map_err(QueueError::Unavailable)
    }

    async fn renew(&self, lease: &Lease, until: Timestamp) -> Result<(), QueueError> {
        self.write(Renew { lease: lease.clone(), until }).await.map_err(QueueError::Unavailable)?
    }

    async fn save_reply(&self, lease: &Lease, reply: &NewReply) -> Result<(), QueueError> {
        let save = SaveReply { lease: lease.clone(), reply: reply.clone() };
        self.write(save).await.map_err(QueueError::Unavailable)?
    }

    async fn mark_part(
        &self,
        lease: &Lease,
        index: u32,
        state: PartState,
        uncertain: u32,
    ) -> Result<(), QueueError> {
        let mark = MarkPart { lease: lease.clone(), index, state, uncertain };
        self.write(mark).await.map_err(QueueError::Unavailable)?
    }

    async fn split_part(&self, lease: &Lease, index: u32, texts: &[String]) -> Result<(), QueueError> {
        let split = SplitPart { lease: lease.clone(), index, texts: texts.to_vec() };
        self.write(split).await.map_err(QueueError::Unavailable)?
    }

    async fn settle(&self, lease: &Lease, settlement: Settlement, now: Timestamp) -> Result<(), QueueError> {
        let settle = Settle { lease: lease.clone(), settlement, now };
        self.write(settle).await.map_err(QueueError::Unavailable)?
    }

    async fn pause(&self, scope: &PauseScope, until: Timestamp) -> Result<(), QueueError> {
        let process = self.others.as_ref().map(|others| others.process.clone());
        self.write(Pause { scope: scope.clone(), until, process }).await.map_err(QueueError::Unavailable)
    }

    async fn resume(&self, room: &RoomToken, now: Timestamp) -> Result<(), QueueError> {
        self.write(Resume { room: room.clone(), now }).await.map_err(QueueError::Unavailable)
    }

    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, QueueError> {
        let (bot, at) = (&self.bot, now.as_millis());
        let look = match &self.others {
            Some(others) => query(statements::NEXT_DUE_AMONG_OTHERS).bind(bot).bind(at).bind(&others.process),
            None => query(statements::NEXT_DUE).bind(bot).bind(at),
        };
        let due = look.fetch_one(&self.readers).await.map_err(unavailable)?;
        rows::optional_time(&due).map_err(unavailable)
    }

    async fn changed(&self, stage: Stage) {
        self.bells.of(stage).notified().await;
    }

    async fn depth(&self, now: Timestamp) -> Result<Depth, QueueError> {
        read_depth(&self.readers, &self.bot, now).await.map_err(unavailable)
    }
}

/// How full a bot's queue is, read by these.
pub(super) async fn read_depth(readers: &Readers, bot: &str, now: Timestamp) -> sqlx::Result<Depth> {
    let now = now.as_millis();
    let figures = query(statements::DEPTH).bind(bot).bind(now).fetch_one(readers);
    let pauses = query(statements::PAUSES).bind(bot).bind(now).fetch_all(readers);
    let (figures, pauses) = tokio::try_join!(figures, pauses)?;
    depth(&figures, &pauses)
}

fn depth(figures: &Row, pauses: &[Row]) -> sqlx::Result<Depth> {
    let count = |name| figures.try_get::<i64, _>(name).map(i64::unsigned_abs);
    let mut depth = Depth {
        open: count("open")?,
        leased: count("leased")?,
        dead: count("dead")?,
        oldest: figures.try_get::<Option<i64>, _>("oldest")?.map(Timestamp::from_millis),
        pauses: Vec::with_capacity(pauses.len()),
    };
    for row in pauses {
        depth.pauses.extend(refusals::pause(row)?);
    }
    Ok(depth)
}

fn unavailable(error: sqlx::Error) -> QueueError {
    QueueError::Unavailable(Box::new(error))
}
