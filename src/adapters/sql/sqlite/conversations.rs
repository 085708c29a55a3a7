//! The memory of places on `SQLite`.

use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::SqliteStore;
use super::change::Change;
use crate::adapters::bells::Wakes;
use crate::adapters::sql::rows::{self, NO_START, thread_number};
use crate::adapters::sql::statements;
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
            .bind(thread_number(place))
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        rows::conversation(place.clone(), &rows).map_err(unavailable)
    }

    async fn forget(&self, place: &Place) -> Result<(), StoreError> {
        self.write(Forget { place: place.clone() }).await.map_err(StoreError::Unavailable)
    }

    async fn forget_turn(&self, room: &RoomToken, question: MessageId) -> Result<bool, StoreError> {
        let forget = ForgetTurn { room: room.clone(), question };
        self.write(forget).await.map_err(StoreError::Unavailable)
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

/// Erases the turns of a place and begins its next epoch.
struct Forget {
    place: Place,
}

#[async_trait]
impl Change for Forget {
    type Answer = ();
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut SqliteConnection) -> sqlx::Result<()> {
        let (room, thread) = (self.place.room.as_str(), thread_number(&self.place));
        sqlx::query(statements::FORGET).bind(bot).bind(room).bind(thread).execute(&mut *store).await?;
        sqlx::query(statements::BEGIN_ANEW)
            .bind(bot)
            .bind(room)
            .bind(thread)
            .bind(NO_START)
            .execute(store)
            .await?;
        Ok(())
    }
}

/// Erases one turn.
struct ForgetTurn {
    room: RoomToken,
    question: MessageId,
}

#[async_trait]
impl Change for ForgetTurn {
    type Answer = bool;
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut SqliteConnection) -> sqlx::Result<bool> {
        forget_turn(bot, store, &self.room, self.question).await
    }
}

/// Erases the turn of that question, wherever in the room it stands, and begins a new epoch there. `false` when there
/// is none.
pub(super) async fn forget_turn(
    bot: &str,
    store: &mut SqliteConnection,
    room: &RoomToken,
    question: MessageId,
) -> sqlx::Result<bool> {
    let thread: Option<i64> = sqlx::query_scalar(statements::FORGET_TURN)
        .bind(bot)
        .bind(room.as_str())
        .bind(question.0)
        .fetch_optional(&mut *store)
        .await?;
    let Some(thread) = thread else { return Ok(false) };
    sqlx::query(statements::BEGIN_EPOCH).bind(bot).bind(room.as_str()).bind(thread).execute(store).await?;
    Ok(true)
}

/// Remembers an actor id of the bot.
struct AddOwnActor {
    actor: ActorId,
}

#[async_trait]
impl Change for AddOwnActor {
    type Answer = ();
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query(statements::ADD_OWN_ACTOR).bind(bot).bind(self.actor.as_str()).execute(store).await?;
        Ok(())
    }
}
