//! The sender of webhooks: plain HTTP/1.1 over TCP on a thread of its own, as cheap as can be, because it shares the
//! processors with what it measures. Requests are prepared; of an answer only its status and its end are looked for.

use std::net::SocketAddr;
use std::time::Duration;
use std::{io, thread};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::sample::{Sample, now};

/// How requests get to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connections {
    /// Each sender keeps its connection, which is there before its first request.
    Kept,
    /// A new one for each request, as Talk does.
    New,
}

/// A server that closes one connection after the other is not measured.
const LOST_AT_MOST: usize = 20;

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
    let whole = now();
    let mut senders = JoinSet::new();
    for lane in lanes {
        senders.spawn(send_lane(address, lane, connections));
    }
    let (times, lost): (Vec<_>, Vec<_>) = senders.join_all().await.into_iter().unzip();
    let sample = Sample::of(times.concat(), whole.elapsed());
    Sample { lost: lost.iter().sum(), ..sample }
}

/// The times, and how often a connection was lost before the answer.
async fn send_lane(address: SocketAddr, lane: Lane, connections: Connections) -> (Vec<Duration>, usize) {
    let keep = connections == Connections::Kept;
    let (mut connection, mut lost) = (None, 0);
    if keep {
        connection = Some(connect(address).await);
    }
    let mut times = Vec::with_capacity(lane.len());
    for request in lane {
        let began = now();
        loop {
            let mut open = match connection.take() {
                Some(open) => open,
                None => connect(address).await,
            };
            if exchange(&mut open, &request).await.is_ok() {
                connection = Some(open).filter(|_| keep);
                break;
            }
            lost += 1;
            assert!(lost < LOST_AT_MOST, "one connection after the other is lost");
        }
        times.push(began.elapsed());
    }
    (times, lost)
}

async fn connect(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).await.expect("a connection");
    connection.set_nodelay(true).expect("settable");
    connection
}

/// Sends one request and waits for the end of its answer. An error is a lost connection.
pub(crate) async fn exchange(connection: &mut TcpStream, request: &[u8]) -> io::Result<()> {
    connection.write_all(request).await?;
    let mut answer = [0; 4096];
    let mut length = 0;
    while !is_whole(&answer[..length]) {
        let more = connection.read(&mut answer[length..]).await?;
        if more == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        length += more;
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..length]));
    Ok(())
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
