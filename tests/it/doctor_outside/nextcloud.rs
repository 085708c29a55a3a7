//! Nextcloud and its Talk: what is found, and that no more than one signed request is ever sent.

use nextcloud_opencode_bot::app::doctor::outside::nextcloud;
use nextcloud_opencode_bot::application::doctor::Outcome::{Fault, Good, Skipped};
use nextcloud_opencode_bot::application::doctor::{Doubt, Finding};
use nextcloud_opencode_bot::domain::message::RoomToken;
use serde_json::{Value, json};
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, ResponseTemplate};

use super::{has, of, settings};
use crate::support::talk::FakeTalk;
use crate::support::wire::{MockServer, outside};

const ASK: &str = "/ocs/v2.php/apps/spreed/api/v1/bot/ask-features";

fn status() -> Value {
    json!({"installed": true, "maintenance": false, "needsDbUpgrade": false, "versionstring": "35.0.0"})
}

async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(path(at)).respond_with(answer).mount(server).await;
}

/// Without `spreed`, Talk is not there.
async fn serving(status: Value, spreed: Option<Value>) -> MockServer {
    let server = MockServer::start().await;
    serve(&server, "/status.php", ResponseTemplate::new(200).set_body_json(status)).await;
    let capabilities = spreed.map_or_else(|| json!({}), |spreed| json!({"spreed": spreed}));
    let body = json!({"ocs": {"data": {"capabilities": capabilities}}});
    let answer = ResponseTemplate::new(200).set_body_json(body);
    serve(&server, "/ocs/v2.php/cloud/capabilities", answer).await;
    server
}

async fn new_talk(answer: ResponseTemplate) -> MockServer {
    let spreed = json!({"version": "25.0.0", "features": ["bots-v1", "bot-features-api"]});
    let server = serving(status(), Some(spreed)).await;
    Mock::given(method("POST")).and(path(ASK)).respond_with(answer).mount(&server).await;
    server
}

fn features(bits: u64) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"ocs": {"data": {"features": bits}}}))
}

async fn look(server: &MockServer, room: bool, doubt: Option<Doubt>) -> Vec<Finding> {
    let token = RoomToken::parse("kq7m2rtx").expect("valid");
    let settings = settings(&[("NEXTCLOUD_URL", &server.uri())]);
    nextcloud(&settings, room.then_some(&token), doubt).await
}

async fn signed(server: &MockServer) -> usize {
    let requests = server.received_requests().await.expect("recorded");
    requests.iter().filter(|it| it.headers.contains_key("X-Nextcloud-Talk-Bot-Signature")).count()
}

#[tokio::test]
async fn a_new_talk_tells_what_the_bot_may_do_by_one_signed_request() {
    let server = new_talk(features(11)).await;
    let findings = look(&server, true, None).await;
    for check in ["nextcloud", "clock", "talk", "room"] {
        assert_eq!(of(&findings, check), Good, "{findings:#?}");
    }
    assert_eq!(signed(&server).await, 1);
}

#[tokio::test]
async fn a_refusal_is_never_tried_again() {
    for (status, expected) in [(401, Fault), (429, Fault), (404, Skipped), (500, Fault), (302, Fault)] {
        let server = new_talk(ResponseTemplate::new(status)).await;
        assert_eq!(of(&look(&server, true, None).await, "room"), expected, "{status}");
        assert_eq!(signed(&server).await, 1, "{status}");
    }
}

#[tokio::test]
async fn nothing_is_signed_without_a_room_or_where_it_may_be_refused() {
    let server = new_talk(features(11)).await;
    for (room, doubt) in [(false, None), (true, Some(Doubt::Paused)), (true, Some(Doubt::OtherSecret))] {
        assert_eq!(of(&look(&server, room, doubt).await, "room"), Skipped);
    }
    assert_eq!(signed(&server).await, 0);
}

#[tokio::test]
async fn an_old_talk_is_not_asked_about_the_room() {
    let spreed = json!({"version": "22.0.8", "features": ["bots-v1"]});
    let server = serving(status(), Some(spreed)).await;
    let findings = look(&server, true, None).await;
    has(&findings, "talk", "REACTION_CONTROL=auto is off");
    has(&findings, "room", "only Talk 25");
    assert_eq!(signed(&server).await, 0);
}

#[tokio::test]
async fn a_nextcloud_without_talk_is_a_fault_of_talk() {
    let findings = look(&serving(status(), None).await, true, None).await;
    assert_eq!((of(&findings, "nextcloud"), of(&findings, "talk")), (Good, Fault));
}

#[tokio::test]
async fn maintenance_skips_what_hangs_on_it() {
    let mut status = status();
    status["maintenance"] = true.into();
    let findings = look(&serving(status, None).await, true, None).await;
    has(&findings, "nextcloud", "maintenance:mode --off");
    assert_eq!((of(&findings, "talk"), of(&findings, "room")), (Skipped, Skipped));
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(301).insert_header("Location", "https://cloud.example.com/status.php");
    Mock::given(any()).respond_with(answer).expect(1).mount(&server).await;
    has(&look(&server, true, None).await, "nextcloud", "redirects to https://cloud.example.com,");
}

#[tokio::test]
async fn a_web_page_is_no_nextcloud_and_one_below_a_path_is_named() {
    let server = MockServer::start().await;
    let page = ResponseTemplate::new(200).set_body_raw("<html>", "text/html");
    serve(&server, "/status.php", outside(page, "somebody else's server")).await;
    has(&look(&server, false, None).await, "nextcloud", "trusted_domains");
    serve(&server, "/nextcloud/status.php", ResponseTemplate::new(200).set_body_json(status())).await;
    has(&look(&server, false, None).await, "nextcloud", "/nextcloud: set NEXTCLOUD_URL to");
}

#[tokio::test]
async fn a_port_without_a_server_is_told_from_the_rest() {
    let findings = nextcloud(&settings(&[]), None, None).await;
    has(&findings, "nextcloud", "refused");
    assert_eq!(of(&findings, "clock"), Skipped);
    has(&findings, "clock", "this machine has 20");
}

#[tokio::test]
async fn https_at_a_port_without_it_is_told() {
    let server = MockServer::start().await;
    let address = server.uri().replace("http:", "https:");
    let findings = nextcloud(&settings(&[("NEXTCLOUD_URL", &address)]), None, None).await;
    has(&findings, "nextcloud", "does not speak TLS");
}

#[tokio::test]
async fn the_demos_talk_is_well() {
    let talk = FakeTalk::start().await;
    let findings = nextcloud(&settings(&[("NEXTCLOUD_URL", &talk.url())]), None, None).await;
    assert_eq!((of(&findings, "nextcloud"), of(&findings, "talk")), (Good, Good), "{findings:#?}");
}
