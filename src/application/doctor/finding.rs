//! One thing that was looked at, what was found, and how to mend it.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// As it should be.
    Good,
    /// Not looked at; `found` says why.
    Skipped,
    /// It works, but not as well or as safely as it could, or not for long.
    Warning,
    /// The bot cannot do its work, or a part of it.
    Fault,
}

impl Outcome {
    /// The word for people and scripts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

/// What was found in one place. Holds no secret and nothing that somebody wrote in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: a stable word for scripts, such as `state-directory`.
    pub check: &'static str,
    /// How bad it is.
    pub outcome: Outcome,
    /// What there is, in one sentence.
    pub found: String,
    /// What to do about it; only where something should be done.
    pub mend: Option<String>,
}

impl Finding {
    /// All is well.
    #[must_use]
    pub fn good(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, outcome: Outcome::Good, found: found.into(), mend: None }
    }

    /// Not looked at, for this reason.
    #[must_use]
    pub fn skipped(check: &'static str, why: impl Into<String>) -> Self {
        Self { check, outcome: Outcome::Skipped, found: why.into(), mend: None }
    }

    /// Worth mending.
    #[must_use]
    pub fn warning(check: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check, outcome: Outcome::Warning, found: found.into(), mend: Some(mend.into()) }
    }

    /// Has to be mended.
    #[must_use]
    pub fn fault(check: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check, outcome: Outcome::Fault, found: found.into(), mend: Some(mend.into()) }
    }
}
