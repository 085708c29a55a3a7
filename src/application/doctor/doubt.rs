//! What speaks against sending Talk a signature: it may refuse it, and each refusal makes its lock-out longer.

use super::{Listening, Reply};

/// Why Talk may refuse what these settings sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The store tells that it refused this bot lately.
    Paused,
    /// Whether it did cannot be known.
    Unread,
    /// The running service has another secret.
    OtherSecret,
    /// The running service has refused whatever Talk sent.
    RefusedAll,
}

impl Doubt {
    /// The first that there is: in what the store tells of `paused`, in the service, and in its answer to an `event` that
    /// these settings signed.
    #[must_use]
    pub fn find(paused: Option<bool>, listening: &Listening, event: Option<&Reply>) -> Option<Self> {
        match (paused, listening) {
            (None, _) => Some(Self::Unread),
            (Some(true), _) => Some(Self::Paused),
            _ if event.is_some_and(Reply::is_refusal) => Some(Self::OtherSecret),
            (_, Listening::Service(service)) if service.refused_all().is_some() => Some(Self::RefusedAll),
            _ => None,
        }
    }

    /// In words.
    #[must_use]
    pub fn why(self) -> &'static str {
        match self {
            Self::Paused => {
                "Talk refused this bot lately, and one more refusal would make its lock-out longer"
            }
            Self::Unread => "whether Talk refused this bot lately stands in the store, which cannot be read",
            Self::OtherSecret => {
                "the running service seems to have another secret than these settings, and a signature that Talk refuses \
                 would feed its lock-out: mend `webhook-url` first"
            }
            Self::RefusedAll => {
                "the running service refused every webhook so far, so this secret may not be Talk's, and a signature \
                 that Talk refuses would feed its lock-out: mend `listener` first"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Service, Trouble};
    use super::*;

    fn service(counts: &[(&str, u64)]) -> Listening {
        let webhooks = counts.iter().map(|(outcome, count)| ((*outcome).to_owned(), *count)).collect();
        Listening::Service(Service { problems: Some(Vec::new()), webhooks })
    }

    fn answer(status: u16, receipt: bool) -> Reply {
        Reply::Answer { status, receipt, redirect: String::new(), took: Duration::ZERO, certificate: None }
    }

    #[test]
    fn each_reason_counts_by_itself() {
        let (well, suspect) =
            (service(&[("queued", 1), ("unauthorized", 1)]), service(&[("unauthorized", 1)]));
        for (paused, listening, event, expected) in [
            (Some(false), &well, Some(answer(200, true)), None),
            (Some(false), &well, Some(answer(502, false)), None),
            (Some(false), &Listening::Nothing(Trouble::Refused), None, None),
            (Some(true), &well, None, Some(Doubt::Paused)),
            (None, &well, None, Some(Doubt::Unread)),
            (Some(false), &well, Some(answer(401, false)), Some(Doubt::OtherSecret)),
            (Some(false), &Listening::AnyPort, Some(answer(401, false)), Some(Doubt::OtherSecret)),
            (Some(false), &suspect, Some(answer(200, true)), Some(Doubt::RefusedAll)),
            (Some(false), &suspect, None, Some(Doubt::RefusedAll)),
        ] {
            assert_eq!(Doubt::find(paused, listening, event.as_ref()), expected, "{paused:?} {event:?}");
        }
    }
}
