//! The use cases. They know `domain` and `ports` (and count in `telemetry`), never an adapter.
//!
//! `receive` takes events in. `worker` works through the queue: an `attempt` is one leased job, `answer` what is done
//! with it. `waits` finds what the bot itself should say, `outbox` says it, `signs` keeps the reactions right, and all
//! of it is sent by `poster`, with `caution`. `sweep` erases what is too old, `readiness` tells what is wrong, and
//! `doctor` tells it of a bot that does not run, too. The rest is what these know in common: of the model, of Talk, and
//! of what runs.

pub mod answer;
pub mod attempt;
pub mod caution;
pub mod costs;
pub mod doctor;
mod insist;
pub mod limits;
pub mod measure;
pub mod neighbours;
pub mod outage;
pub mod outbox;
pub mod poster;
pub mod readiness;
pub mod receive;
pub mod running;
pub mod secrets;
pub mod shifts;
pub mod signs;
pub mod slots;
pub mod sweep;
pub mod talk_version;
pub mod waits;
pub mod worker;

#[cfg(test)]
pub(crate) mod testing;
