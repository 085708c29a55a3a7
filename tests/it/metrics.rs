//! What is written about the figures is true of the figures: the table, the dashboard and the alerts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use nextcloud_opencode_bot::ports::model::EndpointState;
use nextcloud_opencode_bot::ports::queue::Depth;
use nextcloud_opencode_bot::telemetry::metrics::Metrics;
use serde_json::Value;

const DASHBOARD: &str = include_str!("../../docs/grafana.json");
const ALERTS: &str = include_str!("../../docs/alerts.yaml");

/// A page with every series that there can be with one server.
fn page() -> String {
    let metrics = Metrics::default();
    metrics.endpoints(&[EndpointState::default()]);
    metrics.render(Some((&Depth::default(), Duration::ZERO)))
}

/// Every name that a query can ask for, with the labels of its series as they are written.
fn series(page: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut series = BTreeMap::<_, BTreeSet<_>>::new();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (labelled, _) = line.rsplit_once(' ').expect("a value");
        let (name, labels) = labelled.split_once('{').unwrap_or((labelled, "}"));
        let labels = labels.trim_end_matches('}').split(',');
        series.entry(name).or_default().extend(labels);
    }
    series
}

/// Each name of ours in a text, with what comes after it.
fn named(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let starts = ["opencode_bot_", "process_"].into_iter().flat_map(|prefix| text.match_indices(prefix));
    starts.map(|(at, _)| {
        let end = text[at..].find(|c: char| c != '_' && !c.is_ascii_alphanumeric());
        text[at..].split_at(end.unwrap_or(text.len() - at))
    })
}

/// Of a query's label matchers, those of a whole word.
fn words(after: &str) -> impl Iterator<Item = String> {
    let matchers = after.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let matchers = matchers.map_or("", |(matchers, _)| matchers).split(',');
    matchers.flat_map(|matcher| {
        let (label, alternatives) = matcher.split_once(['=', '!']).unwrap_or_default();
        let alternatives = alternatives.trim_start_matches(['=', '~']).trim_matches('"').split('|');
        let ours = ["outcome", "kind", "reason", "scope"].contains(&label);
        let plain = move |word: &&str| ours && word.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
        alternatives.filter(plain).map(move |word| format!("{label}=\"{word}\""))
    })
}

fn assert_known(queries: &[String]) {
    let page = page();
    let series = series(&page);
    assert!(queries.len() > 10, "{queries:?}");
    for query in queries {
        let mut ours = 0;
        for (name, after) in named(query) {
            let Some(labels) = series.get(name) else { panic!("{name} is not on the page: {query}") };
            for word in words(after) {
                assert!(labels.contains(word.as_str()), "{name} has no {word}: {query}");
            }
            ours += 1;
        }
        assert!(ours > 0, "a query of nothing: {query}");
    }
}

/// Every value of that key, wherever it is.
fn every(key: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => {
            let here = object.get(key).and_then(Value::as_str).map(str::to_owned);
            here.into_iter().chain(object.values().flat_map(|value| every(key, value))).collect()
        }
        Value::Array(values) => values.iter().flat_map(|value| every(key, value)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_committed_table_is_current() {
    assert!(
        include_str!("../../docs/metrics.md") == Metrics::default().reference(),
        "docs/metrics.md is out of date; run: cargo run -- metrics-reference > docs/metrics.md"
    );
}

#[test]
fn the_dashboard_asks_for_what_there_is() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).expect("JSON");
    assert_known(&every("expr", &dashboard));
}

#[test]
fn the_dashboard_leaves_no_figure_out() {
    let shown: BTreeSet<_> = named(DASHBOARD).map(|(name, _)| name).collect();
    for line in Metrics::default().reference().lines().filter(|line| line.starts_with("| `")) {
        let name = line.split('`').nth(1).expect("a name");
        assert!(shown.iter().any(|shown| shown.starts_with(name)), "{name}");
    }
}

#[test]
fn every_alert_asks_for_what_there_is_and_says_what_to_do() {
    let alerts: Value = serde_yaml::from_str(ALERTS).expect("YAML");
    let (expressions, names) = (every("expr", &alerts), every("alert", &alerts));
    assert_known(&expressions);
    assert_eq!(expressions.len(), names.len());
    for key in ["summary", "runbook"] {
        let sentences = every(key, &alerts);
        assert_eq!(sentences.len(), names.len(), "{key}");
        assert!(sentences.iter().all(|sentence| sentence.ends_with('.')), "{key}: {sentences:?}");
    }
}
