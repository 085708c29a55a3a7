//! What `doctor` makes of what it sees: each check turns facts that an adapter gathered into findings, without looking
//! at anything itself.

mod finding;

pub use finding::{Finding, Outcome};
