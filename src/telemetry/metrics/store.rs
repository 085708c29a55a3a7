//! The figures about the store: whether it is there, how long it takes to make something durable, and how much shares one
//! commit.

use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

use super::Metrics;
use super::book::{Book, Entry, Measure};
use super::tally::Tally;
use crate::ports::commits::Commits;

/// From a fast disk's cache to the end of Talk's patience.
const COMMIT_BUCKETS: [f64; 11] = [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0];
const CHANGES_BUCKETS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

const COMMITTED: &str = "committed";
const FAILED: &str = "failed";

#[derive(Debug)]
pub(super) struct StoreFigures {
    pub(super) up: Gauge,
    outcomes: Tally,
    seconds: Histogram,
    changes: Histogram,
}

impl StoreFigures {
    pub(super) fn enter(book: &mut Book) -> Self {
        let figures = Self {
            up: Gauge::default(),
            outcomes: Tally::of("outcome", [COMMITTED, FAILED]),
            seconds: Histogram::new(COMMIT_BUCKETS),
            changes: Histogram::new(CHANGES_BUCKETS),
        };
        book.chapter("Store");
        book.enter(
            &Entry {
                name: "store_up",
                help: "Whether the store could be read for this page: 1 or 0; when not, the figures of the queue are older",
                measure: Measure::Of("1"),
                question: "Is the store there?",
            },
            figures.up.clone(),
        );
        book.tally(
            &Entry {
                name: "store_commits",
                help: "Transactions by outcome",
                measure: Measure::Of("transactions"),
                question: "Does the store take what it is given, and how much of it?",
            },
            &figures.outcomes,
        );
        book.enter(
            &Entry {
                name: "store_commit_duration",
                help: "Time from the beginning of a transaction until it is durable",
                measure: Measure::Seconds,
                question: "Is the disk, or the database server, slow? Every sender waits for one of these.",
            },
            figures.seconds.clone(),
        );
        book.enter(
            &Entry {
                name: "store_commit_changes",
                help: "Changes that share a transaction",
                measure: Measure::Of("changes"),
                question: "Is the store at its limit, so that changes wait for each other?",
            },
            figures.changes.clone(),
        );
        figures
    }
}

impl Commits for Metrics {
    fn committed(&self, changes: usize, took: Duration) {
        self.store.outcomes.count(COMMITTED);
        self.store.seconds.observe(took.as_secs_f64());
        self.store.changes.observe(f64::from(u32::try_from(changes).unwrap_or(u32::MAX)));
    }

    fn failed(&self) {
        self.store.outcomes.count(FAILED);
    }
}
