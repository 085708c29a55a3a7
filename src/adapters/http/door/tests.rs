use std::sync::atomic::{AtomicU32, Ordering};

use tokio::time::timeout;

use super::*;

/// A listener without descriptors.
#[derive(Default)]
struct Exhausted {
    asked: AtomicU32,
}

impl Listener for Exhausted {
    type Stream = TcpStream;

    async fn next(&self) -> io::Result<TcpStream> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Err(io::Error::other("too many open files"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_accept_is_followed_by_a_pause() {
    let mut door = Door::new(Exhausted::default());
    assert!(timeout(ACCEPT_PAUSE * 5 / 2, door.accept()).await.is_err());
    assert_eq!(door.listener.asked.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn what_is_accepted_sends_at_once_and_keeps_little_in_the_kernel() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let _client = TcpStream::connect(address).await.expect("listening");
    let stream = Door::new(listener).accept().await;
    assert!(stream.nodelay().expect("a socket"));
    let socket = SockRef::from(&stream);
    assert!(socket.send_buffer_size().expect("a socket") <= 2 * BUFFER);
    assert!(socket.recv_buffer_size().expect("a socket") <= 2 * BUFFER);
}
