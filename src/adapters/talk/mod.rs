//! Talk's bot API: signed posts and reactions, each tried exactly once. What matters about a failure is whether the
//! message may be in the room all the same, so every outcome is sorted into sent, not sent, and unknown.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::ACCEPT;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use super::http_client::{self, cause, read_body};
use crate::application::secrets::Secrets;
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::ports::clock::Clock;
use crate::ports::talk::{Talk, TalkError, TalkVersion};

mod inspect;
mod refusal;
mod version;

/// Holds the address.
const SETTING: &str = "NEXTCLOUD_URL";

/// Talk slows requests down by up to 25 s after failed signatures and posts them then.
const POST: Duration = Duration::from_mins(1);

/// Longest wait for what the server tells of itself.
const GLANCE: Duration = Duration::from_secs(5);

const MAX_BODY: usize = 64 * 1024;

/// Every app of a Nextcloud adds to its capabilities.
const MAX_CAPABILITIES: usize = 1024 * 1024;

/// A Nextcloud with Talk.
pub struct TalkApi {
    client: Client,
    base: Url,
    secrets: Arc<Secrets>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, Serialize)]
struct NewMessage<'a> {
    message: &'a str,
    #[serde(rename = "replyTo", skip_serializing_if = "Option::is_none")]
    reply_to: Option<i64>,
    #[serde(rename = "threadId", skip_serializing_if = "Option::is_none")]
    thread: Option<i64>,
}

/// Sent in the body to put it on, in the query to take it off.
#[derive(Debug, Serialize)]
struct Reaction<'a> {
    reaction: &'a str,
}

/// The part of `status.php` that tells whether posts are taken.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    maintenance: bool,
    #[serde(default)]
    needs_db_upgrade: bool,
}

impl TalkApi {
    /// Posts as the bot with that secret, of two the one that Talk has. A path in `base` is kept.
    #[must_use]
    pub fn new(base: Url, secrets: Arc<Secrets>, clock: Arc<dyn Clock>) -> Self {
        Self::with_limit(base, secrets, clock, POST)
    }

    fn with_limit(base: Url, secrets: Arc<Secrets>, clock: Arc<dyn Clock>, limit: Duration) -> Self {
        Self { client: http_client::build(base.as_str(), Some(limit)), base, secrets, clock }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_str().trim_end_matches('/'))
    }

    /// A request of the bot. What is protected is signed exactly as it is sent.
    fn signed(&self, method: Method, path: &str, random: &str, protected: &str) -> RequestBuilder {
        let secret = self.secrets.signing(self.clock.now());
        let url = self.url(&format!("/ocs/v2.php/apps/spreed/api/v1/bot/{path}"));
        ocs(self.client.request(method, url))
            .header("X-Nextcloud-Talk-Bot-Random", random)
            .header("X-Nextcloud-Talk-Bot-Signature", secret.sign(random, protected.as_bytes()))
    }

    /// A reply stands where its message does; only without one the thread has to be named.
    fn post_request(
        &self,
        random: &str,
        place: &Place,
        text: &str,
        reply_to: Option<MessageId>,
    ) -> RequestBuilder {
        let thread = place.thread.filter(|_| reply_to.is_none());
        let body = NewMessage {
            message: text,
            reply_to: reply_to.map(|id| id.0),
            thread: thread.map(|thread| thread.0),
        };
        self.signed(Method::POST, &format!("{}/message", place.room), random, text).json(&body)
    }

    fn reaction_request(
        &self,
        method: Method,
        random: &str,
        room: &RoomToken,
        message: MessageId,
        emoji: &str,
    ) -> RequestBuilder {
        let path = format!("{room}/reaction/{}", message.0);
        if method == Method::POST {
            return self.signed(method, &path, random, emoji).json(&Reaction { reaction: emoji });
        }
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("reaction", emoji).finish();
        self.signed(method, &format!("{path}?{query}"), random, emoji)
    }
}

fn ocs(request: RequestBuilder) -> RequestBuilder {
    request.header("OCS-APIRequest", "true").header(ACCEPT, "application/json")
}

#[async_trait]
impl Talk for TalkApi {
    async fn post(&self, place: &Place, text: &str, reply_to: Option<MessageId>) -> Result<(), TalkError> {
        let random = random()?;
        let response = self.post_request(&random, place, text, reply_to).send().await.map_err(unsent)?;
        refusal::of_post(response).await
    }

    async fn react(&self, room: &RoomToken, message: MessageId, emoji: &str) -> Result<(), TalkError> {
        let request = self.reaction_request(Method::POST, &random()?, room, message, emoji);
        refusal::of_reaction(request.send().await.map_err(unsent)?).await
    }

    async fn unreact(&self, room: &RoomToken, message: MessageId, emoji: &str) -> Result<(), TalkError> {
        let request = self.reaction_request(Method::DELETE, &random()?, room, message, emoji);
        match refusal::of_reaction(request.send().await.map_err(unsent)?).await {
            // Nobody's reaction, no such message, or no such room: it is not there.
            Err(TalkError::RoomGone) => Ok(()),
            result => result,
        }
    }

    async fn version(&self) -> Result<Option<TalkVersion>, TalkError> {
        let request = ocs(self.client.get(self.url("/ocs/v2.php/cloud/capabilities"))).timeout(GLANCE);
        let response = request.send().await.map_err(unreachable)?;
        match response.status().as_u16() {
            200..=299 => Ok(version::of_capabilities(&read_body(response, MAX_CAPABILITIES).await)),
            status @ (429 | 500..) => {
                Err(TalkError::Unavailable(format!("its capabilities answer HTTP {status}").into()))
            }
            _ => Ok(None),
        }
    }

    async fn probe(&self) -> Result<(), TalkError> {
        let request = self.client.get(self.url("/status.php")).timeout(GLANCE);
        let response = request.send().await.map_err(unreachable)?;
        status(response).await.map_err(|why| TalkError::Unavailable(why.into()))
    }
}

/// 64 characters of 256 random bits. Talk wants at least 32.
fn random() -> Result<String, TalkError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| TalkError::Unavailable(Box::new(error)))?;
    Ok(base16ct::lower::encode_string(&bytes))
}

/// For what changes nothing there.
fn unreachable(error: reqwest::Error) -> TalkError {
    TalkError::Unavailable(cause(error, SETTING))
}

/// Without a connection nothing was sent; with one, nobody knows how far it came.
fn unsent(error: reqwest::Error) -> TalkError {
    if error.is_connect() || error.is_builder() {
        return TalkError::Unavailable(cause(error, SETTING));
    }
    TalkError::Uncertain(if error.is_timeout() {
        format!("no answer within {} s", POST.as_secs())
    } else {
        "the connection was lost before an answer".to_owned()
    })
}

async fn status(response: Response) -> Result<(), String> {
    if response.status().is_redirection() {
        return Err(refusal::redirected(&response));
    }
    let code = response.status().as_u16();
    match code {
        200..=299 => {}
        400..=499 if is_untrusted(&read_body(response, MAX_BODY).await) => {
            return Err("it does not trust that name of its own; add the host of NEXTCLOUD_URL to its trusted_domains".to_owned());
        }
        400..=499 => {
            return Err(format!("its status page answers HTTP {code}; check NEXTCLOUD_URL and its path"));
        }
        _ => return Err(format!("its status page answers HTTP {code}")),
    }
    let status: Status = serde_json::from_slice(&read_body(response, MAX_BODY).await)
        .map_err(|_| "what answers is no Nextcloud; check NEXTCLOUD_URL".to_owned())?;
    if status.maintenance {
        return Err("it is in maintenance mode".to_owned());
    }
    if status.needs_db_upgrade {
        return Err("it waits for its upgrade to be finished".to_owned());
    }
    Ok(())
}

/// Whether the body of a failure is what Nextcloud says to who calls it by a host that is not among its `trusted_domains`.
fn is_untrusted(body: &[u8]) -> bool {
    /// The code of that error in Nextcloud.
    const TRUSTED_DOMAIN_ERROR: u64 = 15;
    let told: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    told["code"].as_u64() == Some(TRUSTED_DOMAIN_ERROR)
}

#[cfg(test)]
mod tests;
