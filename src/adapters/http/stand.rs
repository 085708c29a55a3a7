//! The service with mocked ports behind it, and requests to it.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use poem::{Body, Endpoint, Request, Response};
use serde_json::Value;
use tokio_util::task::TaskTracker;

use super::{AdminRoutes, Service, fixtures};
use crate::application::readiness::Readiness;
use crate::application::receive::{Receive, Surroundings};
use crate::application::secrets::Secrets;
use crate::application::testing::{receive_settings, surroundings};
use crate::application::worker::Heartbeat;
use crate::domain::addressing::Identity;
use crate::domain::signature::BotSecret;
use crate::domain::time::Timestamp;
use crate::ports::clock::{Clock, MockClock};
use crate::ports::conversations::MockConversationStore;
use crate::ports::model::{EndpointState, MockChatModel};
use crate::ports::queue::{Enqueued, JobQueue, MockJobQueue};
use crate::ports::talk::MockTalk;
use crate::ports::upkeep::MockUpkeep;
use crate::telemetry::metrics::Metrics;

pub(super) const NOW: Timestamp = Timestamp::from_millis(1_000_000_000_000);

/// What is behind the routes. A call that no test expects fails that test.
pub(super) struct Stand {
    pub(super) queue: MockJobQueue,
    pub(super) conversations: MockConversationStore,
    pub(super) model: MockChatModel,
    pub(super) talk: MockTalk,
    pub(super) secrets: Vec<String>,
    pub(super) bot_name: &'static str,
}

impl Default for Stand {
    fn default() -> Self {
        Self {
            queue: MockJobQueue::new(),
            conversations: MockConversationStore::new(),
            model: model(),
            talk: MockTalk::new(),
            secrets: vec![fixtures::secret()],
            bot_name: "assistant",
        }
    }
}

/// One server behind the model.
fn model() -> MockChatModel {
    let mut model = MockChatModel::new();
    let endpoint = EndpointState { used: true, available: true, in_flight: 2, problem: None };
    model.expect_endpoints().returning(move || vec![endpoint.clone()]);
    model
}

/// For rooms that the bot has met before and that hold nothing.
fn upkeep() -> MockUpkeep {
    let mut upkeep = MockUpkeep::new();
    upkeep.expect_welcome().returning(|_| Ok(false));
    upkeep.expect_erase_room().returning(|_| Ok(Vec::new()));
    upkeep.expect_clear_room().returning(|_| Ok(()));
    upkeep
}

impl Stand {
    /// Whose queue takes that many messages, all new.
    pub(super) fn queueing(times: usize) -> Self {
        let mut stand = Self::default();
        stand.queue.expect_enqueue().times(times).returning(|_, _| Ok(Enqueued::New));
        stand
    }

    pub(super) fn service(self) -> Arc<Service> {
        let mut clock = MockClock::new();
        clock.expect_now().return_const(NOW);
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let queue: Arc<dyn JobQueue> = Arc::new(self.queue);
        let identity = Identity { name: self.bot_name.into(), own_actors: Vec::new() };
        let mut secrets = self.secrets.into_iter().map(|secret| BotSecret::new(secret).expect("length"));
        let secrets = Secrets::new(secrets.next().expect("one"), secrets.next());
        Arc::new(Service {
            receive: Arc::new(Receive::new(
                Surroundings {
                    queue: Arc::clone(&queue),
                    conversations: Arc::new(self.conversations),
                    upkeep: Arc::new(upkeep()),
                    clock: Arc::clone(&clock),
                    ..surroundings()
                },
                receive_settings(),
                identity,
            )),
            readiness: Arc::new(Readiness::new(
                Arc::clone(&queue),
                Arc::new(self.model),
                Arc::new(self.talk),
                Arc::clone(&clock),
                Arc::new(Heartbeat::default()),
            )),
            queue,
            metrics: Arc::new(Metrics::default()),
            clock,
            secrets: Arc::new(secrets),
            handling: TaskTracker::new(),
        })
    }

    pub(super) fn public(self) -> impl Endpoint<Output = Response> + 'static {
        super::public(&self.service(), AdminRoutes::Here)
    }
}

/// A webhook with these headers; an empty one is sent as such.
pub(super) fn webhook(path: &str, random: &str, signature: &str, body: impl Into<Body>) -> Request {
    Request::builder()
        .method(Method::POST)
        .uri(path.parse().expect("path"))
        .header("Content-Type", "application/json")
        .header("X-Nextcloud-Talk-Random", random)
        .header("X-Nextcloud-Talk-Signature", signature)
        .header("X-Nextcloud-Talk-Backend", "https://elsewhere.example/")
        .body(body)
}

/// A webhook signed with the fixtures' secret.
pub(super) fn signed(path: &str, body: impl Into<Vec<u8>>) -> Request {
    let (random, body) = ("r".repeat(64), body.into());
    let signature = BotSecret::new(fixtures::secret()).expect("length").sign(&random, &body);
    webhook(path, &random, &signature, body)
}

pub(super) fn bare(method: Method, path: &str) -> Request {
    Request::builder().method(method).uri(path.parse().expect("path")).finish()
}

pub(super) async fn text_of(response: Response) -> (StatusCode, String) {
    let status = response.status();
    (status, response.into_body().into_string().await.expect("text"))
}

/// Status and JSON body of the answer, which is marked as what it is.
pub(super) async fn ask(endpoint: &impl Endpoint<Output = Response>, request: Request) -> (u16, Value) {
    let response = endpoint.call(request).await.expect("every failure is an answer");
    let media_type = response.content_type().expect("a media type").to_owned();
    let (status, body) = text_of(response).await;
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let is_problem = body.get("type").is_some();
    assert_eq!(media_type, if is_problem { "application/problem+json" } else { "application/json" });
    assert!(!is_problem || body["status"] == status.as_u16(), "{body}");
    (status.as_u16(), body)
}
