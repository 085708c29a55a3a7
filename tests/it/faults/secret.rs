//! Secrets and what Nextcloud's refusals of a signature lead to.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::demo::talk::TalkFault;
use wiremock::matchers::{body_string_contains, path, path_regex};
use wiremock::{Mock, ResponseTemplate};

use super::fault::Fault;
use super::talk::{ASK, talk_25};
use crate::support::exceptions::saying;

const OTHER: &str = "another secret of the tests, as long as Talk wants it";

/// Talk hears of the sign on the question long before its answer is there: so it is certain what it refuses first.
async fn refusing(fault: Fault, by: TalkFault) -> Fault {
    fault.scene.talk.server().set_fault(by);
    let later = saying("later").set_delay(Duration::from_mins(1));
    let answer = Mock::given(path_regex("/chat/completions$")).and(body_string_contains("hello"));
    answer.respond_with(later).with_priority(1).mount(fault.scene.model.mock()).await;
    fault
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_not_talks() {
    let fault = Fault::of("`BOT_SECRET` is not the one of `occ talk:bot:install`").await;
    fault.set("BOT_SECRET", OTHER).asked_in_vain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_suspected_is_not_shown_to_talk() {
    let fault = Fault::of("the same, with `--room` and Talk 25").await;
    talk_25(&fault.scene.talk, None).await;
    let refused = Mock::given(path(ASK)).respond_with(ResponseTemplate::new(401));
    refused.with_priority(1).expect(0).mount(fault.scene.talk.mock()).await;
    fault.set("BOT_SECRET", OTHER).in_room().asked_in_vain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_talk_refuses() {
    let fault = Fault::of("the same, before any webhook came, with `--room` and Talk 25").await;
    talk_25(&fault.scene.talk, None).await;
    fault.set("BOT_SECRET", OTHER).in_room().not_asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_the_running_service_does_not_have() {
    let fault = Fault::of("the secret was changed, the service not reloaded").await;
    fault.set_since("BOT_SECRET", OTHER).not_asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_refuses_the_signature() {
    let fault = Fault::of("the bot is not enabled in the room").await;
    refusing(fault, TalkFault::Unauthorized).await.in_room().asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_out_address() {
    let fault = Fault::of("Nextcloud has locked the address out (429)").await;
    refusing(fault, TalkFault::LockedOut).await.asked().await;
}
