//! One listener from its start to its stop.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use poem::listener::TcpAcceptor;
use poem::{Endpoint, Server};
use tokio_util::sync::CancellationToken;

use super::guard::{Guarded, Limits};

/// Answers requests until `stop`. Then nothing more is accepted, open requests have `grace` to finish, idle
/// connections are closed at once, and whatever is left is cut before this returns. An error means that the
/// listener cannot be used.
pub(super) async fn serve<E: Endpoint + 'static>(
    listener: TcpListener,
    endpoint: E,
    limits: Limits,
    stop: CancellationToken,
    grace: Duration,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let acceptor = Guarded::new(TcpAcceptor::from_std(listener)?, limits);
    Server::new_with_acceptor(acceptor)
        .run_with_graceful_shutdown(endpoint, stop.cancelled_owned(), Some(grace))
        .await
}

/// Requests end in milliseconds, so their grace is short.
const GRACE: Duration = Duration::from_secs(5);

/// For what may be silent.
const PATIENCE: Duration = Duration::from_mins(2);

/// [`serve`] with the usual limits, as a task of the service: a listener that cannot be used is logged.
pub async fn run(listener: TcpListener, endpoint: impl Endpoint + 'static, stop: CancellationToken) {
    run_within(Limits::default(), listener, endpoint, stop).await;
}

/// The same for an endpoint that may be silent for long before it answers.
pub async fn run_patiently(
    listener: TcpListener,
    endpoint: impl Endpoint + 'static,
    stop: CancellationToken,
) {
    let limits = Limits { stall: PATIENCE, request: PATIENCE, ..Limits::default() };
    run_within(limits, listener, endpoint, stop).await;
}

async fn run_within(
    limits: Limits,
    listener: TcpListener,
    endpoint: impl Endpoint + 'static,
    stop: CancellationToken,
) {
    if let Err(error) = serve(listener, endpoint, limits, stop, GRACE).await {
        tracing::error!(error = &error as &dyn std::error::Error, "the listener cannot be used");
    }
}

#[cfg(test)]
mod tests;
