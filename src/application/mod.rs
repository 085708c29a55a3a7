//! The use cases: take a message in, work through the queue, answer one question, tell how things are.
//! They know `domain` and `ports` (and count in `telemetry`), never an adapter.

pub mod answer;
pub mod attempt;
pub mod caution;
mod insist;
pub mod limits;
pub mod measure;
pub mod outage;
pub mod outbox;
pub mod poster;
pub mod readiness;
pub mod receive;
pub mod running;
pub mod signs;
pub mod slots;
pub mod sweep;
pub mod talk_version;
pub mod waits;
pub mod worker;

#[cfg(test)]
pub(crate) mod testing;
