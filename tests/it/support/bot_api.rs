//! The bot's side of Talk as the service uses it, for tests that speak to a Talk by themselves.

use std::sync::Arc;

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::talk::TalkApi;
use nextcloud_opencode_bot::application::secrets::Secrets;
use nextcloud_opencode_bot::domain::signature::BotSecret;

/// The bot with that secret, at a Nextcloud of that address.
pub(crate) fn bot_api(nextcloud: &str, secret: impl Into<Vec<u8>>) -> TalkApi {
    let secrets = Secrets::new(BotSecret::new(secret).expect("length"), None);
    TalkApi::new(nextcloud.parse().expect("an address"), Arc::new(secrets), Arc::new(SystemClock))
}
