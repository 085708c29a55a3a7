//! What Nextcloud's status page tells: whether it is there and ready, by which certificate, and by which clock.

use std::time::Duration;

use super::certificate::CHECK as CERTIFICATE;
use super::{Finding, Trouble, Validity, judge_validity};
use crate::domain::time::Timestamp;

/// From here on the times in logs mislead.
const SKEW: Duration = Duration::from_mins(1);

/// From here on certificates seem to have expired, or not to be valid yet.
const FAR: Duration = Duration::from_hours(24);

const SETTING: &str = "NEXTCLOUD_URL";

/// What was seen at the address of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextcloudFacts {
    /// Scheme, host and port.
    pub server: String,
    /// Whether that server is this machine.
    pub is_here: bool,
    /// When it was asked, by this machine's clock.
    pub seen: Timestamp,
    /// What its status page answers.
    pub answer: Result<StatusPage, Trouble>,
}

/// An answer to `status.php`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPage {
    /// HTTP's own.
    pub status: u16,
    /// Where a redirect leads.
    pub redirect: Option<String>,
    /// How long its certificate is valid; absent without TLS.
    pub certificate: Option<Validity>,
    /// How far the server's clock is from this machine's; absent where it does not tell.
    pub skew: Option<Duration>,
    /// Absent where what answers is no Nextcloud.
    pub nextcloud: Option<Nextcloud>,
    /// Whether a Nextcloud answers that the host is not among its `trusted_domains`.
    pub is_untrusted: bool,
    /// A path below which there is one instead.
    pub below: Option<&'static str>,
}

/// What a Nextcloud says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nextcloud {
    /// Digits and dots; empty where it does not tell.
    pub version: String,
    /// Whether its setup is finished.
    pub installed: bool,
    /// Whether it takes nothing for now.
    pub maintenance: bool,
    /// Whether an upgrade waits to be finished.
    pub needs_upgrade: bool,
}

/// Checks `certificate`, `nextcloud` and `clock`.
#[must_use]
pub fn judge(facts: &NextcloudFacts) -> Vec<Finding> {
    vec![certificate(facts), nextcloud(facts), clock(facts)]
}

/// Whether Talk can be looked at there.
#[must_use]
pub fn is_ready(facts: &NextcloudFacts) -> bool {
    let nextcloud = facts.answer.as_ref().ok().and_then(|page| page.nextcloud.as_ref());
    nextcloud.is_some_and(|it| it.installed && !it.maintenance && !it.needs_upgrade)
}

fn certificate(facts: &NextcloudFacts) -> Finding {
    let server = &facts.server;
    if server.starts_with("http:") {
        return if facts.is_here {
            Finding::skipped(CERTIFICATE, format!("{server} is this machine, without TLS"))
        } else {
            Finding::warning(
                CERTIFICATE,
                format!("{server}: answers go there without encryption"),
                format!("set {SETTING} to its https address"),
            )
        };
    }
    match &facts.answer {
        Ok(StatusPage { certificate: Some(validity), .. }) => judge_validity(server, validity),
        Ok(_) => Finding::good(CERTIFICATE, format!("{server}: trusted, and for that name")),
        Err(trouble) if trouble.is_of_certificate() => {
            Finding::fault(CERTIFICATE, format!("{server}: {}", trouble.found()), trouble.mend(SETTING))
        }
        Err(_) => Finding::skipped(CERTIFICATE, format!("{server} was not reached")),
    }
}

fn nextcloud(facts: &NextcloudFacts) -> Finding {
    const CHECK: &str = "nextcloud";
    let server = &facts.server;
    let fault = |found: &str, mend: String| Finding::fault(CHECK, format!("{server}: {found}"), mend);
    let page = match &facts.answer {
        Ok(page) => page,
        Err(trouble) if trouble.is_of_certificate() => {
            return Finding::skipped(CHECK, format!("{server}: not asked, for its certificate"));
        }
        Err(trouble) => return fault(trouble.found(), trouble.mend(SETTING)),
    };
    if let Some(target) = &page.redirect {
        let found = format!("it redirects to {target}, and a redirected post arrives as a GET");
        return fault(&found, format!("set {SETTING} to the final address"));
    }
    let Some(nextcloud) = &page.nextcloud else {
        if page.is_untrusted {
            let mend = format!(
                "occ config:system:set trusted_domains NUMBER --value=HOST with the host of {SETTING}, or set {SETTING} to \
                 a name that is there"
            );
            return fault("it does not trust that name of its own", mend);
        }
        let found = format!("what answers is no Nextcloud (HTTP {})", page.status);
        let mend = match page.below {
            Some(path) => format!("there is one below {path}: set {SETTING} to {server}{path}"),
            None => format!("check {SETTING}, and its host in Nextcloud's trusted_domains"),
        };
        return fault(&found, mend);
    };
    if !nextcloud.installed {
        return fault("its setup is not finished", "finish it in a browser".to_owned());
    }
    if nextcloud.maintenance {
        return fault("it is in maintenance mode", "occ maintenance:mode --off, when it is done".to_owned());
    }
    if nextcloud.needs_upgrade {
        return fault("it waits for its upgrade to be finished", "occ upgrade".to_owned());
    }
    let version = if nextcloud.version.is_empty() { "of an unknown version" } else { &nextcloud.version };
    Finding::good(CHECK, format!("{server}: Nextcloud {version}"))
}

fn clock(facts: &NextcloudFacts) -> Finding {
    const CHECK: &str = "clock";
    const MEND: &str = "let both machines set their clocks by NTP";
    let Ok(page) = &facts.answer else {
        let found = format!("Nextcloud was not reached; this machine has {}", facts.seen.utc());
        return Finding::skipped(CHECK, found);
    };
    let Some(skew) = page.skew else { return Finding::skipped(CHECK, "Nextcloud does not tell its time") };
    let found = format!("{} s between this machine's clock and Nextcloud's", skew.as_secs());
    match skew {
        _ if skew > FAR => Finding::fault(CHECK, found, MEND),
        _ if skew > SKEW => Finding::warning(CHECK, found, MEND),
        _ => Finding::good(CHECK, found),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{self, Fault, Good, Skipped, Warning};
    use super::*;

    fn page() -> StatusPage {
        let nextcloud =
            Nextcloud { version: "32.0.9".into(), installed: true, maintenance: false, needs_upgrade: false };
        StatusPage {
            status: 200,
            redirect: None,
            certificate: None,
            skew: Some(Duration::ZERO),
            nextcloud: Some(nextcloud),
            is_untrusted: false,
            below: None,
        }
    }

    fn outcomes(server: &str, is_here: bool, answer: Result<StatusPage, Trouble>) -> [Outcome; 3] {
        let facts = NextcloudFacts { server: server.into(), is_here, seen: Timestamp::default(), answer };
        judge(&facts).iter().map(|it| it.outcome).collect::<Vec<_>>().try_into().expect("three")
    }

    #[test]
    fn each_state_of_a_server_has_its_outcomes() {
        let (tls, plain) = ("https://h", "http://h");
        let other = StatusPage { nextcloud: None, ..page() };
        let late = |secs| StatusPage { skew: Some(Duration::from_secs(secs)), ..page() };
        let busy = |change: fn(&mut Nextcloud)| {
            let mut page = page();
            page.nextcloud.iter_mut().for_each(change);
            page
        };
        for (server, is_here, answer, expected) in [
            (tls, false, Ok(page()), [Good, Good, Good]),
            (plain, false, Ok(page()), [Warning, Good, Good]),
            (plain, true, Ok(page()), [Skipped, Good, Good]),
            (tls, false, Err(Trouble::Expired), [Fault, Skipped, Skipped]),
            (tls, false, Err(Trouble::Refused), [Skipped, Fault, Skipped]),
            (tls, false, Ok(other), [Good, Fault, Good]),
            (tls, false, Ok(late(60)), [Good, Good, Good]),
            (tls, false, Ok(late(61)), [Good, Good, Warning]),
            (tls, false, Ok(late(90_000)), [Good, Good, Fault]),
            (tls, false, Ok(StatusPage { skew: None, ..page() }), [Good, Good, Skipped]),
            (tls, false, Ok(busy(|it| it.maintenance = true)), [Good, Fault, Good]),
            (tls, false, Ok(busy(|it| it.needs_upgrade = true)), [Good, Fault, Good]),
            (tls, false, Ok(busy(|it| it.installed = false)), [Good, Fault, Good]),
        ] {
            assert_eq!(outcomes(server, is_here, answer.clone()), expected, "{answer:?}");
        }
    }

    #[test]
    fn a_nextcloud_may_keep_its_version_to_itself() {
        for (version, told) in [("35.0.0", "Nextcloud 35.0.0"), ("", "Nextcloud of an unknown version")] {
            let nextcloud = page().nextcloud.map(|it| Nextcloud { version: version.to_owned(), ..it });
            let answer = Ok(StatusPage { nextcloud, ..page() });
            let seen = Timestamp::default();
            let facts = NextcloudFacts { server: "https://h".into(), is_here: false, seen, answer };
            assert_eq!(super::nextcloud(&facts).found, format!("https://h: {told}"));
        }
    }

    #[test]
    fn a_nextcloud_below_a_path_is_named() {
        let page = StatusPage { nextcloud: None, below: Some("/nextcloud"), ..page() };
        let facts = NextcloudFacts {
            server: "https://h".into(),
            is_here: false,
            seen: Timestamp::default(),
            answer: Ok(page),
        };
        let mend = nextcloud(&facts).mend.expect("a fault");
        assert!(mend.ends_with("set NEXTCLOUD_URL to https://h/nextcloud"), "{mend}");
    }
}
