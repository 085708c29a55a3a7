//! English.

use super::Phrase;
use crate::domain::job::Failure;

pub(super) fn text(phrase: &Phrase<'_>) -> String {
    match phrase {
        Phrase::Shortened => "*(Your message was too long for the model, so its middle was left out. Shorter messages get better answers.)*".to_owned(),
        Phrase::Cut => "*(The answer reached its length limit and ends here. Ask me to go on for the rest.)*".to_owned(),
        Phrase::ModelNotReady => {
            "The language model is not ready yet; it may still be starting. Your answer follows as soon as it is.".to_owned()
        }
        Phrase::EmptyAnswer { reasoned: true } => {
            "The model used up its whole answer on thinking and wrote no reply. \
             Please ask again in a simpler or shorter way, or let your administrator raise MODEL_MAX_TOKENS.".to_owned()
        }
        Phrase::EmptyAnswer { reasoned: false } => "The model had no answer to this. Please ask again in other words.".to_owned(),
        Phrase::Failure(failure, job) => format!("{}. (Reference {job})", apology(*failure)),
        other => format!("{other:?}"),
    }
}

fn apology(failure: Failure) -> &'static str {
    match failure {
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
    }
}
