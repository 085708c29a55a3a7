//! Judges the directory of the store: it has to be there, to take files of this account, and to make them safe quickly,
//! since every question waits for that.

use std::time::Duration;

use super::Finding;

const CHECK: &str = "state-directory";

/// Longer than this a person notices.
const SLOW: Duration = Duration::from_millis(100);

/// What there is.
#[derive(Debug, Clone)]
pub struct Directory {
    /// Where, for a person.
    pub path: String,
    /// Its permissions, without the kind; `None` when it cannot be looked at.
    pub mode: Option<u32>,
    /// Whether it is not there, and this account can make it.
    pub can_be_made: bool,
    /// How long a small file took to be safe on the disk, or why there could be none.
    pub written: Result<Duration, String>,
}

/// Whether a store can lie there.
#[must_use]
pub fn judge_directory(directory: &Directory) -> Vec<Finding> {
    let Directory { path, mode, can_be_made, written } = directory;
    let Some(mode) = mode else {
        if *can_be_made {
            return vec![Finding::warning(
                CHECK,
                format!("{path} is not there yet; the service makes it at its first start"),
                "start the service; if it has run already, give its DATABASE_URL or STATE_DIRECTORY here as well",
            )];
        }
        return vec![Finding::fault(
            CHECK,
            format!("{path} is no directory that can be looked at"),
            "make the directory for the bot's account, or name another one by DATABASE_URL or STATE_DIRECTORY",
        )];
    };
    let mut findings = Vec::new();
    if mode & 0o006 != 0 {
        findings.push(Finding::warning(
            CHECK,
            format!("{path} is open to every account ({mode:o})"),
            "keep the store in a directory of its own, with mode 700",
        ));
    }
    findings.push(match written {
        Err(why) => Finding::fault(
            CHECK,
            format!("{path} takes no file: {why}"),
            "run this as the bot's account, and give that account the directory",
        ),
        Ok(took) if *took > SLOW => Finding::warning(
            CHECK,
            format!("a small write to {path} took {} ms to be safe", took.as_millis()),
            "use a faster or less busy disk: every question waits for that",
        ),
        Ok(took) => Finding::good(CHECK, format!("{path} takes files, safe in {} ms", took.as_millis())),
    });
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    #[test]
    fn each_state_has_its_outcome() {
        let quick = || Ok(Duration::from_millis(3));
        let no = || Err("not there".to_owned());
        for (mode, can_be_made, written, expected) in [
            (Some(0o751), false, quick(), Outcome::Good),
            (Some(0o755), false, quick(), Outcome::Warning),
            (Some(0o700), false, Ok(Duration::from_millis(101)), Outcome::Warning),
            (Some(0o700), false, Err("read-only".to_owned()), Outcome::Fault),
            (None, true, no(), Outcome::Warning),
            (None, false, no(), Outcome::Fault),
        ] {
            let directory = Directory { path: "/state".to_owned(), mode, can_be_made, written };
            let worst = judge_directory(&directory).iter().map(|finding| finding.outcome).max();
            assert_eq!(worst, Some(expected), "{directory:?}");
        }
    }
}
