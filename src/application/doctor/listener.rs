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
    /// The service; the parts with a problem that `/ready` tells, if it could be read.
    Service(Option<Vec<(String, String)>>),
}

/// What the checks of `doctor` look at themselves: `/ready` counts only where they find nothing.
const ELSEWHERE: [&str; 2] = ["model", "talk"];

/// Whether the service runs, and whether what only it knows is well.
#[must_use]
pub fn judge_listener(place: &str, listening: &Listening) -> Vec<Finding> {
    match listening {
        Listening::Nothing(why) => vec![Finding::warning(
            CHECK,
            format!("no service answers at {place}: {}", why.found()),
            "start the service, or correct BOT_HOST and BOT_PORT",
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
        Listening::Service(None) => vec![Finding::warning(
            CHECK,
            format!("the service answers at {place}, but /ready cannot be read"),
            "look whether ADMIN_LISTEN is that of the running service",
        )],
        Listening::Service(Some(problems)) => {
            let own = problems.iter().filter(|(part, _)| !ELSEWHERE.contains(&part.as_str()));
            let faults: Vec<_> = own.map(fault).collect();
            if faults.is_empty() {
                return vec![Finding::good(CHECK, format!("the service answers at {place}, and works"))];
            }
            faults
        }
    }
}

/// What the running service finds wrong with a part, unless its fault is told already.
#[must_use]
pub fn ready_elsewhere(listening: &Listening, part: &str, is_told: bool) -> Option<Finding> {
    let Listening::Service(Some(problems)) = listening else { return None };
    problems.iter().find(|(name, _)| name == part && !is_told).map(fault)
}

fn fault((part, problem): &(String, String)) -> Finding {
    Finding::fault(
        CHECK,
        format!("the running service is not ready: {part}: {problem}"),
        "see its log, and whether it runs with these settings",
    )
}

#[cfg(test)]
mod tests {
    use super::super::Outcome::{Fault, Good};
    use super::*;

    #[test]
    fn what_other_checks_find_is_told_once() {
        let problems = |part: &str| Listening::Service(Some(vec![(part.to_owned(), "broken".to_owned())]));
        assert_eq!(judge_listener("here", &problems("store"))[0].outcome, Fault);
        assert_eq!(judge_listener("here", &problems("model"))[0].outcome, Good);
        assert!(ready_elsewhere(&problems("model"), "model", true).is_none());
        assert!(ready_elsewhere(&problems("model"), "talk", false).is_none());
        assert!(ready_elsewhere(&problems("model"), "model", false).is_some());
    }
}
