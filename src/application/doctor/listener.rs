//! Judges whether the service runs where the settings say, and repeats what it knows to be wrong.

use super::Finding;

const CHECK: &str = "listener";

/// What answers where the service should.
#[derive(Debug, Clone)]
pub enum Listening {
    /// Nothing could be asked there.
    Nothing(String),
    /// Something that is not the service.
    Other,
    /// The service; the problems that `/ready` tells, if it could be read.
    Service(Option<Vec<String>>),
}

/// Whether the service runs and is ready.
#[must_use]
pub fn judge_listener(place: &str, listening: &Listening) -> Vec<Finding> {
    match listening {
        Listening::Nothing(why) => vec![Finding::warning(
            CHECK,
            format!("no service answers at {place}: {why}"),
            "start the service, or correct BOT_HOST and BOT_PORT",
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
        Listening::Service(Some(problems)) if problems.is_empty() => {
            vec![Finding::good(CHECK, format!("the service answers at {place} and is ready"))]
        }
        Listening::Service(Some(problems)) => {
            let fault = |problem: &String| {
                Finding::fault(
                    CHECK,
                    format!("the service is not ready: {problem}"),
                    "see the log of the service",
                )
            };
            problems.iter().map(fault).collect()
        }
    }
}
