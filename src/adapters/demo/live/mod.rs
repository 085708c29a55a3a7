//! The stand-in Talk at work: people's messages go in, signed webhooks go out, and the sender waits for the bot's
//! answer as in the real one.

mod deed;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use poem::endpoint::make;
use poem::http::header::{HeaderMap, HeaderName, HeaderValue};
use poem::{Endpoint, EndpointExt, Route};
use serde::Deserialize;
use tokio_util::task::TaskTracker;
use url::Url;

use super::changes::Changes;
use super::exchange::take;
use super::model::ScriptedModel;
use super::page;
use super::talk::{Delays, Delivery, NotSaid, Progress, TalkServer, Webhook};
use crate::adapters::http_client;
use crate::domain::signature::BotSecret;
use crate::ports::clock::Clock;
use deed::Done;

pub use deed::{Action, Deed};

/// Talk gives a bot this long and asks once.
const PATIENCE: Duration = Duration::from_secs(5);

/// The bot that is installed in the stand-in.
#[derive(Debug, Clone)]
pub struct DemoBot {
    /// Its name, without `@`.
    pub name: String,
    /// Shared with the service.
    pub secret: BotSecret,
    /// Where the service takes webhooks.
    pub webhook_url: Url,
    /// The stand-in's own address, as the service knows it.
    pub backend: String,
}

/// Where the answers come from.
#[derive(Debug, Clone)]
pub enum ModelSide {
    /// The stand-in.
    Scripted(Arc<ScriptedModel>),
    /// A real server, by its address.
    Real(String),
}

/// A Talk with a page.
pub struct DemoTalk {
    server: Mutex<TalkServer>,
    bot_name: String,
    webhook_url: Url,
    model: ModelSide,
    changes: Changes,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    deliveries: TaskTracker,
}

impl DemoTalk {
    /// A server with the bot in every room. Nothing is sent before somebody speaks or `announce` is called.
    #[must_use]
    pub fn new(bot: DemoBot, model: ModelSide, clock: Arc<dyn Clock>) -> Arc<Self> {
        let changes = match &model {
            ModelSide::Scripted(model) => model.changes().clone(),
            ModelSide::Real(_) => Changes::default(),
        };
        let server = TalkServer::new(&bot.name, bot.secret, &bot.webhook_url, &bot.backend, Delays::Real);
        let client = http_client::build(bot.webhook_url.as_str(), Some(PATIENCE));
        Arc::new(Self {
            server: Mutex::new(server),
            bot_name: bot.name,
            webhook_url: bot.webhook_url,
            model,
            changes,
            client,
            clock,
            deliveries: TaskTracker::new(),
        })
    }

    /// Tells the bot the rooms that it is in. Call it once the service listens.
    pub async fn announce(&self) {
        let tokens: Vec<String> = self.server().rooms().iter().map(|room| room.token.clone()).collect();
        for token in tokens {
            let webhook = self.server().enable_bot(&token);
            if let Some(webhook) = webhook {
                self.deliver(&webhook).await;
            }
        }
    }

    /// The whole server: the page at `/`, the page's own API below `/demo`, and what a Nextcloud answers.
    pub fn endpoint(self: &Arc<Self>) -> impl Endpoint + 'static {
        Route::new()
            .at("/", page::page())
            .nest("/demo", page::api().data(Arc::clone(self)))
            .at("/ocs/*path", self.nextcloud())
            .at("/status.php", self.nextcloud())
    }

    fn nextcloud(self: &Arc<Self>) -> impl Endpoint + 'static {
        let talk = Arc::clone(self);
        make(move |request| {
            let talk = Arc::clone(&talk);
            async move {
                let answer = take(request, |call| talk.server().answer(&call, talk.clock.now())).await;
                talk.changes.bump();
                // The bot's call waits while it is told of its own reaction.
                let echoes = talk.server().take_echoes();
                for webhook in &echoes {
                    talk.deliver(webhook).await;
                }
                answer.respond(()).await
            }
        })
    }

    /// Does what a person asks for and, like Talk, returns only when the bot has answered the webhooks. It goes on
    /// when the caller is gone. Returns the message that was made or changed.
    pub async fn act(self: &Arc<Self>, action: Action) -> Result<Option<i64>, NotSaid> {
        let Done { message, webhooks } = action.apply(&mut self.server(), self.clock.now())?;
        self.changes.bump();
        let talk = Arc::clone(self);
        let deliveries = self.deliveries.spawn(async move {
            let mut shown_at = message.filter(|_| action.deed.makes_a_message());
            for webhook in &webhooks {
                let delivery = talk.deliver(webhook).await;
                // Only the first one is about the message itself.
                if let Some(message) = shown_at.take() {
                    talk.server().delivered(&action.room, message, delivery);
                }
                talk.changes.bump();
            }
        });
        // A failed delivery task changes nothing for the person: the message is in the room.
        drop(deliveries.await);
        Ok(message)
    }

    /// One try, whatever becomes of it.
    async fn deliver(&self, webhook: &Webhook) -> Delivery {
        let headers = self.headers(webhook);
        let start = self.clock.now();
        let request = self.client.post(self.webhook_url.clone()).headers(headers).body(webhook.body.clone());
        let response = request.send().await;
        let took = self.clock.now().since(start);
        match response {
            Ok(response) => {
                let status = response.status().as_u16();
                let verdict: Verdict = response.json().await.unwrap_or_default();
                Delivery::Answered { status, took, verdict: verdict.status, reason: verdict.reason }
            }
            Err(_) => Delivery::Lost { took },
        }
    }

    fn headers(&self, webhook: &Webhook) -> HeaderMap {
        let server = self.server();
        let headers = webhook.headers(server.secret(), &random(), server.backend());
        let pair = |(name, value): (&'static str, String)| {
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(&value).ok()?))
        };
        headers.into_iter().filter_map(pair).collect()
    }

    /// How far the bot is with each room.
    pub(super) fn progress(&self) -> Vec<Progress> {
        let writing = match &self.model {
            ModelSide::Scripted(model) => Some(model.writing()),
            ModelSide::Real(_) => None,
        };
        self.server().progress(writing)
    }

    pub(super) fn server(&self) -> MutexGuard<'_, TalkServer> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn bot_name(&self) -> &str {
        &self.bot_name
    }

    pub(super) fn model(&self) -> &ModelSide {
        &self.model
    }

    pub(super) fn changes(&self) -> &Changes {
        &self.changes
    }
}

/// The bot's word for what it does with a webhook. Talk never reads it; the page shows it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Verdict {
    status: String,
    reason: Option<String>,
}

/// 64 characters, as Nextcloud draws them.
fn random() -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 64)])).collect()
}

#[cfg(test)]
mod tests;
