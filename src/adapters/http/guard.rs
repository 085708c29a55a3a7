//! Between the listener and the web framework, which knows no time limits for a connection: bounds how many there
//! are and how long one may do nothing, so that silent clients cannot keep Talk out.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use poem::http::uri::Scheme;
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};
use tokio_util::sync::CancellationToken;

/// Pause after a failed accept: without descriptors it fails at once again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// What connections may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; more wait in the listener's queue. Each may hold a body of 2 MiB.
    pub connections: usize,
    /// Longest silence before and within a request, and from its end to the answer.
    pub stall: Duration,
    /// Longest time from a request's first byte to its answer, however the bytes drip.
    pub request: Duration,
    /// Longest silence after an answer. Proxies keep connections, and a request that meets a closing one is lost,
    /// so this is long; when all connections are taken, `stall` counts. Rounded up to whole `stall`s.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            stall: Duration::from_secs(10),
            request: Duration::from_secs(30),
            idle: Duration::from_secs(75),
        }
    }
}

/// An acceptor that waits for a free place and watches what it accepted.
pub(super) struct Guarded<A> {
    inner: A,
    places: Arc<Semaphore>,
    limits: Limits,
    failing: bool,
    stop: CancellationToken,
}

impl<A> Guarded<A> {
    /// Accepts until `stop`. What comes later waits in the listener's queue, for whoever takes it over.
    pub(super) fn new(inner: A, limits: Limits, stop: CancellationToken) -> Self {
        Self { inner, places: Arc::new(Semaphore::new(limits.connections)), limits, failing: false, stop }
    }

    async fn pause_after(&mut self, error: &io::Error) {
        if !self.failing {
            tracing::warn!(%error, "connections cannot be accepted");
        }
        self.failing = true;
        sleep(ACCEPT_PAUSE).await;
    }
}

/// A stream that is made ready for requests.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Answers are small and are waited for: they must not be held back to be sent together. A failure only makes
    /// them later.
    fn send_at_once(&self);
}

impl Stream for TcpStream {
    fn send_at_once(&self) {
        let _ = self.set_nodelay(true);
    }
}

impl Stream for UnixStream {
    fn send_at_once(&self) {}
}

impl<A: Acceptor<Io: Stream>> Acceptor for Guarded<A> {
    type Io = Watched<A::Io>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        let place = Arc::clone(&self.places).acquire_owned().await.expect("the semaphore is never closed");
        let Some(accepted) = self.stop.clone().run_until_cancelled_owned(self.inner.accept()).await else {
            return std::future::pending().await;
        };
        match accepted {
            Ok((stream, local, remote, scheme)) => {
                self.failing = false;
                stream.send_at_once();
                let watch = Watch::new(self.limits, Arc::clone(&self.places));
                Ok((Watched { stream, watch, _place: place }, local, remote, scheme))
            }
            Err(error) => {
                self.pause_after(&error).await;
                Err(error)
            }
        }
    }
}

/// A connection that fails when it is silent for too long.
pub(super) struct Watched<S> {
    stream: S,
    watch: Watch,
    _place: OwnedSemaphorePermit,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_pending() {
            return self.watch.poll_silence(cx);
        }
        self.watch.heard();
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if written.is_pending() {
            return self.watch.poll_silence(cx).map(|silence| silence.map(|()| 0));
        }
        self.watch.spoke();
        // The server may have looked for the next request before it wrote; then nobody else starts the clock.
        let _ = self.watch.poll_silence(cx);
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Measures how long a connection does nothing.
struct Watch {
    limits: Limits,
    places: Arc<Semaphore>,
    /// Whether the last that happened was an answer.
    answered: bool,
    silence: Option<Pin<Box<Sleep>>>,
    silences: u32,
    request: Option<Pin<Box<Sleep>>>,
}

impl Watch {
    fn new(limits: Limits, places: Arc<Semaphore>) -> Self {
        Self { limits, places, answered: false, silence: None, silences: 0, request: None }
    }

    fn heard(&mut self) {
        let limit = self.limits.request;
        self.request.get_or_insert_with(|| Box::pin(sleep(limit)));
        (self.answered, self.silence, self.silences) = (false, None, 0);
    }

    fn spoke(&mut self) {
        (self.answered, self.silence, self.silences, self.request) = (true, None, 0, None);
    }

    /// Ready, with an error, when the silence has been too long.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let too_late = |request: &mut Pin<Box<Sleep>>| request.as_mut().poll(cx).is_ready();
        if self.request.as_mut().is_some_and(too_late) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        loop {
            let limit = self.limits.stall;
            let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(limit)));
            if silence.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.silence = None;
            self.silences += 1;
            if !self.may_idle() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
    }

    fn may_idle(&self) -> bool {
        let room = self.places.available_permits() > 0;
        self.answered && room && self.limits.stall * self.silences < self.limits.idle
    }
}

#[cfg(test)]
mod tests;
