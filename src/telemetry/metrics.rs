//! Every figure of `/metrics`, declared once with its help text. Labels come from closed sets, so the number of
//! series has a bound; units are seconds and tokens.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::domain::window::Trim;
use crate::ports::model::{EndpointState, Usage};
use crate::ports::queue::Depth;

/// One label; its values are words of closed enums.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// The place of a model server in the settings, from 1 on: never its address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Endpoint {
    endpoint: u32,
}

/// What was counted, where it is not how something ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

/// Why something was done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

/// The registry and its figures. A value, not a global: two services in one process count apart.
pub struct Metrics {
    registry: Registry,
    webhooks: Family<Outcome, Counter>,
    webhook_seconds: Histogram,
    jobs: Family<Outcome, Counter>,
    model_calls: Family<Outcome, Counter>,
    model_seconds: Histogram,
    tokens: Family<Kind, Counter>,
    cached_share: Histogram,
    prompt_seconds: Histogram,
    window_trims: Family<Reason, Counter>,
    prompts_shortened: Counter,
    endpoint_available: Family<Endpoint, Gauge>,
    endpoint_in_flight: Family<Endpoint, Gauge>,
    talk_posts: Family<Outcome, Counter>,
    open: Gauge,
    leased: Gauge,
    dead: Gauge,
    paused: Gauge,
    oldest: Gauge<f64, AtomicU64>,
}

/// Talk cuts a webhook off at 5 s.
const WEBHOOK_BUCKETS: [f64; 11] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];
const MODEL_BUCKETS: [f64; 9] = [0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0];
/// From a warm cache, where one new question is all there is to compute, to a cold start on a slow processor.
const PROMPT_BUCKETS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];
const SHARE_BUCKETS: [f64; 7] = [0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("opencode_bot"),
            webhooks: Family::default(),
            webhook_seconds: Histogram::new(WEBHOOK_BUCKETS),
            jobs: Family::default(),
            model_calls: Family::default(),
            model_seconds: Histogram::new(MODEL_BUCKETS),
            tokens: Family::default(),
            cached_share: Histogram::new(SHARE_BUCKETS),
            prompt_seconds: Histogram::new(PROMPT_BUCKETS),
            window_trims: Family::default(),
            prompts_shortened: Counter::default(),
            endpoint_available: Family::default(),
            endpoint_in_flight: Family::default(),
            talk_posts: Family::default(),
            open: Gauge::default(),
            leased: Gauge::default(),
            dead: Gauge::default(),
            paused: Gauge::default(),
            oldest: Gauge::default(),
        };
        metrics.register();
        metrics.register_model();
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
        registry.register("queue_open_jobs", "Questions not settled", self.open.clone());
        registry.register("queue_leased_jobs", "Questions being worked on", self.leased.clone());
        registry.register("queue_dead_letters", "Questions given up and kept", self.dead.clone());
        registry.register(
            "talk_pauses",
            "Rooms, or the server, that nothing is sent to",
            self.paused.clone(),
        );
        registry.register_with_unit(
            "queue_oldest_job_age",
            "Age of the oldest question not settled",
            Unit::Seconds,
            self.oldest.clone(),
        );
    }

    fn register_model(&mut self) {
        let registry = &mut self.registry;
        registry.register("model_calls", "Model calls by outcome", self.model_calls.clone());
        registry.register_with_unit(
            "model_call_duration",
            "Time of successful model calls",
            Unit::Seconds,
            self.model_seconds.clone(),
        );
        registry.register(
            "tokens",
            "Tokens of answered questions: prompt, of these cached and computed, and completion",
            self.tokens.clone(),
        );
        registry.register(
            "model_cached_share",
            "Share of each prompt that came from the model server's cache",
            self.cached_share.clone(),
        );
        registry.register_with_unit(
            "model_prompt_duration",
            "Time the model server spent on each prompt, as it tells",
            Unit::Seconds,
            self.prompt_seconds.clone(),
        );
        registry.register(
            "window_trims",
            "Rooms whose oldest turns were dropped, by reason",
            self.window_trims.clone(),
        );
        registry.register(
            "prompts_shortened",
            "Questions that lost their middle because they were too long",
            self.prompts_shortened.clone(),
        );
        registry.register(
            "model_endpoint_available",
            "1 while that server of MODEL_BASE_URL is asked, 0 while it is left alone after failures",
            self.endpoint_available.clone(),
        );
        registry.register(
            "model_endpoint_in_flight",
            "Requests that wait for or run on that server of MODEL_BASE_URL",
            self.endpoint_in_flight.clone(),
        );
    }

    /// One webhook was answered.
    pub fn webhook(&self, outcome: &'static str, took: Duration) {
        self.webhooks.get_or_create(&Outcome { outcome }).inc();
        self.webhook_seconds.observe(took.as_secs_f64());
    }

    /// A lease ended: `answered` (a reply was stored), `done`, `retry`, `handed_back`, `lost`, or the word of a
    /// failure.
    pub fn job(&self, outcome: &'static str) {
        self.jobs.get_or_create(&Outcome { outcome }).inc();
    }

    /// The model answered.
    pub fn model_answered(&self, took: Duration, usage: Option<Usage>) {
        self.model_calls.get_or_create(&Outcome { outcome: "answered" }).inc();
        self.model_seconds.observe(took.as_secs_f64());
        let Some(usage) = usage else { return };
        for (kind, count) in [
            ("prompt", usage.prompt_tokens),
            ("cached", usage.cached_tokens),
            ("computed", usage.prompt_tokens.saturating_sub(usage.cached_tokens)),
            ("completion", usage.completion_tokens),
        ] {
            self.tokens.get_or_create(&Kind { kind }).inc_by(count);
        }
        if let Some(share) = share(usage) {
            self.cached_share.observe(share);
        }
        if let Some(time) = usage.prompt_time {
            self.prompt_seconds.observe(time.as_secs_f64());
        }
    }

    /// A room's oldest turns were dropped.
    pub fn window_trimmed(&self, trim: Trim) {
        self.window_trims.get_or_create(&Reason { reason: trim.as_str() }).inc();
    }

    /// A question lost its middle.
    pub fn prompt_shortened(&self) {
        self.prompts_shortened.inc();
    }

    /// The servers behind the model, read just before the page.
    pub fn endpoints(&self, states: &[EndpointState]) {
        for (endpoint, state) in (1..).zip(states) {
            let label = Endpoint { endpoint };
            self.endpoint_available.get_or_create(&label).set(i64::from(state.available));
            self.endpoint_in_flight.get_or_create(&label).set(i64::from(state.in_flight));
        }
    }

    /// The model did not answer; `kind` of its error.
    pub fn model_failed(&self, kind: &'static str) {
        self.model_calls.get_or_create(&Outcome { outcome: kind }).inc();
    }

    /// A post to Talk: `posted`, or the kind of its error.
    pub fn talk_post(&self, outcome: &'static str) {
        self.talk_posts.get_or_create(&Outcome { outcome }).inc();
    }

    /// The whole page in the Prometheus text format. `depth` and its age are read just before.
    #[must_use]
    pub fn render(&self, depth: Option<(&Depth, Duration)>) -> String {
        if let Some((depth, age)) = depth {
            let gauge = |gauge: &Gauge, value: usize| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
            gauge(&self.open, usize::try_from(depth.open).unwrap_or(usize::MAX));
            gauge(&self.leased, usize::try_from(depth.leased).unwrap_or(usize::MAX));
            gauge(&self.dead, usize::try_from(depth.dead).unwrap_or(usize::MAX));
            gauge(&self.paused, depth.pauses.len());
            self.oldest.set(age.as_secs_f64());
        }
        let mut page = String::new();
        text::encode(&mut page, &self.registry).expect("writing to a String does not fail");
        page
    }
}

/// Of a prompt without tokens there is none.
fn share(usage: Usage) -> Option<f64> {
    let tokens = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    (usage.prompt_tokens > 0)
        .then(|| f64::from(tokens(usage.cached_tokens)) / f64::from(tokens(usage.prompt_tokens)))
}

#[cfg(test)]
mod tests;
