//! The memory of rooms on `SQLite`.

use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::SqliteStore;
use super::change::Change;
use super::reply::NO_START;
use crate::adapters::sql::{rows, statements};
use crate::domain::actor::ActorId;
use crate::domain::conversation::Conversation;
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::ports::conversations::{ConversationStore, StoreError};

#[async_trait]
impl ConversationStore for SqliteStore {
    async fn recent(&self, place: &Place) -> Result<Conversation, StoreError> {
        let rows = sqlx::query(statements::RECENT)
            .bind(&self.bot)
            .bind(place.room.as_str())
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        rows::conversation(place.clone(), &rows).map_err(unavailable)
    }

    async fn forget(&self, place: &Place) -> Result<(), StoreError> {
        self.write(Forget { room: place.room.clone() }).await.map_err(StoreError::Unavailable)
    }

    async fn forget_turn(&self, _room: &RoomToken, _question: MessageId) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn own_actors(&self) -> Result<Vec<ActorId>, StoreError> {
        let actors: Vec<String> = sqlx::query_scalar(statements::OWN_ACTORS)
            .bind(&self.bot)
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        Ok(actors.into_iter().map(ActorId::new).collect())
    }

    async fn add_own_actor(&self, actor: &ActorId) -> Result<(), StoreError> {
        self.write(AddOwnActor { actor: actor.clone() }).await.map_err(StoreError::Unavailable)
    }
}

fn unavailable(error: sqlx::Error) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

/// Erases the turns of a room and begins its next epoch.
struct Forget {
    room: RoomToken,
}

#[async_trait]
impl Change for Forget {
    type Answer = ();
    const MAKES_WORK: bool = false;

    async fn apply(&self, bot: &str, store: &mut SqliteConnection) -> sqlx::Result<()> {
        let room = self.room.as_str();
        sqlx::query(statements::FORGET).bind(bot).bind(room).execute(&mut *store).await?;
        sqlx::query(statements::BEGIN_EPOCH).bind(bot).bind(room).bind(NO_START).execute(store).await?;
        Ok(())
    }
}

/// Remembers an actor id of the bot.
struct AddOwnActor {
    actor: ActorId,
}

#[async_trait]
impl Change for AddOwnActor {
    type Answer = ();
    const MAKES_WORK: bool = false;

    async fn apply(&self, bot: &str, store: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query(statements::ADD_OWN_ACTOR).bind(bot).bind(self.actor.as_str()).execute(store).await?;
        Ok(())
    }
}
