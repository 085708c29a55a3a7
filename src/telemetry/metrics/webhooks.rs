//! The figures about what Talk tells: how each webhook ended, and how long its sender waited.

use std::time::Duration;

use prometheus_client::metrics::histogram::Histogram;

use super::Metrics;
use super::book::{Book, Entry, Measure};
use super::tally::Tally;

/// Talk cuts a webhook off at 5 s.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0];

/// How a webhook may end: taken; or signed, and nothing to do; or refused; or the doctor's, which is any of these.
const OUTCOMES: [&str; 16] = [
    "queued",
    "duplicate",
    "not_addressed",
    "not_allowed",
    "limited",
    "from_bot",
    "system_message",
    "reaction",
    "membership",
    "unknown_type",
    "unauthorized",
    "malformed",
    "incomplete",
    "too_large",
    "unavailable",
    "doctor",
];

#[derive(Debug)]
pub(super) struct WebhookFigures {
    outcomes: Tally,
    seconds: Histogram,
}

impl WebhookFigures {
    pub(super) fn enter(book: &mut Book) -> Self {
        let figures = Self { outcomes: Tally::of("outcome", OUTCOMES), seconds: Histogram::new(BUCKETS) };
        book.chapter("Webhooks");
        book.tally(
            &Entry {
                name: "webhooks",
                help: "Webhooks by outcome; `doctor` are the doctor's own",
                measure: Measure::Of("webhooks"),
                question: "Does Talk reach the bot? Are signatures refused, or messages lost (`unavailable`)?",
            },
            &figures.outcomes,
        );
        book.enter(
            &Entry {
                name: "webhook_duration",
                help: "Time from the end of a genuine webhook's body to its answer",
                measure: Measure::Seconds,
                question: "How long do senders wait for the bot, of the 5 s after which Talk gives up?",
            },
            figures.seconds.clone(),
        );
        figures
    }
}

impl Metrics {
    /// One webhook was answered, which took so long if its signature was right: what strangers send would hide how long
    /// Talk waits.
    pub fn webhook(&self, outcome: &'static str, took: Option<Duration>) {
        self.webhooks.outcomes.count(outcome);
        if let Some(took) = took {
            self.webhooks.seconds.observe(took.as_secs_f64());
        }
    }
}
