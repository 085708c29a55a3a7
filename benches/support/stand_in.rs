//! A plain HTTP/1.1 server on a thread of its own: it reads a request, has it answered by a function, and tells when
//! the request was there and when its answer began. Cheap, because it runs beside what is measured.

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::door;
use super::sample::now;

/// What a request is answered with.
pub(crate) struct Answer {
    pub(crate) status: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) body: String,
    /// How long the body is held back, when its head is sent.
    pub(crate) after: Duration,
}

/// From a request's first line and body to its answer.
pub(crate) type Answers = fn(&str, &[u8]) -> Answer;

/// A request that was answered.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    /// Method, path and protocol.
    pub(crate) line: String,
    /// When its last byte was here.
    pub(crate) arrived: Instant,
    /// When the body of the answer was about to be sent.
    pub(crate) answered: Instant,
}

/// Starts one that lives as long as the process and tells `log` of what it answers.
pub(crate) fn start(answers: Answers, log: Option<Sender<Exchange>>) -> SocketAddr {
    let (listener, address) = door::open();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(accept(listener, answers, log));
    });
    address
}

async fn accept(listener: TcpListener, answers: Answers, log: Option<Sender<Exchange>>) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    let mut connections = JoinSet::new();
    loop {
        let (connection, _) = listener.accept().await.expect("a connection");
        connection.set_nodelay(true).expect("settable");
        connections.spawn(serve(connection, answers, log.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(mut connection: TcpStream, answers: Answers, log: Option<Sender<Exchange>>) {
    let mut bytes = Vec::new();
    while let Some((head, length)) = read(&mut connection, &mut bytes).await {
        let arrived = now();
        let request = String::from_utf8_lossy(&bytes[..head]);
        let line = request.lines().next().unwrap_or_default().to_owned();
        let answer = answers(&line, &bytes[head..length]);
        let (start, whole) = text(&answer);
        let split = if answer.after.is_zero() { 0 } else { start };
        if split > 0 {
            if connection.write_all(&whole[..split]).await.is_err() {
                return;
            }
            tokio::time::sleep(answer.after).await;
        }
        if let Some(log) = &log {
            // Nobody listens any more when the bench is over.
            let _ = log.send(Exchange { line, arrived, answered: now() });
        }
        if connection.write_all(&whole[split..]).await.is_err() {
            return;
        }
        bytes.drain(..length);
    }
}

/// The answer as it is sent, and where its body begins.
fn text(answer: &Answer) -> (usize, Vec<u8>) {
    let Answer { status, media_type, body, .. } = answer;
    let length = body.len();
    let mut text =
        format!("HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\r\n");
    let start = text.len();
    text.push_str(body);
    (start, text.into_bytes())
}

/// Reads until a request is whole: where its body begins, and where it ends. `None` when no more come.
async fn read(connection: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<(usize, usize)> {
    loop {
        if let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = head + 4;
            let length = head + content_length(&bytes[..head]);
            if bytes.len() >= length {
                return Some((head, length));
            }
        }
        if connection.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head);
    let named = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    };
    head.lines().find_map(named).unwrap_or(0)
}
