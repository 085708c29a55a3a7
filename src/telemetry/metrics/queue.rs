//! The figures about questions: how many wait and how long, how their leases end, and what the bot says of itself.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

use super::book::{Book, Entry, Measure};
use super::tally::Tally;
use super::{Metrics, gauge};
use crate::domain::job::Failure;
use crate::ports::queue::Depth;
use crate::ports::upkeep::Swept;

const WAIT_BUCKETS: [f64; 9] = [0.01, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0];
const ANSWER_BUCKETS: [f64; 10] = [0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 150.0, 600.0];

/// How a lease may end that ends without a failure.
const ENDS: [&str; 6] = ["answered", "done", "retry", "handed_back", "stopped", "lost"];

#[derive(Debug)]
pub(super) struct QueueFigures {
    open: Gauge,
    leased: Gauge,
    dead: Gauge,
    oldest: Gauge<f64, AtomicU64>,
    jobs: Tally,
    waits: Histogram,
    answers: Histogram,
    notices: Tally,
    swept: Tally,
}

impl QueueFigures {
    pub(super) fn enter(book: &mut Book) -> Self {
        let figures = Self {
            open: Gauge::default(),
            leased: Gauge::default(),
            dead: Gauge::default(),
            oldest: Gauge::default(),
            jobs: Tally::of("outcome", ENDS.into_iter().chain(Failure::ALL.map(Failure::as_str))),
            waits: Histogram::new(WAIT_BUCKETS),
            answers: Histogram::new(ANSWER_BUCKETS),
            notices: Tally::of("kind", ["model_not_ready", "still_working"]),
            swept: Tally::of("kind", ["turns", "dead_letters", "identities"]),
        };
        book.chapter("Questions");
        figures.enter_depth(book);
        figures.enter_course(book);
        figures
    }

    fn enter_depth(&self, book: &mut Book) {
        let questions = Measure::Of("questions");
        let mut enter = |name, help, question, gauge: &Gauge| {
            book.enter(&Entry { name, help, measure: questions, question }, gauge.clone());
        };
        enter("queue_open_jobs", "Questions not settled", "How much waits?", &self.open);
        enter(
            "queue_leased_jobs",
            "Questions being worked on",
            "Is anything worked on, and how many at once?",
            &self.leased,
        );
        enter(
            "queue_dead_letters",
            "Questions given up and kept",
            "Is there anything for `dead-letters list`?",
            &self.dead,
        );
        book.enter(
            &Entry {
                name: "queue_oldest_job_age",
                help: "Age of the oldest question not settled",
                measure: Measure::Seconds,
                question: "Does the queue move?",
            },
            self.oldest.clone(),
        );
    }

    fn enter_course(&self, book: &mut Book) {
        book.tally(
            &Entry {
                name: "jobs",
                help: "Ends of leases by outcome",
                measure: Measure::Of("leases"),
                question: "How many questions are answered (`answered`: stored, `done`: posted), tried again (`retry`), \
                           or given up, and why?",
            },
            &self.jobs,
        );
        book.enter(
            &Entry {
                name: "queue_wait",
                help: "Time from a question's storing to its first lease",
                measure: Measure::Seconds,
                question: "Are there enough slots?",
            },
            self.waits.clone(),
        );
        book.enter(
            &Entry {
                name: "answer_duration",
                help: "Time from a question's storing to the end of its answer in the room",
                measure: Measure::Seconds,
                question: "How long do people wait for an answer?",
            },
            self.answers.clone(),
        );
        book.tally(
            &Entry {
                name: "notices",
                help: "Messages of the bot itself by kind",
                measure: Measure::Of("messages"),
                question: "How often are people told that they have to wait?",
            },
            &self.notices,
        );
        book.tally(
            &Entry {
                name: "swept_rows",
                help: "What was erased because of its age, by kind",
                measure: Measure::Of("rows"),
                question: "Does the retention work?",
            },
            &self.swept,
        );
    }

    pub(super) fn show(&self, depth: &Depth, age: Duration) {
        for (shown, count) in
            [(&self.open, depth.open), (&self.leased, depth.leased), (&self.dead, depth.dead)]
        {
            gauge(shown, count);
        }
        self.oldest.set(age.as_secs_f64());
    }
}

impl Metrics {
    /// A lease ended: `answered` (a reply was stored), `done`, `retry`, `handed_back`, `stopped`, `lost`, or the
    /// word of a failure.
    pub fn job(&self, outcome: &'static str) {
        self.queue.jobs.count(outcome);
    }

    /// A question is worked on for the first time, that long after it was stored.
    pub fn waited(&self, time: Duration) {
        self.queue.waits.observe(time.as_secs_f64());
    }

    /// All of an answer is in the room, that long after its question was stored.
    pub fn answered(&self, after: Duration) {
        self.queue.answers.observe(after.as_secs_f64());
    }

    /// The bot has something to say besides answers; `kind` of it.
    pub fn notice(&self, kind: &'static str) {
        self.queue.notices.count(kind);
    }

    /// Something was too old.
    pub fn swept(&self, swept: Swept) {
        for (kind, count) in
            [("turns", swept.turns), ("dead_letters", swept.dead_letters), ("identities", swept.identities)]
        {
            self.queue.swept.add(kind, count);
        }
    }
}
