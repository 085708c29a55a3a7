//! An answer that nobody waits for any more: the model server sees the connection close, so that its slot is free.

use nextcloud_opencode_bot::domain::job::{Failure, JobId};
use nextcloud_opencode_bot::domain::phrase::{Language, Phrase};

use crate::contract::socket::{Socket, Then};
use crate::support::app::TestApp;
use crate::support::process::DEADLINE;
use crate::support::talk::{GROUP, MIRA};

/// The beginning of an answer that never ends.
const WORDS: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n\
    31\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"Half\"}}]}\n\r\n";

/// A service whose model takes a question and does not finish.
async fn asking(answer: &str, setting: (&str, &str)) -> (TestApp, Socket) {
    let socket = Socket::answering(answer, Then::Hold).await;
    let url = socket.url();
    let settings = [
        ("MODEL_BASE_URL", url.as_str()),
        ("MODEL_CONTEXT_TOKENS", "4096"),
        ("MODEL_PARALLEL", "1"),
        setting,
    ];
    let app = TestApp::with(&settings).await;
    app.ask(GROUP, MIRA, "@Halo hello").await;
    tokio::time::timeout(DEADLINE, socket.asked()).await.expect("the model is asked");
    (app, socket)
}

async fn is_left(socket: &Socket) {
    tokio::time::timeout(DEADLINE, socket.hung_up()).await.expect("the server sees it");
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_hung_up() {
    for answer in ["", WORDS] {
        let (mut app, socket) = asking(answer, ("TIMEOUT", "0.3")).await;
        is_left(&socket).await;
        let told = app.talk.wait_for_posts(GROUP, 1).await.remove(0).0;
        assert_eq!(told, Phrase::Failure(Failure::ModelTimedOut, JobId(1)).text(Language::English));
        app.wait_for_figure("queue_dead_letters", 1).await;
        app.stop().await;
    }
}

#[tokio::test]
async fn a_call_that_a_stop_does_not_wait_for_is_hung_up() {
    for answer in ["", WORDS] {
        let (mut app, socket) = asking(answer, ("SHUTDOWN_GRACE", "0.1")).await;
        tokio::join!(app.stop_leaving(1), is_left(&socket));
    }
}
