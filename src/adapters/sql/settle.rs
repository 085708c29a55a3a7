//! The ends of leases, and what may not be sent to for a while.

use async_trait::async_trait;

use super::change::{Change, Held, held};
use super::engine::{Connection, query};
use super::statements;
use crate::adapters::bells::Wakes;
use crate::domain::job::{Lease, PauseScope, Settlement};
use crate::domain::message::RoomToken;
use crate::domain::time::Timestamp;

/// Ends a lease.
pub(super) struct Settle {
    pub(super) lease: Lease,
    pub(super) settlement: Settlement,
    pub(super) now: Timestamp,
}

#[async_trait]
impl Change for Settle {
    type Answer = Held;
    const WAKES: Wakes = Wakes::WORKER;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Held> {
        let statement = match self.settlement {
            Settlement::Done => statements::DONE,
            Settlement::RetryAt { .. } => statements::RETRY_AT,
            Settlement::Dead(_) => statements::DIE,
            Settlement::HandBack => statements::HAND_BACK,
        };
        let update = query(statement).bind(bot).bind(self.lease.job.0).bind(&self.lease.token);
        let update = match self.settlement {
            Settlement::Done => update,
            Settlement::RetryAt { at, trouble_since } => {
                update.bind(at.as_millis()).bind(trouble_since.map(Timestamp::as_millis))
            }
            Settlement::Dead(failure) => update.bind(failure.as_str()).bind(self.now.as_millis()),
            Settlement::HandBack => update.bind(self.now.as_millis()),
        };
        let settled = held(&self.lease, update.execute(&mut *store).await?.rows_affected());
        if settled.is_ok() && self.settlement == Settlement::Done {
            query(statements::ERASE_PARTS).bind(bot).bind(self.lease.job.0).execute(store).await?;
        }
        Ok(settled)
    }
}

/// Holds a scope back.
pub(super) struct Pause {
    pub(super) scope: PauseScope,
    pub(super) until: Timestamp,
    /// Whose signature a room refused, where that matters to others.
    pub(super) process: Option<String>,
}

#[async_trait]
impl Change for Pause {
    type Answer = ();
    const WAKES: Wakes = Wakes::PAUSED;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        let pause = |statement, room| query(statement).bind(bot).bind(room).bind(self.until.as_millis());
        let pause = match (&self.scope, &self.process) {
            (PauseScope::Server, _) => pause(statements::PAUSE, ""),
            (PauseScope::Room(room), None) => pause(statements::PAUSE, room.as_str()),
            (PauseScope::Room(room), Some(process)) => {
                pause(statements::PAUSE_FOR_ALL, room.as_str()).bind(process)
            }
        };
        pause.execute(store).await?;
        Ok(())
    }
}

/// Ends the pause of a room.
pub(super) struct Resume {
    pub(super) room: RoomToken,
    pub(super) now: Timestamp,
}

#[async_trait]
impl Change for Resume {
    type Answer = ();
    const WAKES: Wakes = Wakes::RESUMED;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        let of_room =
            |statement| query(statement).bind(bot).bind(self.room.as_str()).bind(self.now.as_millis());
        if of_room(statements::RESUME).execute(&mut *store).await?.rows_affected() == 1 {
            of_room(statements::RESUME_JOBS).execute(&mut *store).await?;
            of_room(statements::RESUME_NOTICES).execute(store).await?;
        }
        Ok(())
    }
}
