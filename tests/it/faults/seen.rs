//! What was seen of one fault, in the four places that tell.

use nextcloud_opencode_bot::adapters::http_client;
use serde_json::Value;

use crate::support::process::DEADLINE;

const PREFIX: &str = "opencode_bot_";

/// In all four places.
pub(super) struct Seen {
    /// The doctor's findings.
    pub(super) findings: Vec<Finding>,
    /// Its exit status.
    pub(super) code: Option<i32>,
    /// The status of `/ready` and the parts with a problem; absent where nobody answers.
    pub(super) ready: Option<(u16, Vec<(String, String)>)>,
    /// The log.
    pub(super) log: Vec<Line>,
    /// Names without their common prefix, with labels.
    pub(super) figures: Vec<(String, f64)>,
}

/// A finding of the doctor.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) check: String,
    pub(super) outcome: String,
    /// What is found, and how to mend it.
    pub(super) words: String,
}

/// A line of the log.
#[derive(Debug)]
pub(super) struct Line {
    /// A warning or worse.
    pub(super) is_bad: bool,
    /// Its message and fields.
    pub(super) words: String,
}

impl Seen {
    /// Whether that figure, or a histogram of that name, is not 0.
    pub(super) fn counts(&self, figure: &str) -> bool {
        counts(&self.figures, figure)
    }

    /// The value of that figure.
    pub(super) fn figure(&self, figure: &str) -> Option<f64> {
        self.figures.iter().find(|(name, _)| name == figure).map(|(_, value)| *value)
    }
}

/// Whether that figure, or a histogram of that name, is not 0.
pub(super) fn counts(figures: &[(String, f64)], figure: &str) -> bool {
    let count = format!("{figure}_count");
    figures.iter().any(|(name, value)| *value > 0.0 && (name == figure || *name == count))
}

/// The findings that `doctor --json` printed.
pub(super) fn findings(printed: &[u8]) -> Vec<Finding> {
    let document: Value = serde_json::from_slice(printed).expect("one JSON object");
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = document["findings"].as_array().expect("a list").iter();
    let finding = findings.map(|it| Finding {
        check: word(&it["check"]),
        outcome: word(&it["outcome"]),
        words: format!("{} {}", word(&it["found"]), word(&it["mend"])),
    });
    finding.collect()
}

/// A line as the service wrote it. What is no JSON came before there was a log.
pub(super) fn line(written: &str) -> Line {
    let Ok(json) = serde_json::from_str::<Value>(written) else {
        return Line { is_bad: true, words: written.to_owned() };
    };
    let is_bad = matches!(json["level"].as_str(), Some("WARN" | "ERROR"));
    Line { is_bad, words: strings(&json).join(" ") }
}

fn strings(json: &Value) -> Vec<&str> {
    match json {
        Value::String(text) => vec![text],
        Value::Array(all) => all.iter().flat_map(strings).collect(),
        Value::Object(all) => all.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// What `/ready` tells there.
pub(super) async fn ready(url: &str) -> (u16, Vec<(String, String)>) {
    let (status, text) = get(url, "/ready").await;
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let word =
        |check: &Value| Some((check["name"].as_str()?.to_owned(), check["problem"].as_str()?.to_owned()));
    (status, report["checks"].as_array().expect("checks").iter().filter_map(word).collect())
}

/// Every figure there.
pub(super) async fn figures(url: &str) -> Vec<(String, f64)> {
    let (_, page) = get(url, "/metrics").await;
    let lines = page.lines().filter_map(|line| line.strip_prefix(PREFIX)?.split_once(' '));
    lines.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect()
}

async fn get(url: &str, path: &str) -> (u16, String) {
    let client = http_client::build(url, Some(DEADLINE));
    let answer = client.get(format!("{url}{path}")).send().await.expect("it runs");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}
