//! Looks at a Nextcloud and its Talk for `doctor`, and judges nothing. All is asked without a signature, but for one
//! question that is sent only when it is called for: a refused signature feeds Talk's lock-out.

use std::time::{Duration, UNIX_EPOCH};

use reqwest::{Method, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{GLANCE, MAX_BODY, MAX_CAPABILITIES, TalkApi, is_untrusted, ocs, random, version};
use crate::adapters::http_client::{date, is_on_this_machine, read_body, redirect_origin, trouble, validity};
use crate::application::doctor::Trouble;
use crate::application::doctor::nextcloud::{Nextcloud, NextcloudFacts, StatusPage};
use crate::application::doctor::talk::{Capabilities, RoomAnswer, Spreed};
use crate::domain::message::RoomToken;

/// Below which a Nextcloud often lies.
const USUAL_PATH: &str = "/nextcloud";

/// Longest version that is shown.
const MAX_VERSION: usize = 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    installed: bool,
    maintenance: bool,
    #[serde(default)]
    needs_db_upgrade: bool,
    #[serde(default)]
    versionstring: String,
}

impl TalkApi {
    /// What the status page tells, and where there is none, whether there is one at the usual path.
    pub async fn inspect(&self) -> NextcloudFacts {
        let answer = match self.status_page("").await {
            Ok(mut page) => {
                if page.nextcloud.is_none() && page.redirect.is_none() && self.base.path() == "/" {
                    let other = self.status_page(USUAL_PATH).await.ok();
                    page.below = other.and_then(|page| page.nextcloud).map(|_| USUAL_PATH);
                }
                Ok(page)
            }
            Err(trouble) => Err(trouble),
        };
        let server = self.base.origin().ascii_serialization();
        let is_here = is_on_this_machine(self.base.as_str());
        NextcloudFacts { server, is_here, seen: self.clock.now(), answer }
    }

    async fn status_page(&self, below: &str) -> Result<StatusPage, Trouble> {
        let request = self.client.get(self.url(&format!("{below}/status.php"))).timeout(GLANCE);
        let response = request.send().await.map_err(|error| trouble(&error))?;
        let status = response.status();
        let redirect = status.is_redirection().then(|| redirect_origin(&response));
        let skew = self.skew(&response);
        let certificate = validity(&response, self.clock.now());
        let body = read_body(response, MAX_BODY).await;
        let is_untrusted = !status.is_success() && is_untrusted(&body);
        let told = serde_json::from_slice(&body).ok();
        let nextcloud = told.filter(|_| status.is_success()).as_ref().map(nextcloud);
        let status = status.as_u16();
        Ok(StatusPage { status, redirect, certificate, skew, nextcloud, is_untrusted, below: None })
    }

    fn skew(&self, response: &Response) -> Option<Duration> {
        let theirs = date(response.headers())?.duration_since(UNIX_EPOCH).ok()?;
        let ours = Duration::from_millis(u64::try_from(self.clock.now().as_millis()).ok()?);
        Some(theirs.abs_diff(ours))
    }

    /// What Nextcloud tells everybody of its Talk.
    pub async fn capabilities(&self) -> Capabilities {
        let url = self.url("/ocs/v2.php/cloud/capabilities");
        let response = match ocs(self.client.get(url)).timeout(GLANCE).send().await {
            Ok(response) => response,
            Err(error) => return Capabilities::Unreached(trouble(&error)),
        };
        if !response.status().is_success() {
            return Capabilities::Refused(response.status().as_u16());
        }
        let body: Value =
            serde_json::from_slice(&read_body(response, MAX_CAPABILITIES).await).unwrap_or_default();
        let spreed = &body["ocs"]["data"]["capabilities"]["spreed"];
        let features = spreed["features"].as_array();
        let has = |name: &str| features.is_some_and(|all| all.iter().any(|feature| feature == name));
        Capabilities::Told(spreed.is_object().then(|| Spreed {
            version: spreed["version"].as_str().and_then(version::parse),
            takes_bots: has("bots-v1"),
            tells_features: has("bot-features-api"),
        }))
    }

    /// What the bot may do in that room. Signed, and sent once: a refusal must never be tried again.
    pub async fn ask_features(&self, room: &RoomToken) -> RoomAnswer {
        let Ok(random) = random() else { return RoomAnswer::Unreached(Trouble::Lost) };
        let request = self.signed(Method::POST, "ask-features", &random, room.as_str());
        let response = match request.json(&json!({"token": room.as_str()})).send().await {
            Ok(response) => response,
            Err(error) => return RoomAnswer::Unreached(trouble(&error)),
        };
        if response.status().as_u16() != 200 {
            return RoomAnswer::Status(response.status().as_u16());
        }
        let body: Value = serde_json::from_slice(&read_body(response, MAX_BODY).await).unwrap_or_default();
        body["ocs"]["data"]["features"].as_u64().map_or(RoomAnswer::Garbled, RoomAnswer::Features)
    }
}

fn nextcloud(told: &Told) -> Nextcloud {
    let is_of_version = |char: &char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-');
    Nextcloud {
        version: told.versionstring.chars().filter(is_of_version).take(MAX_VERSION).collect(),
        installed: told.installed,
        maintenance: told.maintenance,
        needs_upgrade: told.needs_db_upgrade,
    }
}
