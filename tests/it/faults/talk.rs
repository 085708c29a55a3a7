//! Nextcloud is well, but its Talk is not there, too old, or keeps something from the bot.

use serde_json::{Value, json};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, ResponseTemplate};

use super::fault::Fault;
use crate::support::talk::FakeTalk;

/// Where the bot asks what it may do.
pub(crate) const ASK: &str = "/ocs/v2.php/apps/spreed/api/v1/bot/ask-features";

/// Tells that of its Talk, instead of what is so.
async fn telling(talk: &FakeTalk, capabilities: Value) {
    let version = json!({"major": 35, "minor": 0, "micro": 0, "string": "35.0.0", "edition": ""});
    let meta = json!({"status": "ok", "statuscode": 200, "message": "OK"});
    let body = json!({"ocs": {"meta": meta, "data": {"version": version, "capabilities": capabilities}}});
    let answer = ResponseTemplate::new(200).set_body_json(body);
    let told = Mock::given(path("/ocs/v2.php/cloud/capabilities")).respond_with(answer);
    told.with_priority(1).mount(talk.mock()).await;
}

/// Has no route for bots.
async fn without_bots(talk: &FakeTalk) {
    let meta = json!({"status": "failure", "statuscode": 998, "message": "Invalid query"});
    let body = json!({"ocs": {"meta": meta, "data": []}});
    let answer = ResponseTemplate::new(404).set_body_json(body);
    let bots = Mock::given(path_regex("/apps/spreed/api/v1/bot/")).respond_with(answer);
    bots.with_priority(1).mount(talk.mock()).await;
}

/// A Talk that can tell what the bot may do, and does so where it is given.
pub(crate) async fn talk_25(talk: &FakeTalk, features: Option<u64>) {
    let spreed = json!({"version": "25.0.0", "features": ["bots-v1", "bot-features-api"]});
    telling(talk, json!({"spreed": spreed})).await;
    let Some(features) = features else { return };
    let meta = json!({"status": "ok", "statuscode": 200, "message": "OK"});
    let body = json!({"ocs": {"meta": meta, "data": {"features": features}}});
    let answer = ResponseTemplate::new(200).set_body_json(body);
    let told = Mock::given(method("POST")).and(path(ASK)).respond_with(answer);
    told.with_priority(1).mount(talk.mock()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talk_that_is_off() {
    let fault = Fault::of("Talk is switched off").await;
    telling(&fault.scene.talk, json!({})).await;
    without_bots(&fault.scene.talk).await;
    fault.asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talk_without_bots() {
    let fault = Fault::of("Talk is older than 17.1").await;
    let spreed = json!({"version": "16.0.5", "features": ["reactions"]});
    telling(&fault.scene.talk, json!({"spreed": spreed})).await;
    without_bots(&fault.scene.talk).await;
    fault.asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talk_that_names_the_wrong_person() {
    let fault = Fault::of("Talk names the wrong person for a reaction").await;
    telling(&fault.scene.talk, json!({"spreed": {"version": "22.0.8", "features": ["bots-v1"]}})).await;
    fault.asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_may_not_answer() {
    let fault = Fault::of("the bot lacks the feature `response`").await;
    talk_25(&fault.scene.talk, Some(9)).await;
    fault.in_room().not_asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_never_called() {
    let fault = Fault::of("the bot has the feature `event`").await;
    talk_25(&fault.scene.talk, Some(15)).await;
    fault.in_room().not_asked().await;
}
