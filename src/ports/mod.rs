//! What the application needs from outside, as traits, each with its own closed error that says whether trying
//! again makes sense. Adapters implement them and keep their libraries' types to themselves.

pub mod clock;
pub mod conversations;
pub mod dead_letters;
pub mod model;
pub mod queue;
pub mod talk;

/// The library's own account of a failure, kept for the log only.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;
