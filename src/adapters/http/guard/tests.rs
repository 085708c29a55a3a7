use futures_util::FutureExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{sleep, timeout};

use super::super::places::Places;
use super::*;

const LIMITS: Limits = Limits {
    connections: 1,
    unanswered: 100,
    stall: Duration::from_secs(10),
    request: Duration::from_secs(30),
    idle: Duration::from_secs(75),
};
const A_MOMENT: Duration = Duration::from_millis(1);

/// A watched connection and its other end.
fn connection() -> (Watched<DuplexStream>, DuplexStream) {
    let places = Places::new(LIMITS.connections, LIMITS.unanswered);
    let place = places.take().now_or_never().expect("free");
    let (stream, other) = duplex(16);
    (Watched::new(stream, LIMITS, Arc::new(place)), other)
}

/// Whether a read goes on for that long and is cut right then.
async fn is_cut_after(connection: &mut Watched<DuplexStream>, silence: Duration) -> bool {
    let early = timeout(silence.saturating_sub(A_MOMENT), connection.read_u8()).await;
    let cut = timeout(2 * A_MOMENT, connection.read_u8()).await;
    early.is_err() && cut.is_ok_and(|read| read.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut))
}

async fn answered() -> (Watched<DuplexStream>, DuplexStream) {
    let (mut connection, mut other) = connection();
    other.write_u8(b'?').await.expect("open");
    connection.read_u8().await.expect("sent");
    connection.write_u8(b'!').await.expect("open");
    (connection, other)
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_is_cut() {
    let (mut connection, _other) = connection();
    assert!(is_cut_after(&mut connection, LIMITS.stall).await);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_stops_within_a_request_is_cut() {
    let (mut connection, mut other) = connection();
    other.write_u8(b'?').await.expect("open");
    connection.read_u8().await.expect("sent");
    assert!(is_cut_after(&mut connection, LIMITS.stall).await);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_drips_is_cut_when_its_time_is_over() {
    let (mut connection, mut other) = connection();
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
    let (mut connection, _other) = answered().await;
    assert!(is_cut_after(&mut connection, LIMITS.idle).await);
}

/// The alarm of the first one is set for later than the end of the second.
#[tokio::test(start_paused = true)]
async fn many_requests_on_one_connection_have_each_their_own_time() {
    let (mut connection, mut other) = answered().await;
    for _ in 0..20 {
        assert!(timeout(LIMITS.stall / 2, connection.read_u8()).await.is_err());
        other.write_u8(b'?').await.expect("open");
        connection.read_u8().await.expect("sent");
        assert!(timeout(LIMITS.stall / 2, connection.read_u8()).await.is_err());
        connection.write_u8(b'!').await.expect("open");
        other.read_u8().await.expect("open");
    }
    assert!(is_cut_after(&mut connection, LIMITS.idle).await);
}

#[tokio::test(start_paused = true)]
async fn the_next_request_has_its_own_time() {
    let (mut connection, mut other) = answered().await;
    assert!(timeout(Duration::from_secs(50), connection.read_u8()).await.is_err());
    other.write_u8(b'?').await.expect("open");
    connection.read_u8().await.expect("sent");
    assert!(is_cut_after(&mut connection, LIMITS.stall).await);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_take_its_answer_is_cut() {
    let (mut connection, _other) = answered().await;
    let cut = timeout(LIMITS.stall + A_MOMENT, connection.write_all(&[b'!'; 64])).await;
    assert!(cut.is_ok_and(|written| written.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut)));
}
