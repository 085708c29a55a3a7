//! A model server's answer: what is read of it does not depend on where the network cuts it, and every word that a
//! server streams arrives once and in order.

use std::convert::Infallible;
use std::fmt::Write as _;

use bytes::Bytes;
use futures_util::stream;
use nextcloud_opencode_bot::adapters::clock::timer_now;
use nextcloud_opencode_bot::adapters::openai::read_answer;
use nextcloud_opencode_bot::ports::model::{Completion, Finish, ModelError};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::input::Numbers;

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
}

/// The bytes are the body of an answer, or the words of one.
pub fn check(data: &[u8]) {
    let mut numbers = Numbers::of(data);
    let body = Bytes::copy_from_slice(data);
    match numbers.below(4) {
        0 => cuts_do_not_matter(&body, (0..data.len()).map(|at| body.slice(at..=at)).collect()),
        1 | 2 => cuts_do_not_matter(&body, cut(&body, &mut numbers)),
        _ => words_arrive(&String::from_utf8_lossy(data), &mut numbers),
    }
}

fn cuts_do_not_matter(body: &Bytes, pieces: Vec<Bytes>) {
    let shown = pieces.clone();
    match (read(vec![body.clone()]), read(pieces)) {
        (Ok(whole), Ok(cut)) => {
            assert_eq!(whole, cut, "cut as {shown:?}");
            // A byte that is no text becomes a sign of three.
            assert!(whole.text.len() <= 3 * body.len());
            let tells_end = body.windows(13).any(|word| word == b"finish_reason");
            assert!(is_one_object(body) || tells_end, "no end");
        }
        (whole, cut) => assert_eq!(format!("{whole:?}"), format!("{cut:?}"), "cut as {shown:?}"),
    }
}

/// When the words came is left out: it is another time each time.
fn read(pieces: Vec<Bytes>) -> Result<Completion, ModelError> {
    let body = stream::iter(pieces.into_iter().map(Ok::<_, Infallible>));
    let completion = RUNTIME.with(|runtime| runtime.block_on(read_answer(body, timer_now())))?;
    Ok(Completion { streamed: None, ..completion })
}

/// A whole answer needs no reason for its end. A key may be written with escapes.
fn is_one_object(data: &[u8]) -> bool {
    data.trim_ascii_start().starts_with(b"{") || data.contains(&b'\\')
}

fn cut(body: &Bytes, numbers: &mut Numbers) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    let mut rest = body.clone();
    while !rest.is_empty() {
        // Nothing is a piece too.
        pieces.push(rest.split_to(numbers.below(64).min(rest.len())));
    }
    pieces
}

/// Streamed as one server or another would.
fn words_arrive(words: &str, numbers: &mut Numbers) {
    let mut body = String::new();
    let mut rest = words;
    while !rest.is_empty() {
        let at = rest.ceil_char_boundary(1 + numbers.below(90)).min(rest.len());
        let (piece, after) = rest.split_at(at);
        rest = after;
        let event = match numbers.below(4) {
            0 => json!({"choices": [{"delta": {"content": piece}, "finish_reason": null}]}),
            1 => json!({"choices": [{"index": 0, "delta": {"content": [{"type": "text", "text": piece}]}}]}),
            2 => json!({"choices": [{"index": 1, "delta": {"content": "x"}}, {"delta": {"content": piece}}]}),
            _ => json!({"model": "m", "choices": [{"delta": {"role": "assistant", "content": piece}}]}),
        };
        push(&mut body, &event, numbers);
    }
    push(&mut body, &json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}), numbers);
    if numbers.below(2) == 0 {
        body.push_str("data: [DONE]\n\n");
    }
    let answer = read(cut(&body.into(), numbers)).expect("a whole answer");
    assert_eq!((answer.text.as_str(), answer.finish), (words, Finish::Stop));
}

fn push(body: &mut String, event: &Value, numbers: &mut Numbers) {
    let end = ["\n\n", "\r\n\r\n", "\n", "\n: ping\n\n"][numbers.below(4)];
    let _ = write!(body, "data: {event}{end}");
}
