//! The memory of places.

use async_trait::async_trait;

use super::SqlStore;
use super::change::Change;
use super::engine::{Connection, Row, query};
use super::rows::{self, NO_START, thread_number};
use super::statements;
use crate::adapters::bells::Wakes;
use crate::domain::actor::ActorId;
use crate::domain::conversation::Conversation;
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::ports::conversations::{ConversationStore, StoreError};

#[async_trait]
impl ConversationStore for SqlStore {
    async fn recent(&self, place: &Place) -> Result<Conversation, StoreError> {
        let rows = query(statements::RECENT)
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
        let actors = query(statements::OWN_ACTORS).bind(&self.bot).fetch_all(&self.readers);
        let actors = actors.await.map_err(unavailable)?;
        let actor = |row: &Row| row.try_get::<String, _>(0).map(ActorId::new);
        actors.iter().map(actor).collect::<sqlx::Result<_>>().map_err(unavailable)
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

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        let (room, thread) = (self.place.room.as_str(), thread_number(&self.place));
        query(statements::FORGET).bind(bot).bind(room).bind(thread).execute(&mut *store).await?;
        query(statements::BEGIN_ANEW).bind(bot).bind(room).bind(thread).bind(NO_START).execute(store).await?;
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

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<bool> {
        forget_turn(bot, store, &self.room, self.question).await
    }
}

/// Erases the turn of that question, wherever in the room it stands, and begins a new epoch there. `false` when there
/// is none.
pub(super) async fn forget_turn(
    bot: &str,
    store: &mut Connection,
    room: &RoomToken,
    question: MessageId,
) -> sqlx::Result<bool> {
    let forgotten = query(statements::FORGET_TURN)
        .bind(bot)
        .bind(room.as_str())
        .bind(question.0)
        .fetch_optional(&mut *store)
        .await?;
    let Some(forgotten) = forgotten else { return Ok(false) };
    let thread: i64 = forgotten.try_get("thread")?;
    query(statements::BEGIN_EPOCH).bind(bot).bind(room.as_str()).bind(thread).execute(store).await?;
    Ok(true)
}

/// Remembers an actor id of the bot.
struct AddOwnActor {
    actor: ActorId,
}

#[async_trait]
impl Change for AddOwnActor {
    type Answer = ();
    const WAKES: Wakes = Wakes::OWN_ACTORS;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        query(statements::ADD_OWN_ACTOR).bind(bot).bind(self.actor.as_str()).execute(store).await?;
        Ok(())
    }
}
