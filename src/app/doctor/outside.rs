//! The checks of `doctor` that look at the two servers outside: Nextcloud with its Talk, and the model. Each server is
//! looked at by its adapter and judged by the application.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::adapters::clock::SystemClock;
use crate::adapters::http_client::proxy_to;
use crate::adapters::openai;
use crate::adapters::talk::TalkApi;
use crate::application::doctor::{
    Doubt, Finding, Way, judge_in_order, judge_proxies, judge_sharing, model as models,
    nextcloud as nextclouds, talk,
};
use crate::application::secrets::Secrets;
use crate::domain::message::RoomToken;
use crate::ports::clock::Clock;
use crate::settings::Settings;

/// Longest wait for the model's short answer, however long real ones may take.
const ANSWER: Duration = Duration::from_mins(2);

/// By which ways the servers are asked.
#[must_use]
pub fn proxies(settings: &Settings) -> Vec<Finding> {
    let models = settings.model.base_urls.iter().map(|url| ("MODEL_BASE_URL", url.api()));
    let nextcloud = [("NEXTCLOUD_URL", settings.nextcloud_url.as_str())];
    let webhook = settings.webhook_url.as_deref().map(|url| ("WEBHOOK_URL", url));
    let way = |(setting, address): (&'static str, &str)| {
        let host = Url::parse(address).ok()?.host_str()?.to_owned();
        Some(Way { setting, host, proxy: proxy_to(address) })
    };
    let ways: Vec<_> = nextcloud.into_iter().chain(models).chain(webhook).filter_map(way).collect();
    judge_proxies(&ways)
}

/// Looks at Nextcloud. Only where a `room` is named and its Talk can tell of it, one signed request is sent, and not
/// where there is a `doubt` that Talk would take it.
pub async fn nextcloud(settings: &Settings, room: Option<&RoomToken>, doubt: Option<Doubt>) -> Vec<Finding> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let secrets = Arc::new(Secrets::new(settings.bot_secret.clone(), settings.previous_secret.clone()));
    let api = TalkApi::new(settings.nextcloud_url.clone(), secrets, clock);
    let facts = api.inspect().await;
    let mut findings = nextclouds::judge(&facts);
    if !nextclouds::is_ready(&facts) {
        findings.extend(["talk", "room"].map(|check| Finding::skipped(check, "Nextcloud is not ready")));
        return findings;
    }
    let capabilities = api.capabilities().await;
    findings.extend(talk::judge(&capabilities));
    match (talk::spares_room(&capabilities, room.is_some(), doubt), room) {
        (None, Some(room)) => findings.extend(talk::judge_room(api.ask_features(room).await)),
        (spared, _) => findings.extend(spared),
    }
    findings
}

/// Looks at each model server, asks each one short question, and tells what they take together.
pub async fn model(settings: &Settings) -> Vec<Finding> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let facts = openai::inspect(&settings.model, &clock, settings.timeout.min(ANSWER)).await;
    let together = if settings.model.spread { judge_sharing(&facts) } else { judge_in_order(&facts) };
    facts.iter().flat_map(models::judge).chain(together).collect()
}
