//! What must hold for any bytes that come in from outside: one module for each place where they do, with one
//! `check` that panics where it does not hold. libFuzzer calls them from `fuzz_targets/`, and an ordinary test
//! replays the seeds and everything that was found once.

pub mod addressing;
mod input;
pub mod placeholder;
pub mod prompt;
pub mod reasoning;
pub mod reply;
pub mod settings;
pub mod signature;
pub mod stream;
pub mod webhook;

/// Takes any bytes; panics when a property does not hold.
pub type Check = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Check); 9] = [
    ("addressing", addressing::check),
    ("placeholder", placeholder::check),
    ("prompt", prompt::check),
    ("reasoning", reasoning::check),
    ("reply", reply::check),
    ("settings", settings::check),
    ("signature", signature::check),
    ("stream", stream::check),
    ("webhook", webhook::check),
];
