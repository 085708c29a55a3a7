//! What people do with questions that were asked.

use async_trait::async_trait;

use super::SqlStore;
use super::change::Change;
use super::conversations::forget_turn;
use super::engine::{Connection, Row, query};
use super::outbox;
use super::{print, rows, statements};
use crate::adapters::bells::Wakes;
use crate::domain::actor::ActorId;
use crate::domain::job::JobId;
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::domain::time::Timestamp;
use crate::ports::queue::Enqueued;
use crate::ports::steering::{Asked, Pointer, Progress, Steering, SteeringError, Whose};

#[async_trait]
impl Steering for SqlStore {
    async fn claim(
        &self,
        place: &Place,
        message: MessageId,
        now: Timestamp,
    ) -> Result<Enqueued, SteeringError> {
        let claim = Claim { place: place.clone(), message, now };
        self.write(claim).await.map_err(SteeringError::Unavailable)
    }

    async fn find(&self, pointer: &Pointer) -> Result<Option<Asked>, SteeringError> {
        let found = match pointer {
            Pointer::Newest(place) => self.newest(place).await,
            Pointer::Message { room, id, text } => match self.question(room, *id).await {
                Ok(None) => self.answered_by(room, *id, text).await,
                found => found,
            },
        };
        found.map_err(|error| SteeringError::Unavailable(Box::new(error)))
    }

    async fn stop(&self, room: &RoomToken, whose: &Whose) -> Result<Vec<JobId>, SteeringError> {
        let stop = Stop { room: room.clone(), whose: whose.clone() };
        self.write(stop).await.map_err(SteeringError::Unavailable)
    }

    async fn again(
        &self,
        room: &RoomToken,
        message: MessageId,
        now: Timestamp,
    ) -> Result<bool, SteeringError> {
        let again = Again { room: room.clone(), message, now };
        self.write(again).await.map_err(SteeringError::Unavailable)
    }

    async fn open_in(&self, room: &RoomToken) -> Result<u64, SteeringError> {
        let open = query(statements::OPEN_IN).bind(&self.bot).bind(room.as_str());
        let open = open.fetch_one(&self.readers).await.and_then(|row| row.try_get::<i64, _>(0));
        open.map(i64::unsigned_abs).map_err(|error| SteeringError::Unavailable(Box::new(error)))
    }
}

impl SqlStore {
    async fn newest(&self, place: &Place) -> sqlx::Result<Option<Asked>> {
        let newest = query(statements::FIND_NEWEST)
            .bind(&self.bot)
            .bind(place.room.as_str())
            .bind(rows::thread_number(place))
            .fetch_optional(&self.readers)
            .await?;
        newest.as_ref().map(asked).transpose()
    }

    async fn question(&self, room: &RoomToken, message: MessageId) -> sqlx::Result<Option<Asked>> {
        let question = query(statements::FIND_QUESTION).bind(&self.bot).bind(room.as_str()).bind(message.0);
        question.fetch_optional(&self.readers).await?.as_ref().map(asked).transpose()
    }

    /// The question for which the bot posted that message.
    async fn answered_by(
        &self,
        room: &RoomToken,
        message: MessageId,
        text: &str,
    ) -> sqlx::Result<Option<Asked>> {
        let print = print::of(text);
        let answer = query(statements::FIND_ANSWER).bind(&self.bot).bind(room.as_str()).bind(&print);
        if let Some(row) = answer.bind(message.0).fetch_optional(&self.readers).await? {
            return asked(&row).map(Some);
        }
        let dead = query(statements::DEAD_PARTS).bind(&self.bot).bind(room.as_str());
        for row in dead.bind(message.0).fetch_all(&self.readers).await? {
            if print::of(row.try_get("text")?) == print {
                return asked(&row).map(Some);
            }
        }
        Ok(None)
    }
}

fn asked(row: &Row) -> sqlx::Result<Asked> {
    let progress = match row.try_get::<&str, _>("state")? {
        "done" => Progress::Answered,
        "dead" => Progress::Dead,
        _ => Progress::Open,
    };
    let asker = ActorId::new(row.try_get::<String, _>("asker")?);
    Ok(Asked { place: rows::place(row)?, message: rows::message(row)?, asker, progress })
}

/// Takes note of a message.
struct Claim {
    place: Place,
    message: MessageId,
    now: Timestamp,
}

#[async_trait]
impl Change for Claim {
    type Answer = Enqueued;
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Enqueued> {
        let claimed = query(statements::CLAIM)
            .bind(bot)
            .bind(self.place.room.as_str())
            .bind(rows::thread_number(&self.place))
            .bind(self.message.0)
            .bind(self.now.as_millis())
            .execute(store)
            .await?;
        Ok(if claimed.rows_affected() == 1 { Enqueued::New } else { Enqueued::Duplicate })
    }
}

/// Ends open questions.
pub(super) struct Stop {
    pub(super) room: RoomToken,
    pub(super) whose: Whose,
}

#[async_trait]
impl Change for Stop {
    type Answer = Vec<JobId>;
    const WAKES: Wakes = Wakes::ENDED;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Vec<JobId>> {
        let (asker, message) = match &self.whose {
            Whose::Everybody => (None, None),
            Whose::Person(asker) => (Some(asker.as_str()), None),
            Whose::Message(message) => (None, Some(message.0)),
        };
        let of_room = |statement| query(statement).bind(bot).bind(self.room.as_str());
        of_room(statements::STOP_PARTS).bind(asker).bind(message).execute(&mut *store).await?;
        let stopped = of_room(statements::STOP).bind(asker).bind(message).fetch_all(&mut *store).await?;
        for row in &stopped {
            outbox::erase_to(bot, store, self.room.as_str(), row.try_get("message")?).await?;
        }
        stopped.iter().map(rows::job_id).collect()
    }
}

/// Opens a question again.
struct Again {
    room: RoomToken,
    message: MessageId,
    now: Timestamp,
}

#[async_trait]
impl Change for Again {
    type Answer = bool;
    const WAKES: Wakes = Wakes::WORKER;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<bool> {
        let of_question = |statement| {
            let query = query(statement).bind(bot).bind(self.room.as_str()).bind(self.message.0);
            query.bind(self.now.as_millis())
        };
        let dead = of_question(statements::REVIVE).fetch_optional(&mut *store).await?;
        if let Some(row) = &dead {
            let job = rows::job_id(row)?;
            query(statements::ERASE_PARTS).bind(bot).bind(job.0).execute(&mut *store).await?;
        }
        let known = dead.is_some()
            || of_question(statements::ASK_AGAIN).execute(&mut *store).await?.rows_affected() == 1;
        if known {
            forget_turn(bot, store, &self.room, self.message).await?;
        }
        Ok(known)
    }
}
