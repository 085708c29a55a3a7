//! The demo's scripted model behind wiremock, at once and without its slots.

use std::net::TcpListener;
use std::sync::Arc;

use super::wire::MockServer;
use nextcloud_opencode_bot::adapters::demo::exchange::Call;
use nextcloud_opencode_bot::adapters::demo::{Pace, ScriptedModel};
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, Request, Respond, ResponseTemplate};

use super::trap::Trap;
use super::{response, trapped};

struct Script {
    model: Arc<ScriptedModel>,
    trap: Arc<Trap>,
}

impl Respond for Script {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let call = Call {
            method: &request.method,
            path: request.url.path(),
            query: request.url.query().unwrap_or(""),
            headers: &request.headers,
            body: &request.body,
        };
        let answer = || response(self.model.answer(&call));
        if call.path.ends_with("/chat/completions") { trapped(&self.trap, answer) } else { answer() }
    }
}

/// A running model.
pub(crate) struct FakeModel {
    /// What it was asked, and what is to go wrong.
    pub(crate) script: Arc<ScriptedModel>,
    /// Holds its chat requests.
    pub(crate) trap: Arc<Trap>,
    mock: MockServer,
}

impl FakeModel {
    /// A model that is ready.
    pub(crate) async fn start() -> Self {
        let mock = MockServer::start().await;
        let script = ScriptedModel::new(Pace::INSTANT);
        let trap = Arc::<Trap>::default();
        let answers = Script { model: Arc::clone(&script), trap: Arc::clone(&trap) };
        Mock::given(any()).respond_with(answers).mount(&mock).await;
        Self { script, trap, mock }
    }

    /// Its base address.
    pub(crate) fn url(&self) -> String {
        format!("{}/v1", self.mock.uri())
    }

    /// The messages that it was shown last.
    pub(crate) fn shown(&self) -> Vec<Value> {
        let newest = self.script.requests().pop().expect("it was asked");
        newest["messages"].as_array().expect("messages").clone()
    }

    /// The newest question that it was shown.
    pub(crate) fn asked(&self) -> String {
        let newest = self.shown().pop().expect("a question");
        assert_eq!(newest["role"], "user");
        newest["content"].as_str().expect("text").to_owned()
    }

    /// How many turns it was shown before that.
    pub(crate) fn turns(&self) -> usize {
        (self.shown().len() - 2) / 2
    }

    /// The same script at another address too, for as long as the returned server lives.
    pub(crate) async fn also_at(&self, listener: TcpListener) -> MockServer {
        let answers = Script { model: Arc::clone(&self.script), trap: Arc::clone(&self.trap) };
        let mock = MockServer::at(listener).await;
        Mock::given(any()).respond_with(answers).mount(&mock).await;
        mock
    }

    /// The server that the script stands behind.
    pub(crate) fn mock(&self) -> &MockServer {
        &self.mock
    }
}
