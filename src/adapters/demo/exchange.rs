//! One call of a stand-in and its answer, free of sockets: the demo turns the answer into a response of its server,
//! the tests into one of theirs.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, Stream, StreamExt};
use poem::http::{HeaderMap, Method, StatusCode};
use poem::{Body, Response};
use serde_json::Value;

/// A request, read to its end.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// GET, POST, DELETE, …
    pub method: &'a Method,
    /// The path, still percent-encoded.
    pub path: &'a str,
    /// What stands behind the question mark.
    pub query: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body.
    pub body: &'a [u8],
}

impl Call<'_> {
    /// A header's value; empty when it is missing or no text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// What a stand-in answers, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// How long nothing is sent.
    pub delay: Duration,
    /// What is sent then.
    pub content: Content,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A response in one piece.
    Whole {
        /// Its status.
        status: StatusCode,
        /// Its `Content-Type`.
        media_type: &'static str,
        /// Its text.
        body: String,
    },
    /// Server-sent events, one after the other.
    Events {
        /// Each as it stands on the wire.
        events: Vec<String>,
        /// The pause before each.
        pace: Duration,
        /// Whether the connection breaks after the last one.
        cut: bool,
    },
}

impl Answer {
    /// A JSON text, at once.
    #[must_use]
    pub fn json(status: StatusCode, body: &Value) -> Self {
        let content =
            Content::Whole { status, media_type: "application/json; charset=utf-8", body: body.to_string() };
        Self { delay: Duration::ZERO, content }
    }

    /// The same, later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The page of a reverse proxy that has no server behind it (502), or waits no longer for it (504).
    #[must_use]
    pub fn of_proxy(status: StatusCode) -> Self {
        let body = format!("<html><body><h1>{status}</h1></body></html>");
        Self { delay: Duration::ZERO, content: Content::Whole { status, media_type: "text/html", body } }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match &self.content {
            Content::Whole { status, .. } => *status,
            Content::Events { .. } => StatusCode::OK,
        }
    }

    /// Waits and makes the response. `held` lives as long as the response is being sent.
    pub async fn respond<T: Send + Sync + 'static>(self, held: T) -> Response {
        tokio::time::sleep(self.delay).await;
        match self.content {
            Content::Whole { status, media_type, body } => {
                Response::builder().status(status).content_type(media_type).body(body)
            }
            Content::Events { events, pace, cut } => Response::builder()
                .content_type("text/event-stream")
                .header("X-Accel-Buffering", "no")
                .body(Body::from_bytes_stream(paced(events, pace, cut, Arc::new(held)))),
        }
    }
}

fn paced<T: Send + Sync + 'static>(
    events: Vec<String>,
    pace: Duration,
    cut: bool,
    held: Arc<T>,
) -> impl Stream<Item = io::Result<String>> + Send {
    let events = stream::iter(events).then(move |event| {
        let held = Arc::clone(&held);
        async move {
            if !pace.is_zero() {
                tokio::time::sleep(pace).await;
            }
            drop(held);
            Ok(event)
        }
    });
    events.chain(stream::iter(cut.then(|| Err(broken()))))
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the stand-in breaks the connection")
}

/// Reads a request of the demo's server and has it answered.
pub(super) async fn take(mut request: poem::Request, answer: impl FnOnce(Call<'_>) -> Answer) -> Answer {
    let body = request.take_body().into_bytes_limit(MAX_BODY).await.unwrap_or_default();
    let uri = request.uri().clone();
    answer(Call {
        method: &request.method().clone(),
        path: uri.path(),
        query: uri.query().unwrap_or(""),
        headers: request.headers(),
        body: &body,
    })
}

/// Bytes of a body that a stand-in reads; a longer one counts as empty.
const MAX_BODY: usize = 4 * 1024 * 1024;
