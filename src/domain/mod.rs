//! What the bot is, without anything it talks to: pure values and decisions, no I/O, no clock, no async.
//! Everything here can be tested by calling it.

pub mod access;
pub mod actor;
pub mod addressing;
pub mod allowance;
pub mod calibration;
pub mod command;
pub mod context;
pub mod control;
pub mod conversation;
pub mod event;
pub mod job;
pub mod limit;
pub mod markdown;
pub mod markup;
pub mod message;
pub mod pace;
pub mod phrase;
pub mod prompt;
pub mod reasoning;
pub mod reply;
pub mod retry;
pub mod sign;
pub mod signature;
pub mod stamp;
pub mod text;
pub mod time;
pub mod tokens;
pub mod trace;
pub mod window;
