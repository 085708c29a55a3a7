//! Every figure is entered here once, with the question it answers. The page that is served and the table of the
//! documentation are made of the same entries, so neither can tell what the other does not.

use std::fmt::Write;

use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Metric, Registry, Unit};

use super::tally::Tally;

/// What the figures of this program begin with. Those that every process has do not.
const PREFIX: &str = "opencode_bot_";

const HEAD: &str = "\
# Metrics

<!-- Generated: nextcloud-opencode-bot metrics-reference > docs/metrics.md -->

`GET /metrics` answers with these figures in the OpenMetrics text format, which Prometheus reads. Names, labels and their
values are closed and stable: no figure holds a name, a room, a text or an address. Counters of a closed set are there from the
start, at 0, so `increase` sees the first event as well. A histogram `x` is read as `x_bucket`, `x_sum` and `x_count`.

The gauges of the queue and of the pauses are read from the store, so several services on one database tell the same; all
others are of the process that is asked, and begin anew with it. A [dashboard](grafana.json) and [alert rules](alerts.yaml)
show and watch all of it.
";

/// What a figure is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Part of the name.
    Seconds,
    /// Things with that name, or `1` for a share or a yes.
    Of(&'static str),
}

/// What there is to know of a figure beside its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Without prefix, unit, and the ending that its type has.
    pub(super) name: &'static str,
    pub(super) help: &'static str,
    pub(super) measure: Measure,
    /// What somebody asks who looks at it.
    pub(super) question: &'static str,
}

/// The registry, and its table.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) registry: Registry,
    table: String,
}

impl Book {
    /// What follows is about that.
    pub(super) fn chapter(&mut self, title: &str) {
        let columns = "| name | type | labels | unit | what it tells | question it answers |";
        let _ = write!(self.table, "\n## {title}\n\n{columns}\n|---|---|---|---|---|---|\n");
    }

    /// A figure without labels.
    pub(super) fn enter(&mut self, entry: &Entry, metric: impl Metric) {
        self.enter_by(entry, "", metric);
    }

    /// The counters of a closed set.
    pub(super) fn tally(&mut self, entry: &Entry, tally: &Tally) {
        self.enter_by(entry, &tally.described(), tally.counters());
    }

    /// A figure with labels, described in words.
    pub(super) fn enter_by(&mut self, entry: &Entry, labels: &str, metric: impl Metric) {
        let name = format!("{PREFIX}{}", entry.name);
        self.describe(&name, entry, labels, metric.metric_type());
        match entry.measure {
            Measure::Seconds => {
                self.registry.register_with_unit(name, entry.help, Unit::Seconds, metric);
            }
            Measure::Of(_) => self.registry.register(name, entry.help, metric),
        }
    }

    /// A figure that somebody else collects under that name.
    pub(super) fn describe(&mut self, name: &str, entry: &Entry, labels: &str, kind: MetricType) {
        let (unit, in_name) = match entry.measure {
            Measure::Seconds => ("seconds", "_seconds"),
            Measure::Of(things) => (things, ""),
        };
        let end = match kind {
            MetricType::Counter => "_total",
            MetricType::Info => "_info",
            _ => "",
        };
        let (help, question) = (entry.help, entry.question);
        let kind = kind.as_str();
        let _ = writeln!(
            self.table,
            "| `{name}{in_name}{end}` | {kind} | {labels} | {unit} | {help} | {question} |"
        );
    }

    /// The page of the documentation.
    pub(super) fn reference(&self) -> String {
        format!("{HEAD}{}", self.table)
    }
}
