//! Judges the way of a webhook through the public URL. Only the bot that holds the secret answers a signed event of no
//! known type with its exact receipt, and only when the signature fits the bytes: so that receipt proves both.

use std::time::Duration;

use super::Finding;

const CHECK: &str = "webhook-url";
const SLOW: Duration = Duration::from_secs(1);
/// Talk gives up then.
const TOO_SLOW: Duration = Duration::from_secs(5);

/// What came back for the event.
#[derive(Debug, Clone)]
pub enum Reply {
    /// No answer: why, in the words of the connection.
    None(String),
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
    },
}

/// Both ways: to the listener itself, and through the URL.
#[derive(Debug, Clone)]
pub struct Loop {
    /// Straight to the running service.
    pub direct: Reply,
    /// Through what stands in front.
    pub public: Reply,
}

/// Whether events arrive, unchanged.
#[must_use]
pub fn judge_webhook(url: &str, seen: &Loop) -> Finding {
    let fault = |found: String, mend: &str| Finding::fault(CHECK, found, mend);
    let direct = matches!(seen.direct, Reply::Answer { status: 200, receipt: true, .. });
    let (status, receipt, redirect, took) = match &seen.public {
        Reply::None(why) => {
            return fault(
                format!("{url} gives no answer: {why}"),
                "mend name, port, firewall or certificate; Nextcloud trusts an own CA after `occ security:certificates:import`",
            );
        }
        Reply::Answer { status, receipt, redirect, took } => (*status, *receipt, redirect, *took),
    };
    match status {
        200 if receipt && took > TOO_SLOW => fault(
            format!("the answer took {} ms; Talk gives up after 5 s", took.as_millis()),
            "find what stands in front and waits",
        ),
        200 if receipt && took > SLOW => Finding::warning(
            CHECK,
            format!("the event arrived unchanged, but the answer took {} ms", took.as_millis()),
            "find what stands in front and waits: people wait with it",
        ),
        200 if receipt => Finding::good(
            CHECK,
            format!(
                "a signed event arrived unchanged in {} ms; seen from this machine, Nextcloud's way may differ",
                took.as_millis()
            ),
        ),
        200..=299 => fault(
            format!("{url} is answered by something else than this bot ({status})"),
            "lead this URL to BOT_HOST and BOT_PORT in the proxy",
        ),
        300..=399 => fault(
            format!("{url} redirects to {redirect} ({status}), and a redirected POST is lost"),
            "install the bot with the URL it redirects to",
        ),
        401 if direct => fault(
            "bytes or headers of the event are changed on the way (401)".to_owned(),
            "let the proxy pass body and X-Nextcloud-Talk headers unchanged, and lead to this service and no other",
        ),
        401 => fault(
            "the running service has another secret than these settings (401)".to_owned(),
            "reload or restart the service, or run this with the service's settings",
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
        Reply::Answer { status, receipt, redirect: "https://other".to_owned(), took }
    }

    #[test]
    fn only_the_receipt_is_good() {
        let direct = answer(200, true, 1);
        for (public, outcome, said) in [
            (answer(200, true, 20), Outcome::Good, "unchanged"),
            (answer(200, true, 1_001), Outcome::Warning, "1001 ms"),
            (answer(200, true, 5_001), Outcome::Fault, "gives up"),
            (answer(200, false, 20), Outcome::Fault, "something else"),
            (answer(301, false, 20), Outcome::Fault, "https://other"),
            (answer(401, false, 20), Outcome::Fault, "on the way"),
            (answer(404, false, 20), Outcome::Fault, "no POST"),
            (answer(502, false, 20), Outcome::Fault, "does not reach"),
            (Reply::None("refused".to_owned()), Outcome::Fault, "refused"),
        ] {
            let finding = judge_webhook("https://bot", &Loop { direct: direct.clone(), public });
            assert_eq!(finding.outcome, outcome, "{finding:?}");
            assert!(finding.found.contains(said), "{finding:?}");
        }
    }

    #[test]
    fn a_refusal_on_both_ways_is_another_secret() {
        let seen = Loop { direct: answer(401, false, 1), public: answer(401, false, 1) };
        assert!(judge_webhook("https://bot", &seen).found.contains("another secret"));
    }
}
