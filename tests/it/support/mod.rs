//! What the tests stand on: the service in this process, the program as a process, and
//! the two servers around it.

pub(crate) mod app;
pub(crate) mod bot_api;
mod deeds;
pub(crate) mod door;
pub(crate) mod exceptions;
pub(crate) mod half;
pub(crate) mod model;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod random;
pub(crate) mod scene;
mod state;
pub(crate) mod talk;
pub(crate) mod tls;
pub(crate) mod trap;
pub(crate) mod wire;

use std::time::Duration;

use nextcloud_opencode_bot::adapters::demo::exchange::{Answer, Content};
use process::DEADLINE;
use trap::{Moment, Trap};
use wiremock::ResponseTemplate;

/// An address where nobody listens: no port that a system hands out, so no other test comes to have it.
pub(crate) const NOBODY: &str = "http://127.0.0.1:1";

/// A call and its answer, held where the trap says so. A forgotten call has nobody who reads the answer.
fn trapped(trap: &Trap, answer: impl FnOnce() -> ResponseTemplate) -> ResponseTemplate {
    if !trap.pass(Moment::Arrived) {
        return ResponseTemplate::new(500);
    }
    let answer = answer();
    trap.pass(Moment::Done);
    answer
}

/// A stand-in's answer as wiremock sends it. Events come all at once, and those that end in a cut just end.
fn response(answer: Answer) -> ResponseTemplate {
    let status = ResponseTemplate::new(answer.status()).set_delay(answer.delay);
    match answer.content {
        Content::Whole { media_type, body, .. } => status.set_body_raw(body, media_type),
        Content::Events { events, .. } => status.set_body_raw(events.concat(), "text/event-stream"),
    }
}

/// Looks again and again until it is so.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let looking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(DEADLINE, looking).await.unwrap_or_else(|_| panic!("in vain: {what}"));
}
