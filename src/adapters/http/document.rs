//! The `OpenAPI` document, generated from the operations, with an example for every answer.

mod common;

use std::collections::HashMap;
use std::marker::PhantomData;

use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem_openapi::registry::{MetaApi, Registry};
use poem_openapi::types::ToJSON;
use poem_openapi::{LicenseObject, OpenApi, OpenApiService};
use serde_json::{Value, json};

use super::pages::PagesApi;
use super::probes::{AdminApi, Condition, Health, HealthApi, Report};
use super::problem::{Problem, Reason};
use super::webhook::{Receipt, WebhookApi};
use crate::application::readiness::Check;
use crate::application::receive::{Ignored, Received};

const DESCRIPTION: &str = "\
A colleague in Nextcloud Talk rooms who is your own language model. This is what the bot offers: Nextcloud calls the \
webhook, the administrator the probes. What the bot itself calls is described apart.

What cannot be done is answered with a `Problem` (RFC 9457) on every path: 404 where nothing is, 405 with `Allow`, 500 \
for a defect. Only `/ready` answers 503 with its report. `HEAD` is answered like `GET`.";

/// An API without the service behind it: the document does not depend on it.
struct Described<T>(PhantomData<T>);

impl<T: OpenApi> OpenApi for Described<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, _routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {}
}

/// The operations as poem serves and describes them.
pub(super) fn service<T: OpenApi>(api: T) -> OpenApiService<T, ()> {
    OpenApiService::new(api, "Nextcloud OpenCode Bot", env!("CARGO_PKG_VERSION"))
        .description(DESCRIPTION)
        .license(LicenseObject::new("MIT"))
        .server("/")
}

fn everything() -> OpenApiService<Described<(WebhookApi, HealthApi, AdminApi, PagesApi)>, ()> {
    service(Described(PhantomData))
}

/// The `OpenAPI` 3.0 document of all routes as indented JSON with a final newline. The same for every call and
/// every machine: the repository holds a copy.
#[must_use]
pub fn document() -> String {
    format!("{:#}\n", with_examples(&everything().spec()))
}

fn with_examples(generated: &str) -> Value {
    let mut document: Value = serde_json::from_str(generated).expect("the generator writes JSON");
    common::add_to(&mut document);
    for (operation, answer, example) in examples() {
        let content = document.pointer_mut(&format!("/paths/~1{operation}/{answer}/content"));
        let types = content.and_then(Value::as_object_mut).expect("an example is for an answer that exists");
        for media in types.values_mut() {
            media["example"] = Value::from(example.clone());
        }
    }
    document
}

/// A page that shows the document and can try it out; everything it needs is in it.
pub(super) fn page() -> String {
    let service = everything();
    service.swagger_ui_html().replace(&service.spec(), &document())
}

fn examples() -> Vec<(&'static str, &'static str, Option<Value>)> {
    let problem = |reason: Reason| Problem::from(reason).to_json();
    let receipt = |received: Received| Receipt::from(received).to_json();
    let report = |model: Option<&str>| {
        let parts = [("store", None), ("worker", None), ("model", model), ("talk", None)];
        let check = |(name, problem): (_, Option<&str>)| Check {
            name,
            problem: problem.map(str::to_owned),
            endpoints: Vec::new(),
        };
        Report::from(parts.map(check).to_vec()).to_json()
    };
    let metrics = "# HELP opencode_bot_webhooks Webhooks by outcome.\n# TYPE opencode_bot_webhooks counter\n\
                   opencode_bot_webhooks_total{outcome=\"queued\"} 7\n# EOF\n";
    let mut examples = vec![
        ("webhook/post", "requestBody", Some(event())),
        ("webhook/post", "responses/200", receipt(Received::Ignored(Ignored::NotAddressed))),
        ("webhook/post", "responses/400", problem(Reason::Malformed)),
        ("webhook/post", "responses/401", problem(Reason::Unauthorized)),
        ("webhook/post", "responses/408", problem(Reason::Incomplete)),
        ("webhook/post", "responses/413", problem(Reason::TooLarge)),
        ("webhook/post", "responses/503", problem(Reason::Unavailable)),
        ("health/get", "responses/200", Health { status: Condition::Ok }.to_json()),
        ("ready/get", "responses/200", report(None)),
        ("ready/get", "responses/503", report(Some("the model server is loading its model"))),
        ("metrics/get", "responses/200", Some(metrics.into())),
        ("openapi.json/get", "responses/200", Some(json!({"openapi": "3.0.0", "paths": {}}))),
        ("docs/get", "responses/200", Some("<!DOCTYPE html>…".into())),
    ];
    for operation in
        ["webhook/post", "health/get", "ready/get", "metrics/get", "openapi.json/get", "docs/get"]
    {
        examples.push((operation, "responses/405", problem(Reason::MethodNotAllowed)));
        examples.push((operation, "responses/500", problem(Reason::Internal)));
    }
    examples
}

fn event() -> Value {
    json!({
        "type": "Create",
        "actor": {
            "type": "Person", "id": "users/mira", "name": "Mira Halloran", "talkParticipantType": "3",
        },
        "object": {
            "type": "Note", "id": "4106", "name": "message", "mediaType": "text/markdown",
            "content": r#"{"message":"@Halo is the build green today?","parameters":[]}"#,
        },
        "target": { "type": "Collection", "id": "kq7m2rtx", "name": "Launch crew" },
    })
}

#[cfg(test)]
mod tests;
