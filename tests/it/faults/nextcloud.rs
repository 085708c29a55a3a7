//! `NEXTCLOUD_URL` leads nowhere, to something else, or to a Nextcloud that takes nothing now.

use serde_json::{Value, json};
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::fault::Fault;
use crate::support::door::ClosedDoor;

/// Too long a word for a name: no server has to be asked whether it has an address.
const NO_NAME: &str =
    "http://a-word-that-is-longer-than-any-part-of-a-name-may-be-in-the-whole-wide-world.example";

async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(path(at)).respond_with(answer).mount(server).await;
}

async fn always(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

fn page(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("<html>", "text/html")
}

fn status() -> Value {
    json!({"installed": true, "maintenance": false, "needsDbUpgrade": false, "versionstring": "35.0.0"})
}

/// A Nextcloud that takes nothing, and answers so to everything but its status page.
async fn closed(word: &str) -> MockServer {
    let server = MockServer::start().await;
    let mut status = status();
    status[word] = true.into();
    serve(&server, "/status.php", ResponseTemplate::new(200).set_body_json(status)).await;
    Mock::given(any()).respond_with(page(503)).with_priority(6).mount(&server).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nextcloud_that_does_not_run() {
    let door = ClosedDoor::new();
    Fault::of("nobody listens at `NEXTCLOUD_URL`").await.set("NEXTCLOUD_URL", door.url()).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_without_an_address() {
    Fault::of("the name in `NEXTCLOUD_URL` has no address").await.set("NEXTCLOUD_URL", NO_NAME).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn https_where_there_is_http() {
    let fault = Fault::of("`NEXTCLOUD_URL` has https where there is http").await;
    let url = fault.scene.talk.url().replace("http:", "https:");
    fault.set("NEXTCLOUD_URL", url).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn http_where_https_is_redirected_to() {
    let answer = ResponseTemplate::new(301).insert_header("Location", "https://cloud.example.com/");
    let server = always(answer).await;
    let fault = Fault::of("`NEXTCLOUD_URL` has http and is redirected to https").await;
    fault.set("NEXTCLOUD_URL", server.uri()).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nextcloud_below_a_path() {
    let server = MockServer::start().await;
    serve(&server, "/nextcloud/status.php", ResponseTemplate::new(200).set_body_json(status())).await;
    Mock::given(any()).respond_with(page(404)).with_priority(6).mount(&server).await;
    let fault = Fault::of("`NEXTCLOUD_URL` lacks its path, such as /nextcloud").await;
    fault.set("NEXTCLOUD_URL", server.uri()).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_instead_of_nextcloud() {
    let server = always(page(200)).await;
    let fault = Fault::of("a web page answers at `NEXTCLOUD_URL`").await;
    fault.set("NEXTCLOUD_URL", server.uri()).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nextcloud_does_not_trust() {
    let server = always(page(400)).await;
    let error = json!({"error": "Trusted domain error.", "code": 15});
    let answer =
        Mock::given(path("/status.php")).respond_with(ResponseTemplate::new(400).set_body_json(error));
    answer.with_priority(1).mount(&server).await;
    let fault = Fault::of("the host of `NEXTCLOUD_URL` is not among its trusted_domains").await;
    fault.set("NEXTCLOUD_URL", server.uri()).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nextcloud_in_maintenance() {
    let server = closed("maintenance").await;
    let fault = Fault::of("Nextcloud is in maintenance mode").await;
    fault.set("NEXTCLOUD_URL", server.uri()).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nextcloud_that_waits_for_its_upgrade() {
    let server = closed("needsDbUpgrade").await;
    let fault = Fault::of("Nextcloud's upgrade is not finished").await;
    fault.set("NEXTCLOUD_URL", server.uri()).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_far_off() {
    let fault = Fault::of("one of the clocks is days off").await;
    let date = ResponseTemplate::new(200).insert_header("Date", "Tue, 01 Jan 2019 00:00:00 GMT");
    let answer = Mock::given(path("/status.php")).respond_with(date.set_body_json(status()));
    answer.with_priority(1).mount(fault.scene.talk.mock()).await;
    fault.asked().await;
}
