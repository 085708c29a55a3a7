//! Connections that fail, and servers that take their time.

use super::super::socket::{Socket, Then};
use super::*;
use crate::support::NOBODY;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const WORDS: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Half\"}}]}\n\n";

/// A stream in which the body was not ended.
fn unended(body: &str) -> String {
    format!("{HEAD}{:x}\r\n{body}\r\n", body.len())
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let error = ask(&model(&[NOBODY])).await.expect_err("nobody");
    assert_eq!(error.kind(), "unreachable");
}

#[tokio::test]
async fn a_server_that_hangs_up_without_an_answer_is_unreachable() {
    let socket = Socket::answering("", Then::Close).await;
    assert_eq!(ask(&model(&[&socket.url()])).await.expect_err("hung up").kind(), "unreachable");
}

#[tokio::test]
async fn an_answer_that_is_cut_is_no_answer() {
    let line = String::from_utf8(fixture("stream-cut-mid-line.sse")).expect("text");
    for body in [WORDS, &line, ""] {
        let socket = Socket::answering(&unended(body), Then::Close).await;
        let error = ask(&model(&[&socket.url()])).await.expect_err("cut");
        assert_eq!(error.kind(), "interrupted", "{body}");
    }
}

#[tokio::test]
async fn a_call_ends_at_its_limit_whatever_the_server_does() {
    let limit = Duration::from_millis(50);
    for answer in [String::new(), HEAD.to_owned(), unended(WORDS)] {
        let socket = Socket::answering(&answer, Then::Hold).await;
        let error = model(&[&socket.url()]).complete(&question("hi"), limit).await.expect_err("silent");
        assert!(matches!(error, ModelError::TimedOut(said) if said == limit), "{error}");
    }
}

#[tokio::test]
async fn a_dropped_call_gives_its_connection_back() {
    for answer in [String::new(), unended(WORDS)] {
        let socket = Socket::answering(&answer, Then::Hold).await;
        let model = model(&[&socket.url()]);
        tokio::select! {
            result = ask(&model) => panic!("the answer never ends: {result:?}"),
            () = socket.asked() => {}
        }
        tokio::time::timeout(LIMIT, socket.hung_up()).await.expect("the server sees it");
    }
}

#[tokio::test]
async fn a_server_that_closes_after_each_answer_is_asked_again_without_harm() {
    let stream = String::from_utf8(fixture("stream-ok.sse")).expect("text");
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
    let socket =
        Socket::answering(&format!("{head}content-length: {}\r\n\r\n{stream}", stream.len()), Then::Close)
            .await;
    let model = model(&[&socket.url()]);
    for _ in 0..3 {
        ask(&model).await.expect("an answer");
    }
}

#[tokio::test]
async fn a_server_that_queues_without_a_byte_is_waited_for() {
    let server = chat_server(answer(200, "stream-ok.sse").set_delay(Duration::from_millis(100))).await;
    ask(&model(&[&server.uri()])).await.expect("an answer");
}

#[tokio::test]
async fn the_next_server_answers_for_one_that_cannot() {
    let loading = chat_server(answer(503, "error-503-loading.json")).await;
    let good = chat_server(answer(200, "stream-ok.sse")).await;
    let (loading, good) = (loading.uri(), good.uri());
    ask(&model(&[NOBODY, &loading, &good])).await.expect("an answer");
    let error = ask(&model(&[NOBODY, &loading])).await.expect_err("no answer");
    assert_eq!(error.kind(), "loading");
}
