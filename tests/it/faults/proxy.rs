//! What stands between Talk and the bot, and does not hand on what it is given.

use std::net::TcpListener;
use std::sync::{Arc, OnceLock};

use nextcloud_opencode_bot::adapters::{http, http_client};
use poem::endpoint::make;
use poem::{Request, Response};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::process::DEADLINE;

/// Writes every body anew: the same JSON, in other bytes.
pub(super) struct Proxy {
    /// Where Talk posts its webhooks.
    pub(super) url: String,
    bot: Arc<OnceLock<String>>,
    _server: JoinSet<()>,
}

impl Proxy {
    /// Starts on the current runtime.
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/webhook", listener.local_addr().expect("bound"));
        let bot = Arc::<OnceLock<String>>::default();
        let target = Arc::clone(&bot);
        let endpoint = make(move |request: Request| {
            let target = Arc::clone(&target);
            async move { Ok::<_, poem::Error>(rewritten(request, target.get().expect("the bot runs")).await) }
        });
        let mut server = JoinSet::new();
        server.spawn(http::run(listener, endpoint, CancellationToken::new()));
        Self { url, bot, _server: server }
    }

    /// The bot behind it.
    pub(super) fn lead_to(&self, bot: &str) {
        self.bot.set(bot.to_owned()).expect("one bot");
    }
}

async fn rewritten(mut request: Request, bot: &str) -> Response {
    let body = request.take_body().into_bytes().await.expect("a whole body");
    let json: Value = serde_json::from_slice(&body).expect("JSON");
    let mut headers = request.headers().clone();
    for name in ["content-length", "host"] {
        headers.remove(name);
    }
    let client = http_client::build(bot, Some(DEADLINE));
    let sent = client.post(format!("{bot}/webhook")).headers(headers).body(json.to_string()).send().await;
    let answer = sent.expect("the bot runs");
    let status = answer.status();
    Response::builder().status(status).body(answer.bytes().await.expect("a whole answer"))
}
