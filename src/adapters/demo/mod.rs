//! The two servers around the bot, for a machine that has neither: a small Talk with a page for the browser, and a
//! scripted model. Their cores answer calls without a socket, so that the tests use the very same stand-ins.

pub mod changes;
pub mod exchange;
pub mod live;
pub mod markdown;
pub mod model;
mod page;
pub mod talk;

pub use live::{Action, Deed, DemoBot, DemoTalk, ModelSide};
pub use model::{Pace, ScriptedModel};
