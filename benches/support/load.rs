//! The sender of webhooks: plain HTTP/1.1 over TCP on a thread of its own, as cheap as can be, because it shares the
//! processors with what it measures. Requests are prepared; of an answer only its status and its end are looked for.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::sample::{Sample, now};

/// How requests get to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connections {
    /// Each sender keeps its connection, which is there before the clock starts.
    Kept,
    /// A new one for each request, as Talk does.
    New,
}

/// One sender's requests; each is sent when the last is answered.
type Lane = Vec<Vec<u8>>;

/// Sends that many requests, over so many senders at once. Every answer must be a 200.
pub(crate) fn send(
    address: SocketAddr,
    count: usize,
    senders: usize,
    connections: Connections,
    request: impl Fn() -> Vec<u8>,
) -> Sample {
    let lane = || (0..count / senders).map(|_| request()).collect();
    let lanes: Vec<Lane> = (0..senders).map(|_| lane()).collect();
    let sending = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
        runtime.block_on(send_all(address, lanes, connections))
    });
    sending.join().expect("every request is answered")
}

async fn send_all(address: SocketAddr, lanes: Vec<Lane>, connections: Connections) -> Sample {
    let mut ready = Vec::new();
    for lane in lanes {
        let kept = if connections == Connections::Kept { Some(connect(address).await) } else { None };
        ready.push((lane, kept));
    }
    let whole = now();
    let mut senders = JoinSet::new();
    for (lane, kept) in ready {
        senders.spawn(send_lane(address, lane, kept));
    }
    let times = senders.join_all().await.concat();
    Sample::of(times, whole.elapsed())
}

async fn send_lane(address: SocketAddr, lane: Lane, mut kept: Option<TcpStream>) -> Vec<Duration> {
    let mut times = Vec::with_capacity(lane.len());
    for request in lane {
        let began = now();
        match &mut kept {
            Some(connection) => exchange(connection, &request).await,
            None => exchange(&mut connect(address).await, &request).await,
        }
        times.push(began.elapsed());
    }
    times
}

async fn connect(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).await.expect("a connection");
    connection.set_nodelay(true).expect("settable");
    connection
}

/// Sends one request and waits for the end of its answer.
pub(crate) async fn exchange(connection: &mut TcpStream, request: &[u8]) {
    connection.write_all(request).await.expect("sent");
    let mut answer = [0; 4096];
    let mut length = 0;
    loop {
        let more = connection.read(&mut answer[length..]).await.expect("readable");
        assert!(more > 0, "the connection was closed before the answer");
        length += more;
        if is_whole(&answer[..length]) {
            break;
        }
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..length]));
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(head) = find(answer, b"\r\n\r\n") else { return false };
    let field = b"content-length: ";
    let length = find(&answer[..head], field).expect("answers tell their length") + field.len();
    let digits = answer[length..].iter().take_while(|byte| byte.is_ascii_digit());
    let body = digits.fold(0, |number, digit| 10 * number + usize::from(digit - b'0'));
    answer.len() >= head + 4 + body
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window.eq_ignore_ascii_case(what))
}
