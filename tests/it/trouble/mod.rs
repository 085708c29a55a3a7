//! One of the two servers fails, for a while or for good: what the room hears of it, and how often who is asked.

mod lock_out;
mod model;
mod talk;
