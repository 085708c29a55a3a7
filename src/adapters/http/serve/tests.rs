use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use poem::http::StatusCode;
use poem::{IntoResponse, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::super::stand::Stand;
use super::*;

/// Far longer than anything here takes.
const DEADLINE: Duration = Duration::from_secs(10);
const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(50);

const PATIENT: Limits =
    Limits { connections: 16, unanswered: 16 * SHARE, stall: LONG, request: LONG, idle: LONG };
const STRICT: Limits = Limits { stall: SHORT, ..PATIENT };

/// Bytes of one connection.
const SHARE: usize = 4096;

struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinSet<io::Result<()>>,
}

impl Running {
    fn start(endpoint: impl Endpoint + 'static, limits: Limits, grace: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let stop = CancellationToken::new();
        let mut task = JoinSet::new();
        task.spawn(serve(listener, endpoint, limits, stop.clone(), grace));
        Self { address, stop, task }
    }

    async fn send(&self, bytes: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.expect("listening");
        stream.write_all(bytes.as_bytes()).await.expect("open");
        stream
    }

    async fn has_returned(&mut self) {
        let result = timeout(DEADLINE, self.task.join_next()).await.expect("it returns").expect("one task");
        result.expect("no panic").expect("no error");
    }
}

/// Everything until the other side closes; a reset counts as an end.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = timeout(DEADLINE, stream.read_to_end(&mut bytes)).await.expect("the connection is closed");
    String::from_utf8(bytes).expect("text")
}

async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end.as_bytes()) {
        bytes.push(timeout(DEADLINE, stream.read_u8()).await.expect("an answer").expect("open"));
    }
    String::from_utf8(bytes).expect("text")
}

const HEALTH: &str = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
const LAST_HEALTH: &str = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

fn webhook_headers(rest: &str) -> String {
    let (random, signature) = ("r".repeat(64), "0".repeat(64));
    format!(
        "POST / HTTP/1.1\r\nHost: x\r\nX-Nextcloud-Talk-Random: {random}\r\n\
         X-Nextcloud-Talk-Signature: {signature}\r\n{rest}\r\n\r\n"
    )
}

#[tokio::test]
async fn clients_that_stop_in_the_middle_are_closed() {
    let running = Running::start(Stand::default().public(), STRICT, LONG);
    for start in ["", "GET /health HT", "GET /health HTTP/1.1\r\nHost: x\r\n"] {
        assert_eq!(until_closed(&mut running.send(start).await).await, "", "{start}");
    }
    let half_body = webhook_headers("Content-Length: 100") + "half";
    let answer = until_closed(&mut running.send(&half_body).await).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

/// Clients on every place that will say nothing more for a long time.
async fn crowd(running: &Running) -> Vec<TcpStream> {
    let half_body = webhook_headers("Content-Length: 100") + "half";
    let mut crowd = Vec::new();
    for start in ["", "GET /he", HEALTH, &half_body].into_iter().cycle().take(5 * PATIENT.connections) {
        crowd.push(running.send(start).await);
    }
    crowd
}

#[tokio::test]
async fn silent_clients_on_every_place_do_not_keep_a_request_out() {
    let running = Running::start(Stand::default().public(), PATIENT, LONG);
    let _crowd = crowd(&running).await;
    let answer = until_closed(&mut running.send(LAST_HEALTH).await).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn who_keeps_a_place_is_answered_however_many_come() {
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let signals = (Arc::clone(&asked), Arc::clone(&go));
    let endpoint = poem::endpoint::make(move |request: Request| {
        let (asked, go) = (Arc::clone(&signals.0), Arc::clone(&signals.1));
        async move {
            if request.uri().path() == "/kept" {
                request.data::<Arc<Place>>().expect("every request has one").keep();
                asked.notify_one();
                go.notified().await;
            }
            poem::Result::<Response>::Ok(StatusCode::OK.into_response())
        }
    });
    let running = Running::start(endpoint, PATIENT, LONG);
    let mut kept = running.send(&LAST_HEALTH.replace("/health", "/kept")).await;
    asked.notified().await;
    let mut crowd = crowd(&running).await;
    assert_eq!(until_closed(&mut crowd[0]).await, "", "it gave way");
    go.notify_one();
    assert!(until_closed(&mut kept).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn bodies_that_are_not_complete_take_bounded_memory() {
    let running = Running::start(Stand::default().public(), PATIENT, LONG);
    let body = webhook_headers("Content-Length: 1000000") + &"x".repeat(PATIENT.unanswered / 2);
    let mut first = running.send(&body).await;
    let _others = (running.send(&body).await, running.send(&body).await);
    assert_eq!(until_closed(&mut first).await, "", "it gave way");
}

/// In which one connection can hold hundreds of requests open.
#[tokio::test]
async fn http_2_is_not_spoken() {
    let running = Running::start(Stand::default().public(), PATIENT, LONG);
    let answer = until_closed(&mut running.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn a_head_of_more_than_64_kib_is_refused() {
    let running = Running::start(Stand::default().public(), PATIENT, LONG);
    let long = LAST_HEALTH.replace("Host: x", &format!("Host: {}", "x".repeat(200_000)));
    let answer = until_closed(&mut running.send(&long).await).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_connection_takes_one_request_after_the_other() {
    let running = Running::start(Stand::default().public(), PATIENT, LONG);
    let mut stream = running.send(HEALTH).await;
    for _ in 0..3 {
        assert!(until(&mut stream, "{\"status\":\"ok\"}").await.starts_with("HTTP/1.1 200"));
        stream.write_all(HEALTH.as_bytes()).await.expect("open");
    }
}

#[tokio::test]
async fn a_sender_that_waits_for_leave_gets_it() {
    let running = Running::start(Stand::default().public(), PATIENT, LONG);
    let headers = webhook_headers("Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close");
    let mut stream = running.send(&headers).await;
    assert_eq!(until(&mut stream, "\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").await.expect("open");
    assert!(until_closed(&mut stream).await.starts_with("HTTP/1.1 401"));
}

#[tokio::test]
async fn head_has_no_body() {
    let running = Running::start(Stand::default().public(), PATIENT, LONG);
    let mut stream = running.send(&LAST_HEALTH.replace("GET", "HEAD")).await;
    let answer = until_closed(&mut stream).await.to_lowercase();
    assert!(answer.starts_with("http/1.1 200") && answer.contains("content-length: 15\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

/// Answers when told to; tells when it was asked.
fn on_demand() -> (impl Endpoint + 'static, Arc<Notify>, Arc<Notify>) {
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let signals = (Arc::clone(&asked), Arc::clone(&go));
    let endpoint = poem::endpoint::make(move |_| {
        let (asked, go) = (Arc::clone(&signals.0), Arc::clone(&signals.1));
        async move {
            asked.notify_one();
            go.notified().await;
            poem::Result::<Response>::Ok(StatusCode::OK.into_response())
        }
    });
    (endpoint, asked, go)
}

#[tokio::test]
async fn a_stop_accepts_nothing_more_and_lets_open_requests_finish() {
    let (endpoint, asked, go) = on_demand();
    let mut running = Running::start(endpoint, PATIENT, LONG);
    let mut open = running.send(HEALTH).await;
    asked.notified().await;
    running.stop.cancel();
    while TcpStream::connect(running.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go.notify_one();
    assert!(until_closed(&mut open).await.starts_with("HTTP/1.1 200"));
    running.has_returned().await;
}

#[tokio::test]
async fn a_stop_cuts_what_is_not_finished_in_time() {
    let (endpoint, asked, _go) = on_demand();
    let mut running = Running::start(endpoint, PATIENT, SHORT);
    let mut open = running.send(HEALTH).await;
    asked.notified().await;
    running.stop.cancel();
    running.has_returned().await;
    assert_eq!(until_closed(&mut open).await, "");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_idle_connections() {
    let mut running = Running::start(Stand::default().public(), PATIENT, LONG);
    let mut used = running.send(HEALTH).await;
    until(&mut used, "{\"status\":\"ok\"}").await;
    let mut silent = running.send("").await;
    running.stop.cancel();
    running.has_returned().await;
    assert_eq!(until_closed(&mut used).await + &until_closed(&mut silent).await, "");
}

#[tokio::test]
async fn a_webhook_on_a_connection_that_was_accepted_just_before_the_stop_is_answered() {
    let mut running = Running::start(Stand::default().public(), PATIENT, LONG);
    let mut accepted = running.send("").await;
    // Connections are accepted in their order.
    until_closed(&mut running.send(LAST_HEALTH).await).await;
    running.stop.cancel();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let webhook = webhook_headers("Content-Length: 2") + "{}";
    accepted.write_all(webhook.as_bytes()).await.expect("open");
    let answer = until_closed(&mut accepted).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "judged, not cut: {answer}");
    running.has_returned().await;
}
