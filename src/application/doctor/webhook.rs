//! Judges the way of a webhook through the public URL. Only the bot that holds the secret answers a signed event of no
//! known type with its exact receipt, and only when the signature fits the bytes: so that receipt proves both.

use std::time::Duration;

use super::{Finding, Trouble, Validity, judge_validity};

const CHECK: &str = "webhook-url";
const SLOW: Duration = Duration::from_secs(1);
/// Talk gives up then.
const TOO_SLOW: Duration = Duration::from_secs(5);

/// What came back for the event.
#[derive(Debug, Clone)]
pub enum Reply {
    /// No answer.
    None(Trouble),
    /// An answer.
    Answer {
        /// Its status.
        status: u16,
        /// Whether it is the receipt of this bot, to the letter.
        receipt: bool,
        /// Where a redirect leads.
        redirect: String,
        /// How long it took.
        took: Duration,
        /// How long the certificate is valid; absent without TLS.
        certificate: Option<Validity>,
    },
}

/// Both ways: to the listener itself, and through the URL.
#[derive(Debug, Clone)]
pub struct Loop {
    /// Straight to the running service; absent where none was found, be it that its socket is a path.
    pub direct: Option<Reply>,
    /// Through what stands in front.
    pub public: Reply,
    /// The same with a wrong signature; sent only after a receipt.
    pub control: Option<Reply>,
}

/// How an event is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// As Talk does.
    Rightly,
    /// For other bytes, so that the bot has to refuse it.
    Wrongly,
}

impl Loop {
    /// The answer that came from the service, or from what is nearest to it.
    #[must_use]
    pub fn nearest(&self) -> &Reply {
        self.direct.as_ref().unwrap_or(&self.public)
    }

    /// Why there is no answer of a service, where that is all that a service that does not run would show.
    fn nobody(&self) -> Option<String> {
        match &self.public {
            _ if self.direct.is_some() => None,
            Reply::None(why @ (Trouble::Refused | Trouble::TimedOut | Trouble::Lost)) => {
                Some(why.found().to_owned())
            }
            Reply::Answer { status: status @ (404 | 502..=504), .. } => Some(format!("it answers {status}")),
            _ => None,
        }
    }
}

impl Reply {
    /// Whether the bot took the event.
    #[must_use]
    pub fn is_receipt(&self) -> bool {
        matches!(self, Self::Answer { status: 200, receipt: true, .. })
    }

    /// Checks `certificate` of the server at `url`; absent without TLS.
    #[must_use]
    pub fn judge_certificate(&self, url: &str) -> Option<Finding> {
        let Self::Answer { certificate, .. } = self else { return None };
        certificate.as_ref().map(|validity| judge_validity(url, validity))
    }

    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Answer { status: 401, .. })
    }
}

/// Whether the service takes an event where nobody named the URL.
#[must_use]
pub fn judge_direct(direct: Option<&Reply>) -> Finding {
    match direct {
        Some(reply) if reply.is_refusal() => other_secret(),
        _ => Finding::skipped(CHECK, "give the URL the bot was installed with: --webhook-url URL"),
    }
}

fn other_secret() -> Finding {
    Finding::fault(
        CHECK,
        "the running service has another secret than these settings (401)",
        "reload or restart the service, or run this with the service's settings",
    )
}

/// Whether events arrive, unchanged.
#[must_use]
pub fn judge_webhook(url: &str, seen: &Loop) -> Finding {
    let fault = |found: String, mend: &str| Finding::fault(CHECK, found, mend);
    if let Some(why) = seen.nobody() {
        return Finding::skipped(CHECK, format!("no service was found here, and {url} leads to none: {why}"));
    }
    let direct = seen.direct.as_ref();
    let (status, receipt, redirect, took) = match &seen.public {
        Reply::None(why) => {
            return fault(
                format!("{url}: {}", why.found()),
                &match why {
                    Trouble::UnknownIssuer => format!(
                        "{}; Nextcloud trusts an own CA after `occ security:certificates:import`",
                        why.mend("WEBHOOK_URL")
                    ),
                    _ => why.mend("WEBHOOK_URL"),
                },
            );
        }
        Reply::Answer { status, receipt, redirect, took, .. } => (*status, *receipt, redirect, *took),
    };
    match status {
        200 if receipt && !seen.control.as_ref().is_some_and(Reply::is_refusal) => fault(
            format!("{url} does not refuse a wrong signature: what answers there is not this bot"),
            "lead this URL to BOT_HOST and BOT_PORT in the proxy",
        ),
        200 if receipt && direct.is_some_and(Reply::is_refusal) => fault(
            format!("{url} leads to another service than the one here, which refuses the event"),
            "lead this URL to BOT_HOST and BOT_PORT in the proxy, or restart the service here",
        ),
        200 if receipt && took > TOO_SLOW => fault(
            format!("the answer took {} ms; Talk gives up after 5 s", took.as_millis()),
            "find what stands in front and waits",
        ),
        200 if receipt && took > SLOW => Finding::warning(
            CHECK,
            format!("the event arrived unchanged, but the answer took {} ms", took.as_millis()),
            "find what stands in front and waits: people wait with it",
        ),
        200 if receipt => {
            let and = if direct.is_none() { ", so the service runs, at another address" } else { "" };
            let took = took.as_millis();
            Finding::good(
                CHECK,
                format!(
                    "a signed event arrived unchanged in {took} ms{and}; seen from this machine, Nextcloud's way may \
                     differ"
                ),
            )
        }
        200..=299 => fault(
            format!("{url} is answered by something else than this bot ({status})"),
            "lead this URL to BOT_HOST and BOT_PORT in the proxy",
        ),
        300..=399 => fault(
            format!("{url} redirects to {redirect} ({status}), and a redirected POST is lost"),
            "install the bot with the URL it redirects to",
        ),
        401 if direct.is_some_and(Reply::is_receipt) => fault(
            "bytes or headers of the event are changed on the way (401)".to_owned(),
            "let the proxy pass body and X-Nextcloud-Talk headers unchanged, and lead to this service and no other",
        ),
        401 if direct.is_some_and(Reply::is_refusal) => other_secret(),
        401 => fault(
            format!("{url} refuses the event (401), and so nothing is known of its way"),
            "see whether the service answers at BOT_HOST and BOT_PORT, whether it has this secret, and whether the proxy \
             asks for a login",
        ),
        404 | 405 => fault(
            format!("{url} takes no POST ({status})"),
            "look at the path of the URL and at the rules of the proxy for POST",
        ),
        502..=504 => fault(
            format!("what stands in front does not reach the bot ({status})"),
            "start the service; compare the proxy's target with BOT_HOST and BOT_PORT",
        ),
        _ => fault(format!("{url} answers {status}"), "look into the log of the proxy and of the service"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    fn answer(status: u16, receipt: bool, millis: u64) -> Reply {
        let took = Duration::from_millis(millis);
        Reply::Answer { status, receipt, redirect: "https://other".to_owned(), took, certificate: None }
    }

    #[test]
    fn only_the_receipt_is_good() {
        let direct = Some(answer(200, true, 1));
        for (public, outcome, said) in [
            (answer(200, true, 20), Outcome::Good, "unchanged"),
            (answer(200, true, 1_001), Outcome::Warning, "1001 ms"),
            (answer(200, true, 5_001), Outcome::Fault, "gives up"),
            (answer(200, false, 20), Outcome::Fault, "something else"),
            (answer(301, false, 20), Outcome::Fault, "https://other"),
            (answer(401, false, 20), Outcome::Fault, "on the way"),
            (answer(404, false, 20), Outcome::Fault, "no POST"),
            (answer(502, false, 20), Outcome::Fault, "does not reach"),
            (Reply::None(Trouble::Refused), Outcome::Fault, "refused"),
        ] {
            let finding = judge_webhook(
                "https://bot",
                &Loop { direct: direct.clone(), public, control: Some(answer(401, false, 1)) },
            );
            assert_eq!(finding.outcome, outcome, "{finding:?}");
            assert!(finding.found.contains(said), "{finding:?}");
        }
    }

    #[test]
    fn what_takes_a_wrong_signature_is_not_the_bot() {
        let taken = || answer(200, true, 1);
        let seen = Loop { direct: Some(taken()), public: taken(), control: Some(taken()) };
        assert!(judge_webhook("https://bot", &seen).found.contains("not this bot"));
    }

    #[test]
    fn where_no_service_was_found_the_url_may_lead_to_it() {
        for (public, outcome, said) in [
            (answer(200, true, 20), Outcome::Good, "the service runs, at another address"),
            (answer(200, false, 20), Outcome::Fault, "something else"),
            (answer(301, false, 20), Outcome::Fault, "https://other"),
            (answer(401, false, 20), Outcome::Fault, "refuses the event"),
            (answer(404, false, 20), Outcome::Skipped, "leads to none: it answers 404"),
            (answer(502, false, 20), Outcome::Skipped, "leads to none: it answers 502"),
            (Reply::None(Trouble::Refused), Outcome::Skipped, "leads to none: the connection is refused"),
            (Reply::None(Trouble::UnknownName), Outcome::Fault, "no address"),
            (Reply::None(Trouble::Expired), Outcome::Fault, "certificate"),
        ] {
            let seen = Loop { direct: None, public, control: Some(answer(401, false, 1)) };
            let finding = judge_webhook("https://bot", &seen);
            assert_eq!(finding.outcome, outcome, "{finding:?}");
            assert!(finding.found.contains(said), "{finding:?}");
        }
    }

    #[test]
    fn without_the_url_only_another_secret_is_told() {
        assert!(judge_direct(Some(&answer(401, false, 1))).found.contains("another secret"));
        for direct in [Some(answer(200, true, 1)), Some(Reply::None(Trouble::Lost)), None] {
            assert_eq!(judge_direct(direct.as_ref()).outcome, Outcome::Skipped, "{direct:?}");
        }
    }

    #[test]
    fn a_refusal_on_both_ways_is_another_secret() {
        let seen = Loop { direct: Some(answer(401, false, 1)), public: answer(401, false, 1), control: None };
        assert!(judge_webhook("https://bot", &seen).found.contains("another secret"));
    }
}
