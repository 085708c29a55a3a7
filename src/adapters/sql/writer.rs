//! The one task that writes. It commits in groups: all that waits while one transaction is made durable goes into
//! the next one, so a single caller waits for one commit and many callers wait for hardly more.

use std::future::pending;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::change::{Command, Group, WriteError};
use super::engine::{Connection, Reach};
use super::link::Link;
use super::others::Others;
use crate::adapters::bells::{Bells, Wakes};
use crate::adapters::clock::Stopwatch;
use crate::ports::commits::Commits;

/// Most changes in one transaction.
const LARGEST_GROUP: usize = 256;

/// After this much quiet the engine's upkeep is done.
const QUIET: Duration = Duration::from_secs(5);

/// What the writer has to know of its engine.
#[async_trait]
pub(super) trait Engine: Send + Sync + 'static {
    /// A connection that may write.
    async fn connect(&self) -> sqlx::Result<Connection>;

    /// Begins a transaction that no other writer of the bot comes between.
    async fn begin(&self, connection: &mut Connection) -> sqlx::Result<()>;

    /// Commits the transaction, and tells the other processes of the bot who has to look after it.
    async fn commit(&self, connection: &mut Connection, wakes: Wakes) -> sqlx::Result<()>;

    /// Lives among other processes until `closing`: rings for what they change, and doubts that the store can be reached
    /// when it loses its own way there.
    async fn listen(&self, others: &Others, bells: &Bells, reach: &Reach, closing: CancellationToken);

    /// How long a change may take. An engine with patience may be away, and is looked for then while changes are
    /// refused; one without is there, or fails, at every change.
    fn patience(&self) -> Option<Duration>;

    /// Whether the store is at fault, and not what was to be written.
    fn is_of_the_store(&self, error: &sqlx::Error) -> bool;

    /// Whether a connection that failed so is of no use any more, even if it can roll back.
    fn ends_connection(&self, error: &sqlx::Error) -> bool;

    /// What is done in quiet times.
    async fn rest(&self, connection: &mut Connection) -> sqlx::Result<()>;

    /// Whether it rests as long as it is quiet, and not once.
    fn rests_on(&self) -> bool;

    /// What is done after an error, when its callers were told.
    async fn after(&self, error: &sqlx::Error, connection: &mut Option<Connection>);
}

/// Who hears of the transactions, once somebody does.
pub(super) type Listener = Arc<OnceLock<Arc<dyn Commits>>>;

/// The writing side of a store.
pub(super) struct Writer {
    bot: Arc<str>,
    bells: Arc<Bells>,
    engine: Arc<dyn Engine>,
    link: Link,
    reach: Arc<Reach>,
    listener: Listener,
}

impl Writer {
    pub(super) fn new(
        engine: Arc<dyn Engine>,
        connection: Connection,
        bot: Arc<str>,
        bells: Arc<Bells>,
        reach: Arc<Reach>,
        listener: Listener,
    ) -> Self {
        let link = Link::new(Arc::clone(&engine), connection, Arc::clone(&reach));
        Self { bot, bells, engine, link, reach, listener }
    }

    /// Writes until `closing`, or until nobody is left to send a command; what was sent before is written.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>, closing: CancellationToken) {
        let mut received = Vec::with_capacity(LARGEST_GROUP);
        // A killed service may have left something to do.
        let mut rested = false;
        loop {
            let count = tokio::select! {
                biased;
                () = self.link.come_back() => continue,
                () = self.reach.doubted() => {
                    self.link.rest().await;
                    continue;
                }
                count = receive(&mut commands, &mut received, &closing) => count,
                () = quiet(rested) => {
                    self.link.rest().await;
                    rested = !self.engine.rests_on();
                    continue;
                }
            };
            if count == 0 {
                break;
            }
            self.write(Group::of(received.drain(..))).await;
            rested = false;
        }
        self.link.close().await;
    }

    /// Writes the group and answers its callers. A change that fails takes the transaction down with it; then each
    /// is tried on its own, and only that one fails.
    async fn write(&mut self, mut group: Group) {
        match self.commit(&mut group).await {
            Err(error) if group.len() > 1 && !self.engine.is_of_the_store(&error) => {
                for mut alone in group.apart() {
                    let result = self.commit(&mut alone).await;
                    self.answer(alone, result).await;
                }
            }
            result => self.answer(group, result).await,
        }
    }

    async fn commit(&mut self, group: &mut Group) -> Result<(), WriteError> {
        let stopwatch = Stopwatch::start();
        let result = self.link.commit(&self.bot, group).await;
        match (self.listener.get(), &result) {
            (Some(listener), Ok(())) => listener.committed(group.len(), stopwatch.elapsed()),
            (Some(listener), Err(_)) => listener.failed(),
            (None, _) => {}
        }
        result
    }

    async fn answer(&mut self, group: Group, result: Result<(), WriteError>) {
        let wakes = if result.is_ok() { group.wakes() } else { Wakes::NOBODY };
        group.answer(&result);
        self.bells.ring(wakes);
        if let Err(error) = result {
            self.link.after(&error).await;
        }
    }
}

/// Returns after some quiet, unless there is nothing to do then.
async fn quiet(rested: bool) {
    if rested {
        return pending().await;
    }
    tokio::time::sleep(QUIET).await;
}

/// The next commands; none when there will be no more.
async fn receive(
    commands: &mut mpsc::Receiver<Command>,
    received: &mut Vec<Command>,
    closing: &CancellationToken,
) -> usize {
    tokio::select! {
        biased;
        count = commands.recv_many(received, LARGEST_GROUP) => return count,
        () = closing.cancelled() => commands.close(),
    }
    commands.recv_many(received, LARGEST_GROUP).await
}
