//! What the application needs from outside, as traits, each with its own closed error; those of the model and of Talk
//! say whether trying again makes sense. Adapters implement them and keep their libraries' types to themselves.

pub mod clock;
pub mod commits;
pub mod conversations;
pub mod dead_letters;
pub mod model;
pub mod neighbours;
pub mod outbox;
pub mod queue;
pub mod signs;
pub mod steering;
pub mod store;
pub mod talk;
pub mod upkeep;
pub mod waits;

use std::error::Error;

/// The library's own account of a failure, kept for the log only.
pub type Cause = Box<dyn Error + Send + Sync>;

/// An error for a person, with what caused it: "cannot be reached" alone does not tell a wrong port from a wrong
/// name.
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        if text.contains(&cause) { text } else { format!("{text}: {cause}") }
    })
}
