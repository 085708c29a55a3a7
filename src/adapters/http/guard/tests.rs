use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;

use super::*;

const LIMITS: Limits = Limits {
    connections: 2,
    stall: Duration::from_secs(10),
    request: Duration::from_secs(30),
    idle: Duration::from_secs(75),
};
const A_MOMENT: Duration = Duration::from_millis(1);

/// A watched connection and its other end, with that many places besides its own.
fn connection(free_places: usize) -> (Watched<DuplexStream>, DuplexStream) {
    let places = Arc::new(Semaphore::new(free_places + 1));
    let place = Arc::clone(&places).try_acquire_owned().expect("free");
    let (stream, other) = duplex(16);
    (Watched { stream, watch: Watch::new(LIMITS, places), _place: place }, other)
}

/// Whether a read goes on for that long and is cut right then.
async fn is_cut_after(connection: &mut Watched<DuplexStream>, silence: Duration) -> bool {
    let early = timeout(silence.saturating_sub(A_MOMENT), connection.read_u8()).await;
    let cut = timeout(2 * A_MOMENT, connection.read_u8()).await;
    early.is_err() && cut.is_ok_and(|read| read.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut))
}

async fn answered(free_places: usize) -> (Watched<DuplexStream>, DuplexStream) {
    let (mut connection, mut other) = connection(free_places);
    other.write_u8(b'?').await.expect("open");
    connection.read_u8().await.expect("sent");
    connection.write_u8(b'!').await.expect("open");
    (connection, other)
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_is_cut() {
    let (mut connection, _other) = connection(1);
    assert!(is_cut_after(&mut connection, LIMITS.stall).await);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_stops_within_a_request_is_cut() {
    let (mut connection, mut other) = connection(1);
    other.write_u8(b'?').await.expect("open");
    connection.read_u8().await.expect("sent");
    assert!(is_cut_after(&mut connection, LIMITS.stall).await);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_drips_is_cut_when_its_time_is_over() {
    let (mut connection, mut other) = connection(1);
    let drip = async {
        while other.write_u8(b'?').await.is_ok() {
            sleep(LIMITS.stall / 2).await;
        }
    };
    let read_on = async {
        loop {
            if let Err(error) = connection.read_u8().await {
                return error.kind();
            }
        }
    };
    tokio::select! {
        () = drip => panic!("the connection is closed by nobody"),
        cut = timeout(LIMITS.request + A_MOMENT, read_on) => assert_eq!(cut, Ok(io::ErrorKind::TimedOut)),
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_may_be_silent_for_long_after_an_answer() {
    let (mut connection, _other) = answered(1).await;
    // In whole rounds of the shorter limit.
    assert!(is_cut_after(&mut connection, Duration::from_secs(80)).await);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_silent_after_an_answer_gives_way_when_all_places_are_taken() {
    let (mut connection, _other) = answered(0).await;
    assert!(is_cut_after(&mut connection, LIMITS.stall).await);
}

#[tokio::test(start_paused = true)]
async fn the_next_request_has_its_own_time() {
    let (mut connection, mut other) = answered(1).await;
    assert!(timeout(Duration::from_secs(50), connection.read_u8()).await.is_err());
    other.write_u8(b'?').await.expect("open");
    connection.read_u8().await.expect("sent");
    assert!(is_cut_after(&mut connection, LIMITS.stall).await);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_take_its_answer_is_cut() {
    let (mut connection, _other) = answered(0).await;
    let cut = timeout(LIMITS.stall + A_MOMENT, connection.write_all(&[b'!'; 64])).await;
    assert!(cut.is_ok_and(|written| written.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut)));
}

/// A listener without descriptors.
struct Exhausted;

impl Acceptor for Exhausted {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        Vec::new()
    }

    async fn accept(&mut self) -> io::Result<(TcpStream, LocalAddr, RemoteAddr, Scheme)> {
        Err(io::Error::other("too many open files"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_accept_is_followed_by_a_pause_and_keeps_no_place() {
    let mut guarded = Guarded::new(Exhausted, LIMITS, CancellationToken::new());
    for _ in 0..2 * LIMITS.connections {
        assert!(timeout(ACCEPT_PAUSE.saturating_sub(A_MOMENT), guarded.accept()).await.is_err());
        assert!(timeout(ACCEPT_PAUSE + A_MOMENT, guarded.accept()).await.expect("in time").is_err());
    }
}

#[tokio::test]
async fn what_is_accepted_sends_at_once() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("possible");
    let address = listener.local_addr().expect("bound");
    let acceptor = poem::listener::TcpAcceptor::from_std(listener).expect("a listener");
    let _client = TcpStream::connect(address).await.expect("listening");
    let (connection, ..) =
        Guarded::new(acceptor, LIMITS, CancellationToken::new()).accept().await.expect("connected");
    assert!(connection.stream.nodelay().expect("a socket"));
}
