//! What is erased at once, of a room or of a person; and the note that a room was welcomed.

use async_trait::async_trait;

use super::SqlStore;
use super::change::Change;
use super::engine::{Connection, query};
use super::outbox;
use super::rows::{self, NO_START};
use super::statements;
use super::steering::Stop;
use crate::adapters::bells::Wakes;
use crate::domain::actor::ActorId;
use crate::domain::job::JobId;
use crate::domain::message::RoomToken;
use crate::ports::steering::Whose;
use crate::ports::upkeep::{Sweep, Swept, Upkeep, UpkeepError};

#[async_trait]
impl Upkeep for SqlStore {
    async fn clear_room(&self, room: &RoomToken) -> Result<(), UpkeepError> {
        self.write(ClearRoom { room: room.clone() }).await.map_err(UpkeepError::Unavailable)
    }

    async fn erase_room(&self, room: &RoomToken) -> Result<Vec<JobId>, UpkeepError> {
        self.write(EraseRoom { room: room.clone() }).await.map_err(UpkeepError::Unavailable)
    }

    async fn erase_person(&self, person: &ActorId) -> Result<Vec<JobId>, UpkeepError> {
        self.write(ErasePerson { person: person.clone() }).await.map_err(UpkeepError::Unavailable)
    }

    async fn sweep(&self, sweep: Sweep) -> Result<Swept, UpkeepError> {
        self.sweep_in_steps(sweep).await.map_err(UpkeepError::Unavailable)
    }

    async fn welcome(&self, room: &RoomToken) -> Result<bool, UpkeepError> {
        self.write(Welcome { room: room.clone() }).await.map_err(UpkeepError::Unavailable)
    }
}

/// Erases the turns of a room and its threads.
struct ClearRoom {
    room: RoomToken,
}

#[async_trait]
impl Change for ClearRoom {
    type Answer = ();
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        let of_room = |statement| query(statement).bind(bot).bind(self.room.as_str());
        of_room(statements::CLEAR_ROOM).execute(&mut *store).await?;
        of_room(statements::BEGIN_ROOM_ANEW).bind(NO_START).execute(store).await?;
        Ok(())
    }
}

/// Erases all of a room.
struct EraseRoom {
    room: RoomToken,
}

#[async_trait]
impl Change for EraseRoom {
    type Answer = Vec<JobId>;
    const WAKES: Wakes = Stop::WAKES;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Vec<JobId>> {
        ClearRoom { room: self.room.clone() }.apply(bot, store).await?;
        let stop = Stop { room: self.room.clone(), whose: Whose::Everybody };
        let stopped = stop.apply(bot, store).await?;
        for statement in [
            statements::ERASE_ROOM_PARTS,
            statements::DROP_OF_ROOM,
            statements::FORGET_SIGNS,
            statements::ERASE_ROOM_NOTICES,
            statements::END_PAUSE,
        ] {
            query(statement).bind(bot).bind(self.room.as_str()).execute(&mut *store).await?;
        }
        Ok(stopped)
    }
}

/// Erases all that a person asked.
struct ErasePerson {
    person: ActorId,
}

#[async_trait]
impl Change for ErasePerson {
    type Answer = Vec<JobId>;
    const WAKES: Wakes = Wakes::ENDED;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Vec<JobId>> {
        for asker in [Some(self.person.as_str()), None] {
            for statement in [statements::BEGIN_EPOCHS_WITHOUT, statements::FORGET_OWN] {
                query(statement).bind(bot).bind(asker).execute(&mut *store).await?;
            }
        }
        let of_person = |statement| query(statement).bind(bot).bind(self.person.as_str());
        for statement in [statements::ERASE_OWN_PARTS, statements::DROP_OWN] {
            of_person(statement).execute(&mut *store).await?;
        }
        let stopped = of_person(statements::STOP_OWN).fetch_all(&mut *store).await?;
        for row in &stopped {
            outbox::erase_to(bot, store, row.try_get("room")?, row.try_get("message")?).await?;
        }
        stopped.iter().map(rows::job_id).collect()
    }
}

/// Takes note that a room was welcomed.
struct Welcome {
    room: RoomToken,
}

#[async_trait]
impl Change for Welcome {
    type Answer = bool;
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<bool> {
        let welcome = query(statements::WELCOME).bind(bot).bind(self.room.as_str());
        Ok(welcome.execute(store).await?.rows_affected() == 1)
    }
}
