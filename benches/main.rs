//! All benches in one program, which is linked once. `cargo bench` runs every part; `cargo bench -- webhook --rounds 3
//! --json figures.json` runs one. Nothing is asserted about times: figures are to be read, ratios first.
#![expect(clippy::print_stdout, reason = "the table is the result")]

mod history;
mod latency;
mod process;
mod pure;
mod queue;
mod support;
mod webhook;

use std::path::PathBuf;

use support::report::Report;
use support::sample::{millis, now};

/// Each part is measured this often; the median counts.
const ROUNDS: usize = 7;

/// An hour's load, if somebody asks ten times a second.
const MESSAGES: usize = 36_000;

const PARTS: [&str; 6] = ["webhook", "latency", "queue", "history", "process", "pure"];

/// What the command line asks for.
struct Request {
    parts: Vec<String>,
    rounds: usize,
    messages: usize,
    json: Option<PathBuf>,
    /// Address of an empty PostgreSQL database.
    database: Option<String>,
}

impl Request {
    fn read(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut request =
            Self { parts: Vec::new(), rounds: ROUNDS, messages: MESSAGES, json: None, database: None };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} needs a value"));
            match argument.as_str() {
                // Cargo says which kind of run it is.
                "--bench" => {}
                "--rounds" => request.rounds = value().parse().expect("--rounds needs a number"),
                "--messages" => request.messages = value().parse().expect("--messages needs a number"),
                "--json" => request.json = Some(value().into()),
                "--database" => request.database = Some(value()),
                part if PARTS.contains(&part) => request.parts.push(argument),
                other => panic!("{other} is no part; they are {PARTS:?}"),
            }
        }
        request
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

fn main() {
    let request = Request::read(std::env::args().skip(1));
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let mut report = Report::default();
    if request.wants("webhook") {
        webhook::run(directory.path(), request.rounds, &mut report);
    }
    if request.wants("latency") {
        latency::run(directory.path(), request.rounds, &mut report);
    }
    if request.wants("queue") {
        queue::run(directory.path(), request.rounds, &mut report);
    }
    if request.wants("history") {
        history::run(directory.path(), request.database.as_deref(), request.rounds, &mut report);
    }
    if request.wants("process") {
        process::run(directory.path(), request.rounds, request.messages, &mut report);
    }
    if request.wants("pure") {
        time_pure(request.rounds, &mut report);
    }
    println!("{}", report.table());
    if let Some(path) = request.json {
        std::fs::write(path, format!("{:#}\n", report.json())).expect("the figures are written");
    }
}

/// On the clock; `benches/instructions` counts what they do.
fn time_pure(rounds: usize, report: &mut Report) {
    for scenario in pure::SCENARIOS.iter().skip(1) {
        let act = (scenario.prepare)();
        let time = || {
            let began = now();
            act();
            millis(began.elapsed())
        };
        report.figure(scenario.name.replace('-', " "), "ms", (0..rounds).map(|_| time()).collect(), None);
    }
}
