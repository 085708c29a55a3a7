//! What `doctor` makes of what it sees: each check turns facts that an adapter gathered into findings, without looking
//! at anything itself.

mod backlog;
mod directory;
mod finding;
mod listener;
pub mod model;
pub mod nextcloud;
mod proxy;
pub mod talk;
mod trouble;
mod webhook;

pub use backlog::judge_backlog;
pub use directory::{Directory, judge_directory};
pub use finding::{Finding, Outcome};
pub use listener::{Listening, Service, judge_listener, ready_elsewhere};
pub use proxy::{Way, judge_proxies};
pub use trouble::Trouble;
pub use webhook::{Loop, Reply, Signed, judge_webhook};
