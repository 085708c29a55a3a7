//! What the service tells about itself: whether it lives, whether it can work, and its figures.

use std::sync::Arc;
use std::time::Duration;

use poem_openapi::payload::{Json, PlainText};
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use super::{Service, Tag};
use crate::application::readiness::Check;
use crate::ports::model::EndpointState;

/// Figures that need no store are not kept back by a store that does not answer.
const STORE_PATIENCE: Duration = Duration::from_secs(5);

/// The state of a part, or of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub(super) enum Condition {
    /// Works.
    Ok,
    /// Does not.
    Failed,
}

/// The process lives.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub(super) struct Health {
    /// Always `ok`.
    pub(super) status: Condition,
}

/// One part of the service.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct PartReport {
    /// `store`, `worker`, `model` or `talk`.
    name: String,
    /// Its state.
    status: Condition,
    /// What is wrong, for a person; absent when nothing is.
    problem: Option<String>,
    /// Each server behind the model, where there are several. It is enough that one of them works.
    endpoints: Option<Vec<EndpointReport>>,
}

/// One of several servers behind the model.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct EndpointReport {
    /// Its place in `MODEL_BASE_URL`, from 1 on.
    endpoint: u32,
    /// Its state.
    status: Condition,
    /// Whether new rooms are sent there.
    used: bool,
    /// What went wrong when it was asked last, for a person; absent when nothing did.
    problem: Option<String>,
}

impl EndpointReport {
    fn new((endpoint, state): (u32, EndpointState)) -> Self {
        let EndpointState { used, available, problem, .. } = state;
        let status = if available && problem.is_none() { Condition::Ok } else { Condition::Failed };
        Self { endpoint, status, used, problem }
    }
}

/// Whether the service can do its work.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub(super) struct Report {
    /// `failed` when any check is.
    status: Condition,
    /// Every part, in a fixed order.
    checks: Vec<PartReport>,
}

impl From<Vec<Check>> for Report {
    fn from(checks: Vec<Check>) -> Self {
        let condition = |fine: bool| if fine { Condition::Ok } else { Condition::Failed };
        let status = condition(checks.iter().all(|check| check.problem.is_none()));
        let part = |Check { name, problem, endpoints }| PartReport {
            name: String::from(name),
            status: condition(problem.is_none()),
            problem,
            endpoints: (!endpoints.is_empty())
                .then(|| (1..).zip(endpoints).map(EndpointReport::new).collect()),
        };
        Self { status, checks: checks.into_iter().map(part).collect() }
    }
}

#[derive(ApiResponse)]
enum HealthAnswer {
    /// The process lives.
    #[oai(status = 200, content_type = "application/json")]
    Alive(Json<Health>),
}

#[derive(ApiResponse)]
enum ReadyAnswer {
    /// Everything works.
    #[oai(status = 200, content_type = "application/json")]
    Ready(Json<Report>),
    /// Something does not. Messages are still taken and kept as long as `store` is well.
    #[oai(status = 503, content_type = "application/json")]
    NotReady(Json<Report>),
}

#[derive(ApiResponse)]
enum MetricsAnswer {
    /// The figures.
    #[oai(status = 200, content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    Page(PlainText<String>),
}

/// The probe that anybody may see.
pub(super) struct HealthApi;

#[OpenApi(tag = "Tag::Probes")]
impl HealthApi {
    /// Whether the process lives
    ///
    /// Tells nothing else, so it may be public. For restarts; whether the service can work is at `/ready`.
    #[oai(path = "/health", method = "get", operation_id = "health")]
    #[expect(clippy::unused_async, reason = "operations are async")]
    async fn health(&self) -> HealthAnswer {
        HealthAnswer::Alive(Json(Health { status: Condition::Ok }))
    }
}

/// The probes for the administrator.
pub(super) struct AdminApi(pub(super) Arc<Service>);

#[OpenApi(tag = "Tag::Probes")]
impl AdminApi {
    /// Whether the service can do its work, and what is wrong
    ///
    /// Other servers are asked at most every 10 s. The answer is the same report either way, so a 503 is no `Problem`.
    #[oai(path = "/ready", method = "get", operation_id = "ready")]
    async fn ready(&self) -> ReadyAnswer {
        let report = Report::from(self.0.readiness.check().await);
        match report.status {
            Condition::Ok => ReadyAnswer::Ready(Json(report)),
            Condition::Failed => ReadyAnswer::NotReady(Json(report)),
        }
    }

    /// Figures for Prometheus
    ///
    /// In the `OpenMetrics` text format. Those of the queue are left out when the store does not answer within 5 s.
    #[oai(path = "/metrics", method = "get", operation_id = "metrics")]
    async fn metrics(&self) -> MetricsAnswer {
        let now = self.0.clock.now();
        let depth = tokio::time::timeout(STORE_PATIENCE, self.0.queue.depth(now)).await;
        let depth = depth.ok().and_then(Result::ok);
        let depth = depth.as_ref().map(|depth| {
            let age = depth.oldest.map(|oldest| now.since(oldest)).unwrap_or_default();
            (depth, age)
        });
        self.0.metrics.endpoints(&self.0.readiness.endpoints());
        MetricsAnswer::Page(PlainText(self.0.metrics.render(depth)))
    }
}

#[cfg(test)]
mod tests;
