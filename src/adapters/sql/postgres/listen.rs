//! The connection that hears what other processes of the bot change. It is looked after by itself: lost, it is made
//! again, and what may have been missed meanwhile is made up for by a look at everything.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};

use super::channel::Channel;
use super::engine::CONNECT;
use crate::adapters::bells::{Bells, Wakes};
use crate::adapters::sql::engine::Reach;

/// After so much silence the server is asked whether it is still there: a way that broke without a word is found out.
const SILENCE: Duration = Duration::from_secs(20);

/// Between two tries to connect: at first, and at most.
const AGAIN: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

/// Rings for as long as it is polled.
pub(super) async fn listen(server: PgConnectOptions, channel: &Channel, bells: &Bells, reach: &Reach) {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_lazy_with(server);
    let [first, longest] = AGAIN;
    let (mut wait, mut before) = (first, false);
    loop {
        let error = match tokio::time::timeout(CONNECT, connect(&pool, channel)).await {
            Ok(Ok(mut listener)) => {
                // What was changed before it listened was not heard.
                bells.ring(if before { Wakes::EVERYBODY } else { Wakes::NOBODY });
                (wait, before) = (first, true);
                let error = hear(&mut listener, channel, bells).await;
                reach.doubt();
                error
            }
            Ok(Err(error)) => error,
            Err(_) => late(),
        };
        tracing::debug!(error = &error as &dyn std::error::Error, "other processes are not heard at present");
        tokio::time::sleep(wait).await;
        wait = longest.min(wait * 2);
    }
}

async fn connect(pool: &sqlx::PgPool, channel: &Channel) -> sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(&channel.name).await?;
    Ok(listener)
}

/// Rings until the connection is lost.
async fn hear(listener: &mut PgListener, channel: &Channel, bells: &Bells) -> sqlx::Error {
    loop {
        match tokio::time::timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(call))) => bells.ring(channel.heard(call.payload())),
            Ok(Ok(None)) => return sqlx::Error::Io(std::io::ErrorKind::ConnectionAborted.into()),
            Ok(Err(error)) => return error,
            Err(_) => {
                let there = sqlx::query("SELECT 1").execute(&mut *listener);
                if let Err(error) = tokio::time::timeout(CONNECT, there).await.map_err(|_| late()).flatten() {
                    return error;
                }
            }
        }
    }
}

fn late() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())
}
