//! What `doctor` makes of what it sees: each check turns facts that an adapter gathered into findings, without looking
//! at anything itself.

mod account;
mod backlog;
mod certificate;
mod directory;
mod disk;
mod doubt;
mod finding;
mod listener;
pub mod model;
pub mod nextcloud;
mod pool;
mod proxy;
mod secret;
mod silence;
mod store;
pub mod talk;
mod trouble;
mod webhook;

pub use account::{Account, judge_account};
pub use backlog::judge_backlog;
pub use certificate::{Validity, judge_validity};
pub use directory::{Directory, judge_directory};
pub use disk::{Disk, FileSystem, judge_disk, judge_store_file};
pub use doubt::Doubt;
pub use finding::{Finding, Outcome};
pub use listener::{Listening, Service, judge_listener, ready_elsewhere};
pub use pool::{judge_in_order, judge_sharing};
pub use proxy::{Way, judge_proxies};
pub use secret::{GivenBy, SecretFacts, judge_secret};
pub use silence::{judge_silence, ran_out};
pub use store::{StoreFacts, StoreState, judge_store};
pub use trouble::Trouble;
pub use webhook::{Loop, Reply, Signed, judge_direct, judge_webhook};
