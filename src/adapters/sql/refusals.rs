//! What refused the signature of any process, as all of them see it.

use async_trait::async_trait;

use super::change::Change;
use super::engine::{Connection, Readers, Row, query};
use super::statements;
use crate::adapters::bells::Wakes;
use crate::domain::job::PauseScope;
use crate::domain::message::RoomToken;
use crate::domain::time::Timestamp;
use crate::ports::neighbours::Refusals;

/// What a row leaves alone, and until when; `None` where that has no name of a room.
pub(super) fn pause(row: &Row) -> sqlx::Result<Option<(PauseScope, Timestamp)>> {
    let until = Timestamp::from_millis(row.try_get("paused_until")?);
    let scope = match row.try_get::<&str, _>("room")? {
        "" => Some(PauseScope::Server),
        room => RoomToken::parse(room).ok().map(PauseScope::Room),
    };
    Ok(scope.map(|scope| (scope, until)))
}

/// What is left alone at `now`, on a server.
pub(super) async fn read(readers: &Readers, bot: &str, now: Timestamp) -> sqlx::Result<Refusals> {
    let rows = query(statements::REFUSALS).bind(bot).bind(now.as_millis()).fetch_all(readers).await?;
    let mut refusals = Refusals::default();
    for row in &rows {
        let Some((scope, until)) = pause(row)? else { continue };
        let refused_by = row.try_get::<Option<&str>, _>("refused_by")?;
        if let (PauseScope::Room(room), Some(_)) = (&scope, refused_by) {
            refusals.refusing.push(room.clone());
        }
        refusals.pauses.push((scope, until));
    }
    Ok(refusals)
}

/// Something of that process was taken: no room that refused it counts any more.
pub(super) struct Taken {
    pub(super) process: String,
}

#[async_trait]
impl Change for Taken {
    type Answer = ();
    const WAKES: Wakes = Wakes::WORKER;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        query(statements::TAKEN).bind(bot).bind(&self.process).execute(store).await?;
        Ok(())
    }
}
