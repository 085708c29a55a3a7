//! Every figure of `/metrics`, declared once with its help text. Labels come from closed sets, so the number of
//! series has a bound; units are seconds and tokens.

mod model;

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use self::model::ModelFigures;
use crate::domain::job::PauseScope;
use crate::domain::time::Timestamp;
use crate::ports::queue::Depth;
use crate::ports::upkeep::Swept;

/// One label; its values are words of closed enums.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// What was counted, where it is not how something ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

/// What is paused: one room, or the server with all of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Scope {
    scope: &'static str,
}

/// The registry and its figures. A value, not a global: two services in one process count apart.
pub struct Metrics {
    registry: Registry,
    webhooks: Family<Outcome, Counter>,
    webhook_seconds: Histogram,
    jobs: Family<Outcome, Counter>,
    model: ModelFigures,
    talk_posts: Family<Outcome, Counter>,
    talk_reactions: Family<Outcome, Counter>,
    notices: Family<Kind, Counter>,
    swept: Family<Kind, Counter>,
    store_up: Gauge,
    open: Gauge,
    leased: Gauge,
    dead: Gauge,
    pauses: Family<Scope, Gauge>,
    oldest: Gauge<f64, AtomicU64>,
}

/// Talk cuts a webhook off at 5 s.
const WEBHOOK_BUCKETS: [f64; 11] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];
impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("opencode_bot"),
            webhooks: Family::default(),
            webhook_seconds: Histogram::new(WEBHOOK_BUCKETS),
            jobs: Family::default(),
            model: ModelFigures::default(),
            talk_posts: Family::default(),
            talk_reactions: Family::default(),
            notices: Family::default(),
            swept: Family::default(),
            store_up: Gauge::default(),
            open: Gauge::default(),
            leased: Gauge::default(),
            dead: Gauge::default(),
            pauses: Family::default(),
            oldest: Gauge::default(),
        };
        metrics.register();
        metrics.model.register(&mut metrics.registry);
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("webhooks", "Webhooks by outcome", self.webhooks.clone());
        registry.register_with_unit(
            "webhook_duration",
            "Time from the end of a webhook's body to its answer",
            Unit::Seconds,
            self.webhook_seconds.clone(),
        );
        registry.register("jobs", "Ends of leases by outcome", self.jobs.clone());
        registry.register("talk_posts", "Posts to Talk by outcome", self.talk_posts.clone());
        registry.register("talk_reactions", "Reactions to Talk by outcome", self.talk_reactions.clone());
        registry.register("notices", "Messages of the bot itself by kind", self.notices.clone());
        registry.register("swept_rows", "What was erased because of its age, by kind", self.swept.clone());
        registry.register(
            "store_up",
            "Whether the store could be read for this page: 1 or 0; when not, the figures of the queue are older",
            self.store_up.clone(),
        );
        registry.register("queue_open_jobs", "Questions not settled", self.open.clone());
        registry.register("queue_leased_jobs", "Questions being worked on", self.leased.clone());
        registry.register("queue_dead_letters", "Questions given up and kept", self.dead.clone());
        registry.register(
            "talk_pauses",
            "What nothing is sent to at present: rooms that refuse the signature, or the server",
            self.pauses.clone(),
        );
        registry.register_with_unit(
            "queue_oldest_job_age",
            "Age of the oldest question not settled",
            Unit::Seconds,
            self.oldest.clone(),
        );
    }

    /// One webhook was answered.
    pub fn webhook(&self, outcome: &'static str, took: Duration) {
        self.webhooks.get_or_create(&Outcome { outcome }).inc();
        self.webhook_seconds.observe(took.as_secs_f64());
    }

    /// A lease ended: `answered` (a reply was stored), `done`, `retry`, `handed_back`, `stopped`, `lost`, or the
    /// word of a failure.
    pub fn job(&self, outcome: &'static str) {
        self.jobs.get_or_create(&Outcome { outcome }).inc();
    }

    /// A post to Talk: `posted`, or the kind of its error.
    pub fn talk_post(&self, outcome: &'static str) {
        self.talk_posts.get_or_create(&Outcome { outcome }).inc();
    }

    /// A reaction was put on a message or taken off it: `reacted`, `unreacted`, or the kind of the error.
    pub fn talk_reaction(&self, outcome: &'static str) {
        self.talk_reactions.get_or_create(&Outcome { outcome }).inc();
    }

    /// The bot has something to say besides answers; `kind` of it.
    pub fn notice(&self, kind: &'static str) {
        self.notices.get_or_create(&Kind { kind }).inc();
    }

    /// Something was too old.
    pub fn swept(&self, swept: Swept) {
        for (kind, count) in
            [("turns", swept.turns), ("dead_letters", swept.dead_letters), ("identities", swept.identities)]
        {
            self.swept.get_or_create(&Kind { kind }).inc_by(count);
        }
    }

    /// The whole page in the Prometheus text format. `depth` and its age are read just before.
    #[must_use]
    pub fn render(&self, depth: Option<(&Depth, Duration)>) -> String {
        self.store_up.set(depth.is_some().into());
        if let Some((depth, age)) = depth {
            let gauge = |gauge: &Gauge, value: usize| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
            gauge(&self.open, usize::try_from(depth.open).unwrap_or(usize::MAX));
            gauge(&self.leased, usize::try_from(depth.leased).unwrap_or(usize::MAX));
            gauge(&self.dead, usize::try_from(depth.dead).unwrap_or(usize::MAX));
            self.count_pauses(&depth.pauses);
            self.oldest.set(age.as_secs_f64());
        }
        let mut page = String::new();
        text::encode(&mut page, &self.registry).expect("writing to a String does not fail");
        page
    }

    fn count_pauses(&self, pauses: &[(PauseScope, Timestamp)]) {
        let (servers, rooms): (Vec<_>, Vec<_>) =
            pauses.iter().partition(|(scope, _)| *scope == PauseScope::Server);
        for (scope, count) in [("server", servers.len()), ("room", rooms.len())] {
            self.pauses.get_or_create(&Scope { scope }).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
}

#[cfg(test)]
mod tests;
