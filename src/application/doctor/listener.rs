//! Judges whether the service runs where the settings say, and repeats what it knows to be wrong.

use super::{Finding, Trouble};

const CHECK: &str = "listener";

/// What answers where the service should.
#[derive(Debug, Clone)]
pub enum Listening {
    /// Nothing could be asked there.
    Nothing(Trouble),
    /// Nothing was asked: the settings leave the port to the system.
    AnyPort,
    /// Something that is not the service.
    Other,
    /// The service.
    Service(Service),
}

/// What the running service tells of itself.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// The parts with a problem that `/ready` tells; absent where it could not be read.
    pub problems: Option<Vec<(String, String)>>,
    /// How many webhooks ended in which way since its start; empty where `/metrics` could not be read.
    pub webhooks: Vec<(String, u64)>,
}

impl Service {
    /// Webhooks that were refused, where not one was taken. Those of a doctor do not count.
    pub(super) fn refused_all(&self) -> Option<u64> {
        let (refused, rest): (Vec<_>, Vec<_>) = self
            .webhooks
            .iter()
            .filter(|(outcome, count)| outcome != DOCTORS && *count > 0)
            .partition(|(outcome, _)| outcome == REFUSED);
        rest.is_empty().then(|| refused.first().map(|(_, count)| *count)).flatten()
    }
}

/// What the checks of `doctor` look at themselves: `/ready` counts only where they find nothing.
const ELSEWHERE: [&str; 2] = ["model", "talk"];

const REFUSED: &str = "unauthorized";
const DOCTORS: &str = "doctor";

/// Whether the service runs, and whether what only it knows is well.
#[must_use]
pub fn judge_listener(place: &str, listening: &Listening) -> Vec<Finding> {
    match listening {
        Listening::Nothing(why) => vec![Finding::warning(
            CHECK,
            format!("no service answers at {place}: {}", why.found()),
            "start the service, or correct BOT_HOST and BOT_PORT; if its supervisor holds its socket at a path or \
             another address, only --webhook-url can tell whether it runs",
        )],
        Listening::AnyPort => vec![Finding::skipped(
            CHECK,
            "BOT_PORT is 0: name the port of the running service with --bot-port",
        )],
        Listening::Other => vec![Finding::fault(
            CHECK,
            format!("another program answers at {place}"),
            "give the bot a free port with BOT_PORT",
        )],
        Listening::Service(Service { problems: None, .. }) => vec![Finding::warning(
            CHECK,
            format!("the service answers at {place}, but /ready cannot be read"),
            "look whether ADMIN_LISTEN is that of the running service",
        )],
        Listening::Service(service @ Service { problems: Some(problems), .. }) => {
            let own = problems.iter().filter(|(part, _)| !ELSEWHERE.contains(&part.as_str()));
            let mut found: Vec<_> = own.map(fault).collect();
            found.extend(service.refused_all().map(refusals));
            if found.is_empty() {
                found.push(Finding::good(CHECK, format!("the service answers at {place}, and works")));
            }
            found
        }
    }
}

/// What the running service finds wrong with a part, unless its fault is told already.
#[must_use]
pub fn ready_elsewhere(listening: &Listening, part: &str, is_told: bool) -> Option<Finding> {
    let Listening::Service(Service { problems: Some(problems), .. }) = listening else { return None };
    problems.iter().find(|(name, _)| name == part && !is_told).map(fault)
}

fn fault((part, problem): &(String, String)) -> Finding {
    Finding::fault(
        CHECK,
        format!("the running service is not ready: {part}: {problem}"),
        "see its log, and whether it runs with these settings",
    )
}

fn refusals(count: u64) -> Finding {
    Finding::warning(
        CHECK,
        format!("the running service has refused {count} webhook(s) since its start, and taken none"),
        "if they came from Nextcloud, and not from a doctor with other settings, BOT_SECRET is not the secret of `occ talk:bot:install`",
    )
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{Fault, Good, Warning};
    use super::*;

    #[test]
    fn what_other_checks_find_is_told_once() {
        let problems = |part: &str| {
            let problems = Some(vec![(part.to_owned(), "broken".to_owned())]);
            Listening::Service(Service { problems, ..Service::default() })
        };
        assert_eq!(judge_listener("here", &problems("store"))[0].outcome, Fault);
        assert_eq!(judge_listener("here", &problems("model"))[0].outcome, Good);
        assert!(ready_elsewhere(&problems("model"), "model", true).is_none());
        assert!(ready_elsewhere(&problems("model"), "talk", false).is_none());
        assert!(ready_elsewhere(&problems("model"), "model", false).is_some());
    }

    #[test]
    fn who_refuses_every_webhook_has_another_secret_than_who_sends_them() {
        for (refused, looks, queued, expected) in
            [(0, 0, 0, Good), (1, 0, 0, Warning), (9, 0, 1, Good), (0, 9, 0, Good), (1, 9, 0, Warning)]
        {
            let counts = [("unauthorized", refused), ("doctor", looks), ("queued", queued)];
            let webhooks = counts.map(|(outcome, count)| (outcome.to_owned(), count)).to_vec();
            let listening = Listening::Service(Service { problems: Some(Vec::new()), webhooks });
            assert_eq!(judge_listener("here", &listening)[0].outcome, expected, "{listening:?}");
        }
    }
}
