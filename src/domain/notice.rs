//! What the bot itself says in a room, as opposed to the model.

use super::job::{Failure, JobId};

/// Added to an answer when the question had to be shortened.
pub const SHORTENED: &str = "*(Your message was too long for the model, so its middle was left out. Shorter messages get better answers.)*";

/// Added to an answer that the model's token limit ended.
pub const CUT: &str = "*(The answer reached its length limit and ends here. Ask me to go on for the rest.)*";

/// Said once while a question waits for the model to start.
pub const WAITING: &str =
    "The language model is not ready yet; it may still be starting. Your answer follows as soon as it is.";

/// In place of an answer without text. `reasoned` tells that the model spent its tokens on thinking.
#[must_use]
pub fn empty_answer(reasoned: bool) -> &'static str {
    if reasoned {
        "The model used up its whole answer on thinking and wrote no reply. \
         Please ask again in a simpler or shorter way, or let your administrator raise MODEL_MAX_TOKENS."
    } else {
        "The model had no answer to this. Please ask again in other words."
    }
}

/// One sentence for the room when a question is given up. The reference is in the log too.
#[must_use]
pub fn failure(failure: Failure, job: JobId) -> String {
    let what = match failure {
        Failure::ModelUnavailable => {
            "Sorry, I could not reach the language model for a while, so your question stays unanswered; \
             please ask again later"
        }
        Failure::ModelTimedOut => {
            "Sorry, the language model did not finish in time; please ask again in a shorter way"
        }
        Failure::ModelRefused => {
            "Sorry, the language model refused this request; your administrator can see why in the log"
        }
        Failure::TalkRefused
        | Failure::TalkUnauthorized
        | Failure::TalkUnavailable
        | Failure::TalkUncertain
        | Failure::Internal => {
            "Sorry, something went wrong with this question; your administrator can see what in the log"
        }
    };
    format!("{what}. (Reference {job})")
}
