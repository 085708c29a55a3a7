//! Something is wrong on the way of a webhook. The bot cannot know: nothing arrives, or nothing that it can trust.

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::fault::Fault;
use super::proxy::Proxy;
use crate::support::door::ClosedDoor;

/// The bot was installed with the URL of a server that answers so.
async fn installed_at(fault: Fault, answer: ResponseTemplate) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    fault.set("WEBHOOK_URL", format!("{}/webhook", server.uri())).not_asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_where_nobody_listens() {
    let door = ClosedDoor::new();
    let fault = Fault::of("nobody listens at the webhook's URL").await;
    fault.set("WEBHOOK_URL", format!("{}/webhook", door.url())).not_asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_is_redirected() {
    let answer = ResponseTemplate::new(308).insert_header("Location", "https://bot.example.com/webhook");
    installed_at(Fault::of("the webhook's URL is redirected").await, answer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_of_another_program() {
    let page = ResponseTemplate::new(200).set_body_raw("<html>", "text/html");
    installed_at(Fault::of("the webhook's URL is another program's").await, page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_without_the_bot() {
    let fault = Fault::of("the proxy before the bot has another target").await;
    installed_at(fault, ResponseTemplate::new(502)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_changes_the_body() {
    let fault = Fault::of("the proxy before the bot changes the body").await;
    let proxy = Proxy::start();
    fault.behind(proxy.url.clone(), move |bot| proxy.lead_to(bot)).not_asked().await;
}
