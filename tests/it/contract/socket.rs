//! A server below HTTP, for what a well-behaved one never does: it cuts, it falls silent, it hangs up.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// What follows the bytes it sends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Then {
    /// It closes the connection.
    Close,
    /// It keeps the connection open, silent, until the other side closes it.
    Hold,
}

/// Answers every request with the same bytes.
pub(crate) struct Socket {
    address: SocketAddr,
    asked: Arc<Notify>,
    hung_up: Arc<Notify>,
    _tasks: JoinSet<()>,
}

impl Socket {
    pub(crate) async fn answering(bytes: &str, then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let (asked, hung_up) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (was_asked, was_left) = (Arc::clone(&asked), Arc::clone(&hung_up));
        let bytes = bytes.to_owned();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                read_request(&mut stream).await;
                was_asked.notify_one();
                serve(stream, bytes.as_bytes(), then).await;
                was_left.notify_one();
            }
        });
        Self { address, asked, hung_up, _tasks: tasks }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns once a request has arrived.
    pub(crate) async fn asked(&self) {
        self.asked.notified().await;
    }

    /// Returns once a connection that was held is closed by the other side.
    pub(crate) async fn hung_up(&self) {
        self.hung_up.notified().await;
    }
}

async fn serve(mut stream: TcpStream, bytes: &[u8], then: Then) {
    stream.write_all(bytes).await.expect("sent");
    if let Then::Hold = then {
        let mut rest = Vec::new();
        // A reset is a way to hang up too.
        let _ = stream.read_to_end(&mut rest).await;
    }
}

/// Unread bytes would turn the close into a reset, which can overtake what was sent.
async fn read_request(stream: &mut TcpStream) {
    let mut request = String::new();
    let mut piece = [0; 4096];
    while !is_whole(&request) {
        let read = stream.read(&mut piece).await.expect("a request");
        assert_ne!(read, 0, "the request was cut");
        request.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().expect("a number"))
}
