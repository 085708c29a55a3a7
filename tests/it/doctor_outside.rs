//! The checks of `doctor` that look at Nextcloud, Talk and the model, against servers as they are found: well, busy,
//! old, or somebody else's.

use nextcloud_opencode_bot::application::doctor::{Finding, Outcome};
use nextcloud_opencode_bot::settings::{Settings, Source};

use crate::support::NOBODY;

mod model;
mod nextcloud;

const SECRET: &str = "0123456789abcdef0123456789abcdef01234567";

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let mut source = Source::default();
    let fixed = [
        ("NEXTCLOUD_URL", NOBODY),
        ("MODEL_BASE_URL", NOBODY),
        ("BOT_SECRET", SECRET),
        ("DATABASE_URL", "sqlite:///nowhere/bot.db"),
    ];
    for (name, value) in fixed.iter().chain(pairs) {
        source.environment.insert((*name).to_owned(), value.into());
    }
    Settings::read(&source).expect("valid")
}

/// Each check with the worst that it found.
fn outcomes(findings: &[Finding]) -> Vec<(&'static str, Outcome)> {
    let mut outcomes: Vec<(&'static str, Outcome)> = Vec::new();
    for finding in findings {
        match outcomes.iter_mut().find(|(check, _)| *check == finding.check) {
            Some((_, worst)) => *worst = finding.outcome.max(*worst),
            None => outcomes.push((finding.check, finding.outcome)),
        }
    }
    outcomes
}

fn of(findings: &[Finding], check: &str) -> Outcome {
    let found = outcomes(findings).into_iter().find(|(name, _)| *name == check);
    found.unwrap_or_else(|| panic!("no {check} in {findings:?}")).1
}

fn has(findings: &[Finding], check: &str, words: &str) {
    let told =
        |it: &Finding| it.found.contains(words) || it.mend.as_ref().is_some_and(|it| it.contains(words));
    assert!(
        findings.iter().any(|it| it.check == check && told(it)),
        "{check}: no `{words}` in {findings:#?}"
    );
}
