//! The two servers around the service as stand-ins that cost next to nothing: a model that answers at once, a Talk
//! that takes everything at once, and a server that takes connections and never answers.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use super::stand_in::Answer;

/// How long the model of the latency bench thinks: reactions are done by then, as with any real model.
const THINKING: Duration = Duration::from_millis(30);

/// Takes connections and never answers. Lives as long as the process.
pub(crate) fn silent() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::mem::forget(listener);
    address
}

/// A model that answers at once.
pub(crate) fn model(line: &str, _body: &[u8]) -> Answer {
    if line.contains("/chat/completions") { stream(Duration::ZERO) } else { not_found() }
}

/// A model that answers after a moment.
pub(crate) fn thinking_model(line: &str, _body: &[u8]) -> Answer {
    if line.contains("/chat/completions") { stream(THINKING) } else { not_found() }
}

/// A Talk that takes everything.
pub(crate) fn talk(line: &str, _body: &[u8]) -> Answer {
    if line.contains("/bot/") {
        let status = if line.starts_with("POST") { "201 Created" } else { "200 OK" };
        json(status, r#"{"ocs":{"meta":{"status":"ok"},"data":[]}}"#)
    } else if line.contains("/status.php") {
        json("200 OK", r#"{"installed":true,"maintenance":false,"needsDbUpgrade":false}"#)
    } else {
        json("200 OK", r#"{"ocs":{"data":{"capabilities":{"spreed":{"version":"22.0.9"}}}}}"#)
    }
}

fn stream(after: Duration) -> Answer {
    let body = concat!(
        r#"data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"It is green."}}]}"#,
        "\n\n",
        r#"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        "\n\n",
        r#"data: {"choices":[],"usage":{"prompt_tokens":90,"completion_tokens":4}}"#,
        "\n\ndata: [DONE]\n\n",
    );
    Answer { status: "200 OK", media_type: "text/event-stream", body: body.to_owned(), after }
}

fn not_found() -> Answer {
    json("404 Not Found", r#"{"error":{"code":404,"message":"no such route"}}"#)
}

fn json(status: &'static str, body: &str) -> Answer {
    Answer { status, media_type: "application/json", body: body.to_owned(), after: Duration::ZERO }
}
