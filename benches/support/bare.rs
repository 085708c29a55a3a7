//! A server of the same web framework with one route that does what cannot be left out: read a body within the limit
//! and check its signature. What the service takes longer than this is its own doing.

use std::net::SocketAddr;
use std::sync::Arc;

use nextcloud_opencode_bot::domain::signature::BotSecret;
use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::{Request, Response, Route, Server, endpoint};
use tokio::runtime::Runtime;

use super::door;
use super::webhook::SECRET;

const LONGEST_BODY: usize = 2 * 1024 * 1024;

/// Starts it. It ends with the runtime.
pub(crate) fn start(runtime: &Runtime) -> SocketAddr {
    let (listener, address) = door::open();
    let secret = Arc::new(BotSecret::new(SECRET).expect("its length is right"));
    let webhook = endpoint::make(move |request| answer(Arc::clone(&secret), request));
    drop(runtime.spawn(async move {
        let acceptor = TcpAcceptor::from_std(listener).expect("a listener");
        Server::new_with_acceptor(acceptor).run(Route::new().at("/webhook", poem::post(webhook))).await
    }));
    address
}

async fn answer(secret: Arc<BotSecret>, request: Request) -> poem::Result<Response> {
    let header = |name| request.header(name).unwrap_or_default().to_owned();
    let (random, signature) = (header("X-Nextcloud-Talk-Random"), header("X-Nextcloud-Talk-Signature"));
    let body = request.into_body().into_bytes_limit(LONGEST_BODY).await?;
    if !secret.verify(&random, &body, &signature) {
        return Ok(StatusCode::UNAUTHORIZED.into());
    }
    let answer = r#"{"status":"ignored","reason":"not_addressed"}"#;
    Ok(Response::builder().content_type("application/json").body(answer))
}
