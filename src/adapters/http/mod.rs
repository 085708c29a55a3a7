//! The HTTP side: the webhook that Talk calls, the probes, and the document that describes both. Everything that
//! knows the web framework is in this folder.

mod activity;
mod document;
mod door;
mod front;
mod guard;
mod pages;
mod places;
mod probes;
mod problem;
mod replays;
mod serve;
mod signed;
mod webhook;

use std::sync::Arc;

use poem::{Endpoint, Response, Route};
use poem_openapi::Tags;
use tokio_util::task::TaskTracker;

use crate::application::readiness::Readiness;
use crate::application::receive::Receive;
use crate::application::secrets::Secrets;
use crate::ports::clock::Clock;
use crate::ports::queue::JobQueue;
use crate::telemetry::metrics::Metrics;

/// What is read of a body and what a signature is worth, by themselves, for `fuzz/`: a listener would put a connection
/// before them.
#[doc(hidden)]
pub use activity::{Unreadable, read as read_event};
pub use document::document;
use front::Front;
pub use guard::Limits;
use pages::PagesApi;
pub use serve::{run, run_patiently};
#[doc(hidden)]
pub use signed::is_signed;

/// What stands behind the routes.
pub struct Service {
    /// Takes events.
    pub receive: Arc<Receive>,
    /// Knows what is wrong.
    pub readiness: Arc<Readiness>,
    /// Counted for the figures.
    pub queue: Arc<dyn JobQueue>,
    /// The figures.
    pub metrics: Arc<Metrics>,
    /// Wall clock.
    pub clock: Arc<dyn Clock>,
    /// Secrets that may have signed a webhook.
    pub secrets: Arc<Secrets>,
    /// Genuine events that are being handled: waited for before the store is closed.
    pub handling: TaskTracker,
}

/// Where the routes for the administrator are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminRoutes {
    /// On the public listener.
    Here,
    /// On a listener of their own.
    Elsewhere,
}

#[derive(Tags)]
enum Tag {
    /// What Nextcloud Talk calls.
    Talk,
    /// What the administrator and their tools call.
    Probes,
}

fn pages() -> PagesApi {
    PagesApi { document: document::document().into(), page: document::page().into() }
}

/// The listener that Nextcloud reaches: the webhook and `/health`, and the rest unless it is elsewhere.
#[must_use]
pub fn public(service: &Arc<Service>, admin: AdminRoutes) -> impl Endpoint<Output = Response> + use<> {
    let webhook = webhook::WebhookApi::new(Arc::clone(service));
    match admin {
        AdminRoutes::Here => {
            let api = (webhook, probes::HealthApi, probes::AdminApi(Arc::clone(service)), pages());
            Front::new(Route::new().nest("/", document::service(api)), &ADMIN_PAGES).with_webhook()
        }
        AdminRoutes::Elsewhere => {
            let routes = Route::new().nest("/", document::service((webhook, probes::HealthApi)));
            Front::new(routes, &["/health"]).with_webhook()
        }
    }
}

/// The administrator's own listener: everything but the webhook.
#[must_use]
pub fn admin(service: &Arc<Service>) -> impl Endpoint<Output = Response> + use<> {
    let api = (probes::HealthApi, probes::AdminApi(Arc::clone(service)), pages());
    Front::new(Route::new().nest("/", document::service(api)), &ADMIN_PAGES)
}

const ADMIN_PAGES: [&str; 5] = ["/health", "/ready", "/metrics", "/openapi.json", "/docs"];

#[cfg(test)]
mod fixtures;

#[cfg(test)]
mod stand;
