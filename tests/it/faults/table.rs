//! The table in the troubleshooting chapter, read as what has to be seen: the checks that find something, the problems
//! of `/ready`, the lines of the log and the figures. What a row does not name must not be told either.

use super::seen::{Finding, Line, Seen};

const CHAPTER: &str = include_str!("../../../docs/troubleshooting.md");
const HEADING: &str = "\n## What each fault shows\n";

/// Warnings about the machine that runs the tests, that a question was given up, and that http is not encrypted.
const NO_MATTER: [&str; 5] = ["account", "backlog", "certificate", "secret", "state-directory"];

/// A service that cannot be asked.
const NOBODY: [&str; 2] = ["does not start", "nobody answers"];

/// Lines that may follow: of the doctor's own wrong signature, of a model that was asked again and again, and of the
/// driver, where a connection to a database was in use when that went away.
const FOLLOWING: [&str; 3] = [
    "a webhook was refused",
    "a model server failed repeatedly",
    "error occurred while testing the connection on-release",
];

/// One fault, and what shows it.
pub(super) struct Row {
    fault: &'static str,
    doctor: &'static str,
    ready: &'static str,
    log: &'static str,
    metric: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    let section = CHAPTER.split(HEADING).nth(1).expect("the section is there");
    let section = section.split("\n## ").next().unwrap_or(section);
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    lines.map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [fault, doctor, ready, log, metric] = cells[..] else { panic!("five cells: {line}") };
        Row { fault, doctor, ready, log, metric }
    })
}

/// The faults, as they are called.
pub(super) fn faults() -> Vec<&'static str> {
    rows().map(|row| row.fault).collect()
}

impl Row {
    /// The row of that fault.
    pub(super) fn of(fault: &str) -> Self {
        rows().find(|row| row.fault == fault).unwrap_or_else(|| panic!("the table has no {fault:?}"))
    }

    /// What the log says, in pieces without what differs each time.
    pub(super) fn log(&self) -> Vec<&'static str> {
        quotes(self.log).flat_map(pieces).collect()
    }

    /// Counters and gauges that are no longer 0.
    pub(super) fn figures(&self) -> Vec<&'static str> {
        self.metric.split('`').skip(1).step_by(2).collect()
    }

    /// Panics where something else was seen than the row tells.
    pub(super) fn holds(&self, seen: &Seen) {
        self.doctor_holds(seen);
        self.ready_holds(seen);
        self.log_holds(seen);
        let others = seen.figures.iter().filter(|(name, value)| is_bad(name, *value) && !self.admits(name));
        let others: Vec<_> = others.collect();
        assert!(others.is_empty(), "{}: {others:?}", self.fault);
        for figure in self.figures() {
            assert!(seen.counts(figure), "{}: {figure} in {:?}", self.fault, seen.figures);
        }
    }

    fn doctor_holds(&self, seen: &Seen) {
        let is_bad = |outcome: &str| matches!(outcome, "fault" | "warning");
        let told: Vec<_> = seen.findings.iter().filter(|finding| is_bad(&finding.outcome)).collect();
        let told = format!("{}: {told:#?}", self.fault);
        let named = |finding: &Finding| names(self.doctor).any(|name| name == finding.check);
        let expected = |finding: &&Finding| match finding.outcome.as_str() {
            "fault" => true,
            "warning" => named(finding) || !NO_MATTER.contains(&finding.check.as_str()),
            _ => false,
        };
        let bad: Vec<_> = seen.findings.iter().filter(expected).collect();
        assert!(bad.iter().all(|finding| named(finding)), "{told}");
        for name in names(self.doctor) {
            assert!(bad.iter().any(|finding| finding.check == name), "{name}? {told}");
        }
        let words: Vec<_> = bad.iter().map(|finding| finding.words.as_str()).collect();
        for piece in quotes(self.doctor).flat_map(pieces) {
            assert!(words.iter().any(|words| words.contains(piece)), "{piece}? {told}");
        }
        let is_fault = bad.iter().any(|finding| finding.outcome == "fault");
        assert_eq!(self.doctor.ends_with("(warning)"), !is_fault, "{told}");
        let code = if bad.iter().any(|it| it.check == "settings") { 78 } else { i32::from(is_fault) };
        assert_eq!(seen.code, Some(code), "{told}");
    }

    fn ready_holds(&self, seen: &Seen) {
        let Some((status, problems)) = &seen.ready else {
            return assert!(NOBODY.contains(&self.ready), "{}", self.fault);
        };
        let told = format!("{}: {problems:?}", self.fault);
        assert_eq!(
            problems.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(),
            names(self.ready).collect::<Vec<_>>(),
            "{told}"
        );
        assert_eq!(*status, if self.ready == "ready" { 200 } else { 503 }, "{told}");
        for piece in quotes(self.ready).flat_map(pieces) {
            assert!(problems.iter().any(|(_, words)| words.contains(piece)), "{piece}? {told}");
        }
    }

    fn log_holds(&self, seen: &Seen) {
        let told = format!("{}: {:#?}", self.fault, seen.log);
        let said: Vec<_> = self.log();
        for piece in &said {
            assert!(seen.log.iter().any(|line| line.words.contains(piece)), "{piece}? {told}");
        }
        let follows = |line: &Line| FOLLOWING.iter().any(|words| line.words.contains(words));
        for line in seen.log.iter().filter(|line| line.is_bad && !follows(line)) {
            assert!(
                said.iter().any(|piece| line.words.contains(piece)),
                "{line:?} is not in the row. {told}"
            );
        }
    }

    /// Whether a figure of the same part of the service is named.
    fn admits(&self, figure: &str) -> bool {
        let part = |name: &str| name.split('_').next().map(str::to_owned);
        let of_any = ["jobs", "queue", "notices"].iter().any(|any| figure.starts_with(any));
        self.figures().iter().any(|named| of_any || part(named) == part(figure))
    }
}

/// What stands in backticks outside of quotation marks.
fn names(cell: &str) -> impl Iterator<Item = String> {
    let outside: String = cell.split('"').step_by(2).collect();
    outside.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn quotes(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('"').skip(1).step_by(2)
}

fn pieces(quote: &str) -> impl Iterator<Item = &str> {
    quote.split('…').map(str::trim).filter(|piece| piece.len() > 3)
}

/// Whether the figure tells of something that failed.
fn is_bad(name: &str, value: f64) -> bool {
    const WELL: [&str; 7] = ["queued", "unknown_type", "answered", "posted", "done", "committed", "retry"];
    if name == "store_up" {
        return value == 0.0;
    }
    let outcome = name.split("outcome=\"").nth(1).and_then(|rest| rest.split('"').next());
    let failed = outcome.is_some_and(|outcome| !WELL.contains(&outcome));
    value > 0.0 && (failed || name.starts_with("talk_pauses") || name == "queue_dead_letters")
}
