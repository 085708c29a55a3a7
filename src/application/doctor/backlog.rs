//! Judges what waits in the store: how old it is, what was given up, and what Nextcloud's refusals hold back.

use std::time::Duration;

use super::Finding;
use crate::domain::job::PauseScope;
use crate::domain::time::Timestamp;
use crate::ports::queue::Depth;

const CHECK: &str = "backlog";

/// Longer than this, somebody wonders.
const OLD: Duration = Duration::from_mins(10);

/// Whether questions get on.
#[must_use]
pub fn judge_backlog(depth: &Depth, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let server = depth.pauses.iter().find(|(scope, _)| *scope == PauseScope::Server);
    let latest = depth.pauses.iter().map(|(_, until)| *until).max();
    let minutes = |until: Timestamp| until.since(now).as_secs().div_ceil(60);
    if let Some((_, until)) = server {
        findings.push(Finding::fault(
            CHECK,
            format!(
                "Nextcloud refused too many signatures: nothing is posted anywhere for {} min",
                minutes(*until)
            ),
            "find what sent wrong signatures (the secret of `occ talk:bot:install`), then wait",
        ));
    } else if let Some(until) = latest {
        findings.push(Finding::fault(
            CHECK,
            format!(
                "Nextcloud refused the signature in {} room(s): nothing is posted there for up to {} min",
                depth.pauses.len(),
                minutes(until)
            ),
            "check the secret, that the bot is enabled in the room, and its `response` feature",
        ));
    }
    if depth.dead > 0 {
        findings.push(Finding::warning(
            CHECK,
            format!("{} questions were given up", depth.dead),
            "`dead-letters list` tells why; `dead-letters retry all` tries them again",
        ));
    }
    let age = depth.oldest.map(|oldest| now.since(oldest)).unwrap_or_default();
    if age > OLD {
        findings.push(Finding::warning(
            CHECK,
            format!("{} questions are open, the oldest for {} min", depth.open, age.as_secs() / 60),
            "see whether the service runs, and what is said of the model and of Talk",
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::good(CHECK, format!("{} questions open, none given up", depth.open)));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{self, Fault, Good, Warning};
    use super::*;

    #[test]
    fn each_state_has_its_outcome() {
        let now = Timestamp::from_millis(10_000_000);
        let ago = |secs: i64| Some(Timestamp::from_millis(10_000_000 - secs * 1000));
        let pauses = vec![(PauseScope::Server, now + Duration::from_secs(61))];
        for (depth, expected, said) in [
            (Depth::default(), Good, "0 questions"),
            (Depth { open: 1, oldest: ago(600), ..Depth::default() }, Good, "1 questions"),
            (Depth { open: 1, oldest: ago(660), ..Depth::default() }, Warning, "11 min"),
            (Depth { dead: 2, ..Depth::default() }, Warning, "2 questions were given up"),
            (Depth { pauses, ..Depth::default() }, Fault, "for 2 min"),
        ] {
            let findings = judge_backlog(&depth, now);
            let outcomes: Vec<Outcome> = findings.iter().map(|finding| finding.outcome).collect();
            assert_eq!(outcomes, [expected], "{findings:?}");
            assert!(findings[0].found.contains(said), "{findings:?}");
        }
    }
}
