use std::sync::Arc;

use async_trait::async_trait;
use poem::Endpoint;
use poem::http::Method;
use poem_openapi::types::ToJSON;
use serde_json::json;

use super::super::stand::{NOW, Stand, ask, bare, text_of};
use super::super::{AdminRoutes, public};
use crate::application::readiness::Readiness;
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::ports::model::{EndpointState, ModelError};
use crate::ports::queue::{Depth, QueueError};
use crate::ports::talk::{Talk, TalkError, TalkVersion};

fn stand(model_fails: bool) -> Stand {
    let mut stand = Stand::default();
    let oldest = Some(crate::domain::time::Timestamp::from_millis(NOW.as_millis() - 1_500));
    stand.queue.expect_depth().returning(move |_| Ok(Depth { open: 3, oldest, ..Depth::default() }));
    stand.model.expect_probe().returning(move || if model_fails { Err(ModelError::Loading) } else { Ok(()) });
    stand.talk.expect_probe().returning(|| Ok(()));
    stand
}

#[tokio::test]
async fn health_tells_that_the_process_lives_and_asks_nobody() {
    assert_eq!(
        ask(&Stand::default().public(), bare(Method::GET, "/health")).await,
        (200, json!({"status": "ok"}))
    );
}

#[tokio::test]
async fn ready_names_every_part_and_what_is_wrong_with_it() {
    let (status, report) = ask(&stand(true).public(), bare(Method::GET, "/ready")).await;
    assert_eq!((status, &report["status"]), (503, &json!("failed")));
    let names: Vec<_> =
        report["checks"].as_array().expect("list").iter().map(|check| &check["name"]).collect();
    assert_eq!(json!(names), json!(["store", "worker", "model", "talk"]));
    let model =
        json!({"name": "model", "status": "failed", "problem": "the model server is loading its model"});
    assert_eq!(report["checks"][2], model);
    assert_eq!(report["checks"][0], json!({"name": "store", "status": "ok"}));
}

#[test]
fn a_report_is_ok_when_no_part_has_a_problem() {
    let part = |problem: Option<&str>| super::Check {
        name: "store",
        problem: problem.map(str::to_owned),
        endpoints: Vec::new(),
    };
    assert_eq!(super::Report::from(vec![part(None), part(None)]).status, super::Condition::Ok);
    assert_eq!(super::Report::from(vec![part(None), part(Some("x"))]).status, super::Condition::Failed);
}

#[test]
fn several_servers_are_reported_by_their_place() {
    let used = EndpointState { used: true, available: true, ..EndpointState::default() };
    let failed = EndpointState { available: true, problem: Some("gone".into()), ..EndpointState::default() };
    let endpoints = vec![used, failed, EndpointState::default()];
    let report = super::Report::from(vec![super::Check { name: "model", problem: None, endpoints }]);
    assert_eq!(report.status, super::Condition::Ok);
    let expected = json!([
        {"endpoint": 1, "status": "ok", "used": true},
        {"endpoint": 2, "status": "failed", "used": false, "problem": "gone"},
        {"endpoint": 3, "status": "failed", "used": false},
    ]);
    assert_eq!(report.to_json().expect("an object")["checks"][0]["endpoints"], expected);
}

#[tokio::test]
async fn metrics_are_a_page_that_prometheus_reads() {
    let response = stand(false).public().call(bare(Method::GET, "/metrics")).await.expect("an answer");
    assert_eq!(response.content_type(), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    let (status, page) = text_of(response).await;
    assert_eq!(status, 200);
    assert!(page.contains("opencode_bot_queue_open_jobs 3\n"), "{page}");
    assert!(page.contains("opencode_bot_queue_oldest_job_age_seconds 1.5\n"), "{page}");
    assert!(page.contains("opencode_bot_model_endpoint_in_flight{endpoint=\"1\"} 2\n"), "{page}");
    assert!(page.ends_with("# EOF\n"), "{page}");
}

#[tokio::test]
async fn metrics_are_there_without_the_store() {
    let mut stand = Stand::default();
    stand.queue.expect_depth().returning(|_| Err(QueueError::Unavailable("gone".into())));
    let response = stand.public().call(bare(Method::GET, "/metrics")).await.expect("an answer");
    assert_eq!(response.status(), 200);
}

/// A Nextcloud that takes connections and never answers.
struct Silent;

#[async_trait]
impl Talk for Silent {
    async fn react(&self, _: &RoomToken, _: MessageId, _: &str) -> Result<(), TalkError> {
        std::future::pending().await
    }

    async fn unreact(&self, _: &RoomToken, _: MessageId, _: &str) -> Result<(), TalkError> {
        std::future::pending().await
    }

    async fn version(&self) -> Result<Option<TalkVersion>, TalkError> {
        std::future::pending().await
    }

    async fn post(&self, _: &Place, _: &str, _: Option<MessageId>) -> Result<(), TalkError> {
        std::future::pending().await
    }

    async fn probe(&self) -> Result<(), TalkError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn ready_answers_although_a_part_does_not() {
    let mut service = Arc::into_inner(stand(false).service()).expect("not shared");
    let stand = stand(false);
    let (queue, model) = (Arc::new(stand.queue), Arc::new(stand.model));
    let clock = Arc::clone(&service.clock);
    service.readiness = Readiness::new(queue, model, Arc::new(Silent), clock, Arc::default()).into();
    let endpoint = public(&service.into(), AdminRoutes::Here);
    let (status, report) = ask(&endpoint, bare(Method::GET, "/ready")).await;
    assert_eq!((status, &report["checks"][3]["problem"]), (503, &json!("no answer within 5 s")));
    assert_eq!(report["checks"][2], json!({"name": "model", "status": "ok"}));
}
