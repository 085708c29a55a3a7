//! Judges a secret by where it comes from and by its make: who else can read it, and whether it can be what was meant.
//! Holds measures of it and no part of it.

use super::Finding;

const CHECK: &str = "secret";

/// A random secret of 40 characters or more holds more different ones, even of the ten digits.
const VARIETY: usize = 8;

/// Where a secret was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenBy {
    /// On the command line.
    Flag,
    /// In the environment.
    Environment,
    /// In a systemd credential of that name.
    Credential(&'static str),
    /// In a file.
    File {
        /// Where, for a person.
        path: String,
        /// Its permissions, without the kind; `None` when they cannot be seen.
        mode: Option<u32>,
    },
}

/// What is known of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFacts {
    /// The variable it is the value of.
    pub setting: &'static str,
    /// Where it was found.
    pub given_by: GivenBy,
    length: usize,
    distinct: usize,
    has_space_around: bool,
    has_control: bool,
}

impl SecretFacts {
    /// Measures it.
    #[must_use]
    pub fn new(setting: &'static str, given_by: GivenBy, bytes: &[u8]) -> Self {
        let distinct = bytes.iter().collect::<std::collections::BTreeSet<_>>().len();
        let has_space_around =
            [bytes.first(), bytes.last()].into_iter().flatten().any(u8::is_ascii_whitespace);
        let has_control = bytes.iter().any(u8::is_ascii_control);
        Self { setting, given_by, length: bytes.len(), distinct, has_space_around, has_control }
    }
}

/// Whether it is kept as a secret should be, and can be right.
#[must_use]
pub fn judge_secret(facts: &SecretFacts) -> Vec<Finding> {
    let mut findings: Vec<Finding> = place(facts).into_iter().chain(make(facts)).collect();
    if findings.is_empty() {
        let from = match &facts.given_by {
            GivenBy::Flag => "the command line".to_owned(),
            GivenBy::Environment => "the environment".to_owned(),
            GivenBy::Credential(name) => format!("the credential {name}"),
            GivenBy::File { path, .. } => format!("the file {path}"),
        };
        findings.push(Finding::good(CHECK, format!("{}: {} bytes from {from}", facts.setting, facts.length)));
    }
    findings
}

fn place(facts: &SecretFacts) -> Option<Finding> {
    let setting = facts.setting;
    match &facts.given_by {
        GivenBy::Flag => Some(Finding::warning(
            CHECK,
            format!("{setting} stands on the command line, which every account of this machine can read"),
            "give it as a credential or in a file, and make a new one if others have accounts here",
        )),
        GivenBy::File { path, mode: Some(mode) } if mode & 0o007 != 0 => Some(Finding::warning(
            CHECK,
            format!("{setting}: its file {path} is open to every account ({mode:o})"),
            format!("chmod o-rwx {path}"),
        )),
        _ => None,
    }
}

fn make(facts: &SecretFacts) -> Vec<Finding> {
    let setting = facts.setting;
    let mut findings = Vec::new();
    if facts.has_space_around {
        findings.push(Finding::warning(
            CHECK,
            format!("{setting} begins or ends with white space, which counts as a part of it"),
            "take it away, unless the other side has it as well",
        ));
    } else if facts.has_control {
        findings.push(Finding::warning(
            CHECK,
            format!("{setting} holds a line break or another control character"),
            "look whether the file holds more than the secret, or is in another format",
        ));
    }
    if setting.starts_with("BOT_SECRET") && facts.distinct < VARIETY {
        let made = match facts.distinct {
            0 | 1 => "one repeated character".to_owned(),
            few => format!("only {few} different characters"),
        };
        findings.push(Finding::warning(
            CHECK,
            format!("{setting} is made of {made}: it can be guessed"),
            "make a new one (openssl rand -hex 32), and install the bot with it",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    const HEX: &str = "3f1d0c5be7a2946880b1c2d3e4f5a697";

    fn said(given_by: GivenBy, bytes: &str) -> String {
        let findings = judge_secret(&SecretFacts::new("BOT_SECRET", given_by, bytes.as_bytes()));
        assert!(findings.iter().all(|it| it.outcome == Outcome::Warning) || findings.len() == 1);
        let sentences = findings.iter().map(|it| format!("{}: {}", it.outcome.as_str(), it.found));
        sentences.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn each_place_has_its_outcome() {
        let file = |mode| GivenBy::File { path: "/s".to_owned(), mode };
        for (given_by, words) in [
            (GivenBy::Credential("bot-secret"), "good: BOT_SECRET: 32 bytes from the credential bot-secret"),
            (GivenBy::Environment, "good: BOT_SECRET: 32 bytes from the environment"),
            (GivenBy::Flag, "warning: BOT_SECRET stands on the command line"),
            (file(Some(0o600)), "good: BOT_SECRET: 32 bytes from the file /s"),
            (file(Some(0o400)), "good"),
            (file(None), "good"),
            (file(Some(0o640)), "good"),
            (file(Some(0o604)), "open to every account (604)"),
        ] {
            let said = said(given_by, HEX);
            assert!(said.contains(words), "{words} in {said}");
        }
    }

    #[test]
    fn each_make_has_its_outcome() {
        for (bytes, words) in [
            (HEX, "good"),
            ("01234567012345670123456701234567", "good"),
            ("01234560123456012345601234560123", "made of only 7 different characters"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "made of one repeated character"),
            ("\n3f1d0c5be7a2946880b1c2d3e4f5a697", "white space"),
            ("3f1d0c5be7a2946880b1c2d3e4f5a697 ", "white space"),
            ("3f1d0c5be7a29468\n80b1c2d3e4f5a697", "control character"),
            ("a secret with spaces between words", "good"),
        ] {
            let said = said(GivenBy::Environment, bytes);
            assert!(said.contains(words), "{words} in {said}");
            assert!(!said.contains("3f1d"), "{said}");
        }
    }

    #[test]
    fn only_the_bots_own_secret_needs_variety() {
        let findings = judge_secret(&SecretFacts::new("MODEL_API_KEY", GivenBy::Environment, b"xxxx"));
        assert_eq!(findings[0].outcome, Outcome::Good);
    }
}
