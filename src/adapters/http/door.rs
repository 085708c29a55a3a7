//! Where connections come in.

use std::io;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::sleep;

/// Pause after a failed accept: without descriptors it fails at once again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Bytes that the kernel keeps for each direction of a connection; it may take twice as much. By itself it grows them to
/// several MiB for clients that do not read, which counts as memory of the service.
const BUFFER: usize = 128 * 1024;

/// A listening socket.
pub(super) trait Listener: Send {
    /// What it accepts.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection, ready for requests.
    fn next(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn next(&self) -> io::Result<TcpStream> {
        let (stream, _) = self.accept().await?;
        // A failure costs only time or memory. Answers are small and are waited for: they must not be held back to be
        // sent together.
        let _ = stream.set_nodelay(true);
        let socket = SockRef::from(&stream);
        let _ = socket.set_send_buffer_size(BUFFER);
        let _ = socket.set_recv_buffer_size(BUFFER);
        Ok(stream)
    }
}

impl Listener for UnixListener {
    type Stream = UnixStream;

    async fn next(&self) -> io::Result<UnixStream> {
        self.accept().await.map(|(stream, _)| stream)
    }
}

/// A listener that may fail. What is not accepted waits in its queue, for whoever takes it over.
pub(super) struct Door<L> {
    listener: L,
    failing: bool,
}

impl<L: Listener> Door<L> {
    pub(super) fn new(listener: L) -> Self {
        Self { listener, failing: false }
    }

    /// The next connection, however long that takes. After a failure there is a pause.
    pub(super) async fn accept(&mut self) -> L::Stream {
        loop {
            match self.listener.next().await {
                Ok(stream) => {
                    self.failing = false;
                    return stream;
                }
                Err(error) => self.pause_after(&error).await,
            }
        }
    }

    async fn pause_after(&mut self, error: &io::Error) {
        if !self.failing {
            tracing::warn!(%error, "connections cannot be accepted");
        }
        self.failing = true;
        sleep(ACCEPT_PAUSE).await;
    }
}

#[cfg(test)]
mod tests;
