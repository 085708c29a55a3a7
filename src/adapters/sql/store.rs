//! The store of one bot on either engine: one task that writes and a few connections that read.

use std::sync::{Arc, OnceLock};

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::StoreOptions;
use super::change::{Change, Command, Waiting};
use super::engine::{Connection, Reach, Readers};
use super::others::Others;
use super::writer::{Engine, Listener, Writer};
use crate::adapters::bells::Bells;
use crate::ports::Cause;
use crate::ports::commits::Commits;

/// Changes that wait for the writer; beyond, callers wait for a place.
const WAITING: usize = 1024;

/// Questions, replies, turns and notices of one bot. Implements every port that needs a store.
pub struct SqlStore {
    pub(super) bot: String,
    pub(super) signs: bool,
    pub(super) readers: Readers,
    pub(super) bells: Arc<Bells>,
    /// `None` where there can be none.
    pub(super) others: Option<Arc<Others>>,
    writes: mpsc::Sender<Command>,
    listener: Listener,
    closing: CancellationToken,
    tasks: TaskTracker,
}

/// What an engine has opened.
pub(super) struct Opened {
    pub(super) engine: Arc<dyn Engine>,
    /// That writes.
    pub(super) connection: Connection,
    pub(super) readers: Readers,
    pub(super) reach: Arc<Reach>,
    pub(super) others: Option<Others>,
}

impl SqlStore {
    /// Starts the writer.
    pub(super) fn start(opened: Opened, options: StoreOptions) -> Self {
        let Opened { engine, connection, readers, reach, others } = opened;
        let StoreOptions { bot, signs } = options;
        let (writes, commands) = mpsc::channel(WAITING);
        let bells = Arc::<Bells>::default();
        let closing = CancellationToken::new();
        let tasks = TaskTracker::new();
        let others = others.map(Arc::new);
        if let Some(others) = others.clone() {
            let (engine, bells, reach) = (Arc::clone(&engine), Arc::clone(&bells), Arc::clone(&reach));
            let closing = closing.clone();
            tasks.spawn(async move { engine.listen(&others, &bells, &reach, closing).await });
        }
        let listener = Arc::new(OnceLock::new());
        let (key, heard) = (bot.as_str().into(), Arc::clone(&listener));
        let at_work = Writer::new(engine, connection, key, Arc::clone(&bells), reach, heard);
        tasks.spawn(at_work.run(commands, closing.clone()));
        Self { bot, signs, readers, bells, others, writes, listener, closing, tasks }
    }

    /// Has `commits` hear of every transaction from now on. Only the first call does.
    pub fn report_to(&self, commits: Arc<dyn Commits>) {
        let _ = self.listener.set(commits);
    }

    /// Writes what waits and lets go of the database. Later calls fail.
    pub async fn close(&self) {
        // The writer last: of a file, only the last connection removes the log, and only one that writes can.
        self.readers.close().await;
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    pub(super) async fn write<C: Change>(&self, change: C) -> Result<C::Answer, Cause> {
        self.submit(change, |waiting| Command::Other(Box::new(waiting))).await
    }

    /// Returns after the commit.
    pub(super) async fn submit<W, A>(
        &self,
        write: W,
        command: impl FnOnce(Waiting<W, A>) -> Command,
    ) -> Result<A, Cause> {
        let (caller, answer) = oneshot::channel();
        let waiting = Waiting { write, outcome: None, caller };
        self.writes.send(command(waiting)).await.map_err(|_| "the store is closed")?;
        Ok(answer.await.map_err(|_| "the store is closed")??)
    }
}
