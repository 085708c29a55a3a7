//! Judges what ends with no result: a check that ran out of its time, whatever is looked at after it, and a listener that
//! takes connections and says nothing.

use std::time::Duration;

use super::Finding;

/// A check that ran out of time, and those that would have come out of it.
#[must_use]
pub fn ran_out(check: &'static str, limit: Duration, rest: &[&'static str]) -> Vec<Finding> {
    let found = format!("no result within {} s", limit.as_secs());
    let fault = Finding::fault(check, found, "look whether the disk or the server it is about hangs");
    let skipped = |check: &&'static str| Finding::skipped(check, "the look before it did not end in time");
    std::iter::once(fault).chain(rest.iter().map(skipped)).collect()
}

/// Something takes connections where the service should, and does not answer.
#[must_use]
pub fn judge_silence(place: &str) -> Finding {
    Finding::fault(
        "listener",
        format!("something takes connections at {place}, but does not answer in time"),
        "if it is the service, see its log and restart it; else give the bot a free port with BOT_PORT",
    )
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{self, Fault, Skipped};
    use super::*;

    #[test]
    fn what_would_have_come_after_is_listed_as_skipped() {
        let findings = ran_out("model", Duration::from_mins(1), &["model-name", "model-answer"]);
        let told: Vec<(&str, Outcome)> = findings.iter().map(|it| (it.check, it.outcome)).collect();
        assert_eq!(told, [("model", Fault), ("model-name", Skipped), ("model-answer", Skipped)]);
        assert_eq!(findings[0].found, "no result within 60 s");
    }
}
