//! One listener from its start to its stop.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::door::{Door, Listener};
use super::guard::{Limits, Watched};
use super::places::{Place, Places};
use crate::adapters::systemd::Socket;
use crate::ports::with_causes;

/// Longest head of a request, in bytes. Talk's has less than one thousand.
const LONGEST_HEAD: usize = 64 * 1024;

/// Answers requests of HTTP/1 until `stop`. Then nothing more is accepted, open requests have `grace` to finish, idle
/// connections are closed after a moment, and whatever is left is cut before this returns. An error means that the
/// socket cannot be used.
pub(super) async fn serve<E: Endpoint + 'static>(
    socket: impl Into<Socket>,
    endpoint: E,
    limits: Limits,
    stop: CancellationToken,
    grace: Duration,
) -> io::Result<()> {
    let (close, cut) = (CancellationToken::new(), CancellationToken::new());
    let hall = Arc::new(Hall { endpoint, limits, connections: TaskTracker::new(), close, cut });
    match socket.into() {
        Socket::Tcp(listener) => {
            listener.set_nonblocking(true)?;
            let door = Door::new(TcpListener::from_std(listener)?);
            stop.run_until_cancelled_owned(hall.welcome(door)).await;
        }
        Socket::Unix(listener) => {
            listener.set_nonblocking(true)?;
            let door = Door::new(UnixListener::from_std(listener)?);
            stop.run_until_cancelled_owned(hall.welcome(door)).await;
        }
    }
    hall.end(grace).await;
    Ok(())
}

/// What the connections of one listener have in common.
struct Hall<E> {
    endpoint: E,
    limits: Limits,
    connections: TaskTracker,
    /// No more requests.
    close: CancellationToken,
    /// No more of anything.
    cut: CancellationToken,
}

impl<E: Endpoint + 'static> Hall<E> {
    /// Takes in whoever comes, for ever.
    async fn welcome(self: &Arc<Self>, mut door: Door<impl Listener>) {
        let places = Places::new(self.limits.connections, self.limits.unanswered);
        loop {
            let stream = door.accept().await;
            let place = places.take().await;
            self.connections.spawn(Arc::clone(self).converse(stream, Arc::new(place)));
        }
    }

    /// Closes what is idle, then waits for open requests, then cuts them.
    async fn end(&self, grace: Duration) {
        sleep(LINGER).await;
        self.close.cancel();
        self.connections.close();
        if timeout(grace, self.connections.wait()).await.is_err() {
            self.cut.cancel();
            self.connections.wait().await;
        }
    }

    /// Answers one request after the other, until the client is gone or has to go.
    async fn converse(
        self: Arc<Self>,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        place: Arc<Place>,
    ) {
        let service = service_fn(async |request| {
            Ok::<hyper::Response<_>, Infallible>(self.answer(request, &place).await.into())
        });
        let stream = TokioIo::new(Watched::new(stream, self.limits, Arc::clone(&place)));
        let connection = http1::Builder::new().max_buf_size(LONGEST_HEAD).serve_connection(stream, service);
        tokio::pin!(connection);
        tokio::select! {
            _ = &mut connection => return,
            () = place.given_up() => return,
            () = self.close.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        tokio::select! {
            _ = &mut connection => {}
            () = place.given_up() => {}
            () = self.cut.cancelled() => {}
        }
    }

    async fn answer(&self, mut request: hyper::Request<Incoming>, place: &Arc<Place>) -> Response {
        request.extensions_mut().insert(Arc::clone(place));
        let request = (request, LocalAddr::default(), RemoteAddr::default(), Scheme::HTTP);
        self.endpoint.get_response(Request::from(request)).await
    }
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
        tracing::error!(error = with_causes(&error), "the listener cannot be used");
    }
}

#[cfg(test)]
mod tests;
