//! The figures about the model: its calls, their times and tokens, its cache, its servers.

mod entries;

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

use super::Metrics;
use super::book::Book;
use super::tally::Tally;
use crate::domain::window::Trim;
use crate::ports::model::{Completion, EndpointState, Limits, ModelError, Usage};

const ANSWERED: &str = "answered";

/// The place of a model server in the settings, from 1 on: never its address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Endpoint {
    endpoint: u32,
}

#[derive(Debug)]
pub(super) struct ModelFigures {
    calls: Tally,
    seconds: Histogram,
    first_token_seconds: Histogram,
    tokens_per_second: Histogram,
    tokens: Tally,
    cached_share: Histogram,
    prompt_seconds: Histogram,
    window_trims: Tally,
    prompts_shortened: Counter,
    slots: Gauge,
    context_tokens: Gauge,
    endpoint_available: Family<Endpoint, Gauge>,
    endpoint_in_flight: Family<Endpoint, Gauge>,
}

const MODEL_BUCKETS: [f64; 9] = [0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0];
/// From a warm cache, where one new question is all there is to compute, to a cold start on a slow processor.
const PROMPT_BUCKETS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];
const SHARE_BUCKETS: [f64; 7] = [0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
/// From a large model on a processor to a small one on a fast card.
const SPEED_BUCKETS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 15.0, 25.0, 40.0, 70.0, 120.0, 250.0];

impl ModelFigures {
    pub(super) fn enter(book: &mut Book) -> Self {
        let figures = Self {
            calls: Tally::of("outcome", [ANSWERED].into_iter().chain(ModelError::KINDS)),
            seconds: Histogram::new(MODEL_BUCKETS),
            first_token_seconds: Histogram::new(PROMPT_BUCKETS),
            tokens_per_second: Histogram::new(SPEED_BUCKETS),
            tokens: Tally::of("kind", ["prompt", "cached", "computed", "completion"]),
            cached_share: Histogram::new(SHARE_BUCKETS),
            prompt_seconds: Histogram::new(PROMPT_BUCKETS),
            window_trims: Tally::of("reason", [Trim::Turns, Trim::Tokens, Trim::Refused].map(Trim::as_str)),
            prompts_shortened: Counter::default(),
            slots: Gauge::default(),
            context_tokens: Gauge::default(),
            endpoint_available: Family::default(),
            endpoint_in_flight: Family::default(),
        };
        figures.enter_into(book);
        figures
    }
}

impl Metrics {
    /// The model answered, which took so long with all that was tried for it.
    pub fn model_answered(&self, took: Duration, completion: &Completion) {
        let figures = &self.model;
        figures.calls.count(ANSWERED);
        figures.seconds.observe(took.as_secs_f64());
        if let Some(streamed) = completion.streamed {
            figures.first_token_seconds.observe(streamed.first.as_secs_f64());
        }
        let Some(usage) = completion.usage else { return };
        for (kind, count) in [
            ("prompt", usage.prompt_tokens),
            ("cached", usage.cached_tokens),
            ("computed", usage.prompt_tokens.saturating_sub(usage.cached_tokens)),
            ("completion", usage.completion_tokens),
        ] {
            figures.tokens.add(kind, count);
        }
        if let Some(share) = share(usage) {
            figures.cached_share.observe(share);
        }
        if let Some(time) = usage.prompt_time {
            figures.prompt_seconds.observe(time.as_secs_f64());
        }
        if let Some(speed) = completion.streamed.and_then(|streamed| speed(usage, streamed.rest)) {
            figures.tokens_per_second.observe(speed);
        }
    }

    /// A room's oldest turns were dropped.
    pub fn window_trimmed(&self, trim: Trim) {
        self.model.window_trims.count(trim.as_str());
    }

    /// A question lost its middle.
    pub fn prompt_shortened(&self) {
        self.model.prompts_shortened.inc();
    }

    /// What a request may be now.
    pub fn model_limits(&self, limits: Limits) {
        self.model.slots.set(limits.slots.into());
        self.model.context_tokens.set(limits.context_tokens.into());
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
        self.model.calls.count(kind);
    }
}

fn number(tokens: u64) -> f64 {
    f64::from(u32::try_from(tokens).unwrap_or(u32::MAX))
}

/// Of a prompt without tokens there is none.
fn share(usage: Usage) -> Option<f64> {
    (usage.prompt_tokens > 0).then(|| number(usage.cached_tokens) / number(usage.prompt_tokens))
}

/// Of an answer that came at once, there is none. The first token is not made in the time after it.
fn speed(usage: Usage, rest: Duration) -> Option<f64> {
    let made = usage.completion_tokens.saturating_sub(1);
    (made > 0 && !rest.is_zero()).then(|| number(made) / rest.as_secs_f64())
}
