//! The connection by which a process lives among others: it hears what they change, holds the lock of this process's life
//! and, where nobody else does, that of the duty. It is looked after by itself: lost, it is made again, and what may have
//! been missed meanwhile is made up for by a look at everything.

use std::io::ErrorKind;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::channel::Channel;
use super::engine::CONNECT;
use super::lock::Locks;
use super::presence::{self, Missing};
use crate::adapters::bells::{Bells, Wakes};
use crate::adapters::sql::engine::{Reach, late};
use crate::adapters::sql::others::Others;
use crate::application::outbox::DRAIN;
use crate::ports::with_causes;

/// Between two looks at the duty, and at who lives. They also tell whether the server is still there.
pub(super) const LOOK: Duration = Duration::from_secs(1);

/// For so long the duty rests when it comes from another process: until that one has found out, by a look, and what it had
/// under way has ended. It would undo what is done after it, or say it twice.
const HANDOVER: Duration = LOOK.saturating_add(CONNECT).saturating_add(DRAIN);

/// Between two tries to connect: at first, and at most. Well below the time after which a process counts as dead.
const AGAIN: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(1)];

/// What one connection knows.
#[derive(Debug, Default)]
struct Watch {
    /// For how long it holds the lock of the duty, by the looks since.
    held_for: Option<Duration>,
    /// Whether it holds the lock of this process's life. For a while the one before may, which the server has not yet
    /// found out to be cut.
    lives: bool,
    missing: Missing,
}

/// Who listens, and to whom.
pub(super) struct Ear {
    server: PgConnectOptions,
    channel: Channel,
    locks: Locks,
    bot: String,
    process: String,
}

impl Ear {
    pub(super) fn new(
        server: PgConnectOptions,
        channel: Channel,
        locks: Locks,
        bot: &str,
        process: &str,
    ) -> Self {
        Self { server, channel, locks, bot: bot.to_owned(), process: process.to_owned() }
    }

    /// A connection that listens, and by which others see that this process lives.
    pub(super) async fn connect(&self) -> sqlx::Result<PgListener> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(CONNECT)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(self.server.clone());
        let connect = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.eager_reconnect(false);
            listener.listen(&self.channel.name).await?;
            presence::take(&mut listener, self.locks.life(&self.process)).await?;
            Ok(listener)
        };
        tokio::time::timeout(CONNECT, connect).await.map_err(|_| late())?
    }

    /// Listens until `closing`, at first by that connection.
    pub(super) async fn listen(
        &self,
        mut listener: Option<PgListener>,
        others: &Others,
        bells: &Bells,
        reach: &Reach,
        closing: CancellationToken,
    ) {
        let [first, longest] = AGAIN;
        let mut wait = first;
        while !closing.is_cancelled() {
            let connected = match listener.take() {
                Some(listener) => Ok(listener),
                None => self.connect().await.inspect(|_| others.hear(Wakes::ALL, bells)),
            };
            let error = match connected {
                Ok(mut listener) => {
                    wait = first;
                    let Err(error) = self.hear(&mut listener, others, bells, &closing).await else { return };
                    // From now on another may have it.
                    others.set_duty(false);
                    others.saw_duty_elsewhere();
                    reach.doubt();
                    error
                }
                Err(error) => error,
            };
            tracing::debug!(error = with_causes(&error), "other processes are not heard at present");
            closing.run_until_cancelled(tokio::time::sleep(wait)).await;
            wait = longest.min(wait * 2);
        }
    }

    /// Rings until the connection is lost, which is the error, or until `closing`.
    async fn hear(
        &self,
        listener: &mut PgListener,
        others: &Others,
        bells: &Bells,
        closing: &CancellationToken,
    ) -> sqlx::Result<()> {
        let (mut watch, mut looks) = (Watch::default(), tokio::time::interval(LOOK));
        // Also after one that took long there is time for signs of life.
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let call = tokio::select! {
                biased;
                () = closing.cancelled() => return self.leave(listener, others).await,
                call = listener.try_recv() => Some(call?),
                _ = looks.tick() => None,
            };
            let Some(call) = call else {
                let look = self.look(listener, others, bells, &mut watch);
                tokio::time::timeout(CONNECT, look).await.map_err(|_| late())??;
                continue;
            };
            let call = call.ok_or_else(|| sqlx::Error::Io(ErrorKind::ConnectionAborted.into()))?;
            if let Some(wakes) = self.channel.heard(call.payload()) {
                others.hear(wakes, bells);
            }
        }
    }

    /// Takes the duty where nobody has it; who has it ends the leases of the dead.
    async fn look(
        &self,
        listener: &mut PgListener,
        others: &Others,
        bells: &Bells,
        watch: &mut Watch,
    ) -> sqlx::Result<()> {
        if !watch.lives {
            watch.lives = presence::take(&mut *listener, self.locks.life(&self.process)).await?;
        }
        let held_for = match watch.held_for {
            Some(before) => before.saturating_add(LOOK),
            None if presence::take(&mut *listener, self.locks.duty()).await? => {
                if others.had_duty_elsewhere() { Duration::ZERO } else { HANDOVER }
            }
            None => {
                others.saw_duty_elsewhere();
                return Ok(());
            }
        };
        watch.held_for = Some(held_for);
        others.set_duty(held_for >= HANDOVER);
        let mut gone = Vec::new();
        for process in presence::leasing(&mut *listener, &self.bot).await? {
            if process != self.process && presence::is_gone(&mut *listener, &self.locks, &process).await? {
                gone.push(process);
            }
        }
        for process in watch.missing.look(gone) {
            let leases = presence::free(&mut *listener, &self.bot, &process).await?;
            tracing::warn!(process, leases, "a process of the bot is gone; what it worked on is taken over");
            bells.ring(Wakes::WORKER);
            sqlx::query(sqlx::AssertSqlSafe(self.channel.statement(Wakes::WORKER)))
                .execute(&mut *listener)
                .await?;
        }
        Ok(())
    }

    /// So that others need not find out.
    async fn leave(&self, listener: &mut PgListener, others: &Others) -> sqlx::Result<()> {
        others.set_duty(false);
        let left = tokio::time::timeout(CONNECT, presence::let_go(listener)).await;
        if !matches!(left, Ok(Ok(()))) {
            tracing::debug!("the server ends the locks of this process by itself");
        }
        Ok(())
    }
}
