//! The statements. Each names the bot first; those that need a lease name it and change one row, or none when it is
//! lost.

/// Open jobs, in the words of the partial index: written otherwise, it is not used.
macro_rules! open {
    () => {
        "state IN ('ask', 'post')"
    };
}

/// What a job becomes that is settled: its identity.
macro_rules! done {
    () => {
        "state = 'done', asker = NULL, asker_name = NULL, text = NULL, reply_failure = NULL, trouble_since = NULL,
        failure = NULL, died_at = NULL, lease = NULL, leased_until = NULL"
    };
}

/// What a job becomes at $when that is opened again, but for its state and when it is due.
macro_rules! as_if_asked_at {
    ($when:literal) => {
        concat!(
            "asked_at = ",
            $when,
            ", line_at = ",
            $when,
            ", told = 0, attempts = 0, trouble_since = NULL, reply_failure = NULL, failure = NULL, died_at = NULL"
        )
    };
}

/// That neither the room of j nor the server is paused at $2.
macro_rules! not_paused {
    () => {
        "NOT EXISTS (SELECT 1 FROM pause h
            WHERE h.bot = $1 AND h.room IN (j.room, '') AND h.paused_until > $2)"
    };
}

use super::engine::Statement;

mod conversations;
mod dead_letters;
mod lease;
mod outbox;
mod queue;
mod refusals;
mod reply;
mod signs;
mod steering;
mod upkeep;
mod waits;

pub(super) use self::{
    conversations::*, dead_letters::*, lease::*, outbox::*, queue::*, refusals::*, reply::*, signs::*,
    steering::*, upkeep::*, waits::*,
};

#[cfg(test)]
mod tests;
