//! A model whose first answer stops in the middle of the stream and never goes on.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::stream::{self, StreamExt};
use nextcloud_opencode_bot::adapters::demo::{Pace, ScriptedModel};
use nextcloud_opencode_bot::adapters::http;
use poem::{Body, Endpoint, Response, endpoint::make};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::process::DEADLINE;

/// A running one.
pub(crate) struct HalfModel {
    /// What it was asked.
    pub(crate) script: Arc<ScriptedModel>,
    address: String,
    silent: Arc<Notify>,
    _server: JoinSet<()>,
}

impl HalfModel {
    /// Starts on the current runtime.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}/v1", listener.local_addr().expect("bound"));
        let (script, silent) = (ScriptedModel::new(Pace::INSTANT), Arc::<Notify>::default());
        let mut server = JoinSet::new();
        let endpoint = halved(&script, Arc::clone(&silent));
        server.spawn(http::run(listener, endpoint, CancellationToken::new()));
        Self { script, address, silent, _server: server }
    }

    /// Its base address.
    pub(crate) fn url(&self) -> &str {
        &self.address
    }

    /// Returns once half of the first answer is sent.
    pub(crate) async fn is_silent(&self) {
        timeout(DEADLINE, self.silent.notified()).await.expect("it was asked");
    }
}

fn halved(script: &Arc<ScriptedModel>, silent: Arc<Notify>) -> impl Endpoint + 'static {
    let (whole, first) = (Arc::new(script.endpoint()), Arc::new(AtomicBool::new(true)));
    make(move |request| {
        let (whole, first, silent) = (Arc::clone(&whole), Arc::clone(&first), Arc::clone(&silent));
        async move {
            let chat = request.uri().path().ends_with("/chat/completions");
            let response = whole.call(request).await?;
            if chat && first.swap(false, Ordering::Relaxed) {
                half(response, silent).await
            } else {
                Ok(response)
            }
        }
    })
}

async fn half(mut response: Response, silent: Arc<Notify>) -> poem::Result<Response> {
    let body = response.take_body().into_bytes().await?;
    let sent = stream::iter([Ok::<_, std::io::Error>(body.slice(..body.len() / 2))]);
    let silence = stream::once(async move {
        silent.notify_one();
        std::future::pending().await
    });
    response.set_body(Body::from_bytes_stream(sent.chain(silence)));
    Ok(response)
}
