//! Secrets and what Nextcloud's refusals of a signature lead to.

use nextcloud_opencode_bot::adapters::demo::talk::TalkFault;

use super::fault::Fault;
use super::talk::talk_25;

const OTHER: &str = "another secret of the tests, as long as Talk wants it";

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_not_talks() {
    let fault = Fault::of("`BOT_SECRET` is not the one of `occ talk:bot:install`").await;
    fault.set("BOT_SECRET", OTHER).asked_in_vain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_talk_refuses() {
    let fault = Fault::of("the same, with `--room` and Talk 25").await;
    talk_25(&fault.scene.talk, None).await;
    fault.set("BOT_SECRET", OTHER).in_room().asked_in_vain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_the_running_service_does_not_have() {
    let fault = Fault::of("the secret was changed, the service not reloaded").await;
    fault.set_since("BOT_SECRET", OTHER).not_asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_refuses_the_signature() {
    let fault = Fault::of("the bot is not enabled in the room").await;
    fault.scene.talk.server().set_fault(TalkFault::Unauthorized);
    fault.in_room().asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_out_address() {
    let fault = Fault::of("Nextcloud has locked the address out (429)").await;
    fault.scene.talk.server().set_fault(TalkFault::LockedOut);
    fault.asked().await;
}
