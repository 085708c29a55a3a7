//! Between a connection and the HTTP in it, which knows no time limits: bounds how long a client may be silent and how
//! long its request may take, and tells its place what happens.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::places::Place;
use crate::adapters::clock::timer_now;

/// What connections may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once. For one more, the one is closed that has kept the service waiting for longest; only who has
    /// sent a genuine webhook is left alone.
    pub connections: usize,
    /// Bytes of requests without an answer, of all connections together. A body has at most 2 MiB.
    pub unanswered: usize,
    /// Longest silence before and within a request, and from its end to the answer.
    pub stall: Duration,
    /// Longest time from a request's first byte to its answer, however the bytes drip.
    pub request: Duration,
    /// Longest silence after an answer. Proxies keep connections, and a request that meets a closing one is lost, so
    /// this is long.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 768,
            unanswered: 32 * 1024 * 1024,
            stall: Duration::from_secs(10),
            request: Duration::from_secs(30),
            idle: Duration::from_secs(75),
        }
    }
}

impl Limits {
    /// No limit that begins from now on ends before.
    fn shortest(&self) -> Duration {
        self.stall.min(self.request).min(self.idle)
    }
}

/// A connection that fails when it is silent for too long.
pub(super) struct Watched<S> {
    stream: S,
    watch: Watch,
}

impl<S> Watched<S> {
    /// Has that place.
    pub(super) fn new(stream: S, limits: Limits, place: Arc<Place>) -> Self {
        Self { stream, watch: Watch::new(limits, place) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_pending() {
            return self.watch.poll_silence(cx);
        }
        self.watch.heard(buf.filled().len() - before);
        read
    }
}

impl<S: AsyncWrite + Unpin> Watched<S> {
    fn after_write(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            self.watch.is_not_taken();
            return self.watch.poll_silence(cx).map(|silence| silence.map(|()| 0));
        }
        self.watch.spoke();
        // The server may have looked for the next request before it wrote; then nobody else starts the clock.
        let _ = self.watch.poll_silence(cx);
        written
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.after_write(cx, written)
    }

    /// Without it, every answer would be copied whole before it is sent.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.after_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
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
    place: Arc<Place>,
    /// Whether the last that happened was an answer that the client took.
    answered: bool,
    /// Since when nothing happens, if somebody has looked since.
    silent_since: Option<Instant>,
    /// When the request that is not answered has begun.
    asked_at: Option<Instant>,
    /// Set for the first limit that may have been reached, and looked at again then: setting one for every request
    /// would cost more than to wake now and then for nothing.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Watch {
    fn new(limits: Limits, place: Arc<Place>) -> Self {
        Self { limits, place, answered: false, silent_since: None, asked_at: None, alarm: None }
    }

    fn heard(&mut self, bytes: usize) {
        self.asked_at.get_or_insert_with(timer_now);
        (self.answered, self.silent_since) = (false, None);
        self.place.heard(bytes);
    }

    fn spoke(&mut self) {
        (self.answered, self.silent_since, self.asked_at) = (true, None, None);
        self.place.answered();
    }

    /// There is more of the answer.
    fn is_not_taken(&mut self) {
        if std::mem::take(&mut self.answered) {
            self.silent_since = None;
        }
    }

    /// Ready, with an error, when the silence has been too long.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let now = timer_now();
        let silent_since = *self.silent_since.get_or_insert(now);
        let limit = if self.answered { self.limits.idle } else { self.limits.stall };
        let too_late = self.asked_at.map(|asked_at| asked_at + self.limits.request);
        let end = too_late.into_iter().fold(silent_since + limit, Instant::min);
        if now >= end {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let next = end.min(now + self.limits.shortest());
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(next)));
        while alarm.as_mut().poll(cx).is_ready() {
            alarm.as_mut().reset(next);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests;
