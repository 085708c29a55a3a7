//! The figures about the model: its calls, its tokens, its cache, its servers.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::{Kind, Metrics, Outcome};
use crate::domain::window::Trim;
use crate::ports::model::{EndpointState, Usage};

/// The place of a model server in the settings, from 1 on: never its address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Endpoint {
    endpoint: u32,
}

/// Why something was done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

pub(super) struct ModelFigures {
    calls: Family<Outcome, Counter>,
    seconds: Histogram,
    tokens: Family<Kind, Counter>,
    cached_share: Histogram,
    prompt_seconds: Histogram,
    window_trims: Family<Reason, Counter>,
    prompts_shortened: Counter,
    endpoint_available: Family<Endpoint, Gauge>,
    endpoint_in_flight: Family<Endpoint, Gauge>,
}

const MODEL_BUCKETS: [f64; 9] = [0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0];
/// From a warm cache, where one new question is all there is to compute, to a cold start on a slow processor.
const PROMPT_BUCKETS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];
const SHARE_BUCKETS: [f64; 7] = [0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

impl Default for ModelFigures {
    fn default() -> Self {
        Self {
            calls: Family::default(),
            seconds: Histogram::new(MODEL_BUCKETS),
            tokens: Family::default(),
            cached_share: Histogram::new(SHARE_BUCKETS),
            prompt_seconds: Histogram::new(PROMPT_BUCKETS),
            window_trims: Family::default(),
            prompts_shortened: Counter::default(),
            endpoint_available: Family::default(),
            endpoint_in_flight: Family::default(),
        }
    }
}

impl ModelFigures {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("model_calls", "Model calls by outcome", self.calls.clone());
        registry.register_with_unit(
            "model_call_duration",
            "Time of successful model calls",
            Unit::Seconds,
            self.seconds.clone(),
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
}

impl Metrics {
    /// The model answered.
    pub fn model_answered(&self, took: Duration, usage: Option<Usage>) {
        self.model.calls.get_or_create(&Outcome { outcome: "answered" }).inc();
        self.model.seconds.observe(took.as_secs_f64());
        let Some(usage) = usage else { return };
        for (kind, count) in [
            ("prompt", usage.prompt_tokens),
            ("cached", usage.cached_tokens),
            ("computed", usage.prompt_tokens.saturating_sub(usage.cached_tokens)),
            ("completion", usage.completion_tokens),
        ] {
            self.model.tokens.get_or_create(&Kind { kind }).inc_by(count);
        }
        if let Some(share) = share(usage) {
            self.model.cached_share.observe(share);
        }
        if let Some(time) = usage.prompt_time {
            self.model.prompt_seconds.observe(time.as_secs_f64());
        }
    }

    /// A room's oldest turns were dropped.
    pub fn window_trimmed(&self, trim: Trim) {
        self.model.window_trims.get_or_create(&Reason { reason: trim.as_str() }).inc();
    }

    /// A question lost its middle.
    pub fn prompt_shortened(&self) {
        self.model.prompts_shortened.inc();
    }

    /// The servers behind the model, read just before the page.
    pub fn endpoints(&self, states: &[EndpointState]) {
        for (endpoint, state) in (1..).zip(states) {
            let label = Endpoint { endpoint };
            self.model.endpoint_available.get_or_create(&label).set(i64::from(state.available));
            self.model.endpoint_in_flight.get_or_create(&label).set(i64::from(state.in_flight));
        }
    }

    /// The model did not answer; `kind` of its error.
    pub fn model_failed(&self, kind: &'static str) {
        self.model.calls.get_or_create(&Outcome { outcome: kind }).inc();
    }
}

/// Of a prompt without tokens there is none.
fn share(usage: Usage) -> Option<f64> {
    let tokens = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    (usage.prompt_tokens > 0)
        .then(|| f64::from(tokens(usage.cached_tokens)) / f64::from(tokens(usage.prompt_tokens)))
}
