//! One listener from its start to its stop.

use std::io;
use std::time::Duration;

use poem::listener::{Acceptor, TcpAcceptor, UnixAcceptor};
use poem::{Endpoint, Server};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::guard::{Guarded, Limits, Stream};
use crate::adapters::systemd::Socket;

/// Answers requests until `stop`. Then nothing more is accepted, open requests have `grace` to finish, idle
/// connections are closed after a moment, and whatever is left is cut before this returns. An error means that the
/// socket cannot be used.
pub(super) async fn serve<E: Endpoint + 'static>(
    socket: impl Into<Socket>,
    endpoint: E,
    limits: Limits,
    stop: CancellationToken,
    grace: Duration,
) -> io::Result<()> {
    match socket.into() {
        Socket::Tcp(listener) => {
            listener.set_nonblocking(true)?;
            accept(TcpAcceptor::from_std(listener)?, endpoint, limits, stop, grace).await
        }
        Socket::Unix(listener) => {
            listener.set_nonblocking(true)?;
            accept(UnixAcceptor::from_std(listener)?, endpoint, limits, stop, grace).await
        }
    }
}

async fn accept(
    acceptor: impl Acceptor<Io: Stream> + 'static,
    endpoint: impl Endpoint + 'static,
    limits: Limits,
    stop: CancellationToken,
    grace: Duration,
) -> io::Result<()> {
    let accepting = Guarded::new(acceptor, limits, stop.clone());
    let closing = async move {
        stop.cancelled().await;
        sleep(LINGER).await;
    };
    Server::new_with_acceptor(accepting).run_with_graceful_shutdown(endpoint, closing, Some(grace)).await
}

/// A connection that was just accepted looks idle until its request is here, and must not be closed before: Talk would
/// not send it again.
const LINGER: Duration = Duration::from_millis(250);

/// Requests end in milliseconds, so their grace is short: webhooks that come meanwhile wait for the next process, and
/// Talk gives up after five seconds.
const GRACE: Duration = Duration::from_secs(3);

/// For what may be silent.
const PATIENCE: Duration = Duration::from_mins(2);

/// [`serve`] with the usual limits, as a task of the service: a listener that cannot be used is logged.
pub async fn run(socket: impl Into<Socket>, endpoint: impl Endpoint + 'static, stop: CancellationToken) {
    run_within(Limits::default(), socket, endpoint, stop).await;
}

/// The same for an endpoint that may be silent for long before it answers.
pub async fn run_patiently(
    socket: impl Into<Socket>,
    endpoint: impl Endpoint + 'static,
    stop: CancellationToken,
) {
    let limits = Limits { stall: PATIENCE, request: PATIENCE, ..Limits::default() };
    run_within(limits, socket, endpoint, stop).await;
}

async fn run_within(
    limits: Limits,
    socket: impl Into<Socket>,
    endpoint: impl Endpoint + 'static,
    stop: CancellationToken,
) {
    if let Err(error) = serve(socket, endpoint, limits, stop, GRACE).await {
        tracing::error!(error = &error as &dyn std::error::Error, "the listener cannot be used");
    }
}

#[cfg(test)]
mod tests;
