//! The page for the browser and the little API behind it. Only the page itself may call it: it takes JSON, which no
//! other site can send here without being asked first.

mod view;

use std::sync::Arc;
use std::time::Duration;

use poem::http::{StatusCode, header};
use poem::web::{Data, Json, Query};
use poem::{Endpoint, IntoResponse, Response, Route, get, handler, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::live::{Action, DemoTalk, ModelSide};
use super::model::ModelFault;
use super::talk::{Release, TalkFault};
use view::View;

const HTML: &str = include_str!("page.html");
const STYLE: &str = concat!(
    include_str!("style/page.css"),
    include_str!("style/messages.css"),
    include_str!("style/small.css")
);
const SCRIPT: &str = concat!(
    include_str!("script/base.js"),
    include_str!("script/room.js"),
    include_str!("script/messages.js"),
    include_str!("script/reactions.js"),
    include_str!("script/composer.js"),
    include_str!("script/commands.js"),
    include_str!("script/faults.js"),
    include_str!("script/start.js"),
);

/// How long a page's request for news stays open.
const NEWS_PATIENCE: Duration = Duration::from_secs(10);

/// The page.
pub(super) fn page() -> impl Endpoint {
    get(html)
}

/// What the page calls, below `/demo`.
pub(super) fn api() -> Route {
    Route::new().at("/view", get(news)).at("/act", post(act)).at("/faults", post(faults))
}

/// The page with a policy that lets it talk to its own origin and run its own script alone.
#[handler]
fn html() -> Response {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    let nonce = base16ct::lower::encode_string(&bytes);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, policy)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::REFERRER_POLICY, "no-referrer")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(HTML.replace("{{nonce}}", &nonce).replace("{{style}}", STYLE).replace("{{script}}", SCRIPT))
}

/// What the page shows now, and what it has seen of it.
#[derive(Debug, Deserialize)]
struct Seen {
    room: String,
    #[serde(default)]
    revision: u64,
}

/// The room and everything around it, as soon as there is something new.
#[handler]
async fn news(Query(seen): Query<Seen>, Data(talk): Data<&Arc<DemoTalk>>) -> Json<View> {
    talk.changes().after(seen.revision, NEWS_PATIENCE).await;
    Json(View::of(talk, &seen.room))
}

/// Returns when the bot has answered, as the sender's request in Talk does.
#[handler]
async fn act(Json(action): Json<Action>, Data(talk): Data<&Arc<DemoTalk>>) -> Response {
    match talk.act(action).await {
        Ok(message) => Json(json!({"message": message})).into_response(),
        Err(why) => {
            Json(json!({"error": why.to_string()})).with_status(StatusCode::BAD_REQUEST).into_response()
        }
    }
}

/// What is to go wrong.
#[derive(Debug, Deserialize)]
struct Faults {
    talk: TalkFault,
    #[serde(default)]
    model: ModelFault,
    /// Talk's version, where it is to be another.
    release: Option<String>,
}

#[handler]
fn faults(Json(faults): Json<Faults>, Data(talk): Data<&Arc<DemoTalk>>) -> Json<Value> {
    talk.server().set_fault(faults.talk);
    if let Some(release) = faults.release.as_deref().and_then(Release::of_talk) {
        talk.server().set_release(release);
    }
    if let ModelSide::Scripted(model) = talk.model() {
        model.set_fault(faults.model);
    }
    talk.changes().bump();
    Json(json!({}))
}

#[cfg(test)]
mod tests;
