//! Looks at each model server for `doctor`, and judges nothing: what it says of itself, and one short question in the
//! shape of the bot's own.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use super::base_url::BaseUrl;
use super::endpoint::Endpoint;
use super::limits;
use super::settings::ModelSettings;
use crate::adapters::clock::Stopwatch;
use crate::adapters::http_client::{self, trouble};
use crate::application::doctor::model::{ModelFacts, Problem, Trial};
use crate::domain::conversation::ConversationId;
use crate::domain::message::RoomToken;
use crate::domain::prompt::Prompt;
use crate::ports::clock::Clock;
use crate::ports::model::{ModelError, ModelRequest};

/// Enough to see words come one after the other.
const ANSWER: u32 = 32;

/// Longest name of a model that is shown.
const MAX_NAME: usize = 80;

/// Looks at every server of the settings. A server's answer may take as long as `limit`.
pub async fn inspect(settings: &ModelSettings, clock: &Arc<dyn Clock>, limit: Duration) -> Vec<ModelFacts> {
    let looks = settings.base_urls.iter().map(|base| look(base, settings, Arc::clone(clock), limit));
    join_all(looks).await
}

async fn look(
    base: &BaseUrl,
    settings: &ModelSettings,
    clock: Arc<dyn Clock>,
    limit: Duration,
) -> ModelFacts {
    // Without the reuse of slots the question takes no room's cache away.
    let short =
        ModelSettings { max_tokens: ANSWER.min(settings.max_tokens), cache_reuse: 0, ..settings.clone() };
    let client = http_client::build(&base.chat(), None);
    let endpoint = Endpoint::new(client, base.clone(), Arc::new(short), Arc::clone(&clock));
    let mut facts = ModelFacts {
        server: server(base),
        has_key: settings.api_key.get().is_some(),
        problem: endpoint.probe().await.err().map(problem),
        certificate: None,
        is_api: false,
        wanted: settings.model.clone(),
        names: None,
        serves_any_name: false,
        context_tokens: settings.context_tokens,
        slots: settings.slots,
        max_tokens: settings.max_tokens,
        trial: None,
    };
    if facts.problem.is_some() {
        return facts;
    }
    facts.certificate = endpoint.validity(clock.now()).await;
    let (models, told) =
        tokio::join!(endpoint.models(), timeout(limit, limits::ask(&endpoint, &settings.model)));
    let told = told.ok().flatten();
    facts.is_api = told.is_some();
    facts.names = models.as_ref().and_then(names);
    // A router of several models is a llama-server as well, and heeds the name.
    let is_llama = endpoint.is_llama().await;
    facts.serves_any_name = is_llama && facts.names.as_ref().is_some_and(|names| names.len() == 1);
    let told = told.unwrap_or_default();
    facts.context_tokens = facts.context_tokens.or(told.context_tokens);
    facts.slots = facts.slots.or(told.slots);
    if facts.is_api {
        facts.trial = Some(trial(&endpoint, limit).await);
    }
    facts
}

async fn trial(endpoint: &Endpoint, limit: Duration) -> Trial {
    let room = RoomToken::parse("doctor").expect("letters");
    let prompt = Prompt::assemble("You are a helpful assistant.", &[], "Count from 1 to 20.");
    let request = ModelRequest { conversation: ConversationId { place: room.into(), epoch: 0 }, prompt };
    let watch = Stopwatch::start();
    let result = timeout(limit, endpoint.complete(&request)).await;
    let result = result.unwrap_or(Err(ModelError::TimedOut(limit))).map_err(problem);
    Trial { result, took: watch.elapsed() }
}

fn problem(error: ModelError) -> Problem {
    let trouble = matches!(error, ModelError::Unreachable(_)).then(|| trouble(&error));
    Problem { error, trouble }
}

/// Host and port.
fn server(base: &BaseUrl) -> String {
    let url = Url::parse(&base.chat()).ok();
    let parts = url.as_ref().and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
    parts.map_or_else(String::new, |(host, port)| format!("{host}:{port}"))
}

/// Names and other names of its models.
fn names(models: &Value) -> Option<Vec<Vec<String>>> {
    let of = |entry: &Value| {
        let aliases = entry["aliases"].as_array().into_iter().flatten();
        let all = std::iter::once(&entry["id"]).chain(aliases).filter_map(Value::as_str);
        all.map(printable).collect::<Vec<_>>()
    };
    let names = models["data"].as_array()?.iter().map(of).filter(|names| !names.is_empty());
    Some(names.collect())
}

fn printable(name: &str) -> String {
    name.chars().filter(|char| !char.is_control()).take(MAX_NAME).collect()
}
