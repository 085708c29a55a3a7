//! The writer's one connection: used while it can be trusted, opened anew when not. A server that is away is looked for
//! beside the writer, so that what comes in meanwhile is refused at once.

use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::change::{Group, WriteError};
use super::engine::{Connection, Reach, late};
use super::writer::Engine;
use crate::ports::with_causes;

/// Between two looks for a server that is away: at first, and at most.
const LOOK_AGAIN: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(2)];

/// The connection, or the search for it.
pub(super) struct Link {
    engine: Arc<dyn Engine>,
    /// None after an error that it cannot be trusted after.
    connection: Option<Connection>,
    /// Ends with a connection.
    search: Option<Pin<Box<dyn Future<Output = Connection> + Send>>>,
    reach: Arc<Reach>,
}

/// How far a change came that failed.
#[derive(Debug, PartialEq, Eq)]
enum Made {
    /// Nothing is stored, or what is stored again is stored once.
    Nothing,
    /// The engine was asked to make it durable, and may have done so.
    Perhaps,
}

impl Link {
    pub(super) fn new(engine: Arc<dyn Engine>, connection: Connection, reach: Arc<Reach>) -> Self {
        Self { engine, connection: Some(connection), search: None, reach }
    }

    /// Makes the changes of the group durable, all or none. When the way to the engine was lost before it was asked to
    /// commit, as after its restart, they are made on another one.
    pub(super) async fn commit(&mut self, bot: &str, group: &mut Group) -> Result<(), WriteError> {
        if let Some(away) = self.reach.away() {
            return Err(away);
        }
        let Some(patience) = self.engine.patience() else {
            return self.attempt(bot, group).await.map_err(|(error, _)| Arc::new(error));
        };
        let Ok(result) = tokio::time::timeout(patience, self.attempt_twice(bot, group)).await else {
            self.connection = None;
            return Err(self.lost(late()));
        };
        match result {
            Err(error) if self.connection.is_none() => Err(self.lost(error)),
            result => result.map_err(Arc::new),
        }
    }

    async fn attempt_twice(&mut self, bot: &str, group: &mut Group) -> sqlx::Result<()> {
        let connected = self.connection.is_some();
        match self.attempt(bot, group).await {
            Err((_, Made::Nothing)) if connected && self.connection.is_none() => {
                group.repeat();
                self.attempt(bot, group).await.map_err(|(error, _)| error)
            }
            result => result.map_err(|(error, _)| error),
        }
    }

    async fn attempt(&mut self, bot: &str, group: &mut Group) -> Result<(), (sqlx::Error, Made)> {
        let mut made = Made::Nothing;
        let result = self.transaction(bot, group, &mut made).await;
        if let Err(error) = &result {
            self.roll_back(error).await;
        }
        result.map_err(|error| (error, made))
    }

    async fn transaction(&mut self, bot: &str, group: &mut Group, made: &mut Made) -> sqlx::Result<()> {
        let engine = Arc::clone(&self.engine);
        let connection = self.connection().await?;
        if group.is_one_statement() {
            // Which is a transaction by itself; every further statement costs a way to the engine and back.
            return group.apply(bot, connection).await;
        }
        engine.begin(connection).await?;
        group.apply(bot, connection).await?;
        *made = Made::Perhaps;
        engine.commit(connection, group.wakes()).await
    }

    /// Some errors end the transaction by themselves, some leave it open. A connection that has nothing to roll back, or
    /// cannot, is in an unknown state and is not used again.
    async fn roll_back(&mut self, error: &sqlx::Error) {
        if let Some(mut connection) = self.connection.take()
            && !self.engine.ends_connection(error)
            && connection.run("ROLLBACK").await.is_ok()
        {
            self.connection = Some(connection);
        }
    }

    /// Does what is to be done in quiet times. What is in the way now may not be the next time.
    pub(super) async fn rest(&mut self) {
        if self.search.is_some() {
            return;
        }
        let engine = Arc::clone(&self.engine);
        let rest = async {
            let connected = self.connection.is_some();
            match engine.rest(self.connection().await?).await {
                Err(error) if connected && engine.ends_connection(&error) => {
                    self.connection = None;
                    engine.rest(self.connection().await?).await
                }
                result => result,
            }
        };
        let result = match engine.patience() {
            Some(patience) => tokio::time::timeout(patience, rest).await.map_err(|_| late()).flatten(),
            None => rest.await,
        };
        match result {
            Err(error) if engine.patience().is_some() => {
                self.connection = None;
                self.lost(error);
            }
            Err(error) => {
                let error = with_causes(&error);
                tracing::debug!(error, "the upkeep of the store has to wait");
            }
            Ok(()) => {}
        }
    }

    /// Does what an error calls for.
    pub(super) async fn after(&mut self, error: &sqlx::Error) {
        self.engine.after(error, &mut self.connection).await;
    }

    /// Looks for the engine from now on.
    fn lost(&mut self, error: sqlx::Error) -> WriteError {
        tracing::error!(
            error = with_causes(&error),
            "the database is away; nothing is taken until it is back"
        );
        let cause = Arc::new(error);
        self.reach.set(Some(Arc::clone(&cause)));
        self.search = Some(Box::pin(search(Arc::clone(&self.engine), Arc::clone(&self.reach))));
        cause
    }

    /// Returns when the engine that was away is found again, else never. May be given up and called again.
    pub(super) async fn come_back(&mut self) {
        let Some(search) = &mut self.search else { return pending().await };
        self.connection = Some(search.await);
        self.search = None;
        self.reach.set(None);
        tracing::info!("the database is back");
    }

    async fn connection(&mut self) -> sqlx::Result<&mut Connection> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            none => Ok(none.insert(self.engine.connect().await?)),
        }
    }

    /// Rests for the last time and lets go.
    pub(super) async fn close(mut self) {
        self.rest().await;
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(error = with_causes(&error), "the store was not closed in order");
        }
    }
}

async fn search(engine: Arc<dyn Engine>, reach: Arc<Reach>) -> Connection {
    let [mut wait, longest] = LOOK_AGAIN;
    loop {
        match engine.connect().await {
            Ok(connection) => return connection,
            Err(error) => {
                tracing::debug!(error = with_causes(&error), "the database is still away");
                reach.set(Some(Arc::new(error)));
            }
        }
        tokio::time::sleep(wait).await;
        wait = longest.min(wait * 2);
    }
}
