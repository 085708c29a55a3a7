//! The whole service in this process, on a database of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::systemd::Socket;
use nextcloud_opencode_bot::app::{App, Listeners};
use nextcloud_opencode_bot::settings::{Settings, Source};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::door;
use super::webhook::SECRET;

/// How many questions the model is asked at once.
const PARALLEL: &str = "4";

/// How often it is asked whether all is answered.
const GLANCE: Duration = Duration::from_millis(2);

/// The service between a model and a Talk.
pub(crate) struct Service<'a> {
    runtime: &'a Runtime,
    app: App,
    /// Erased when the service is dropped.
    _state: TempDir,
}

impl<'a> Service<'a> {
    /// Starts with an empty database.
    pub(crate) fn start(runtime: &'a Runtime, directory: &Path, model: SocketAddr, talk: SocketAddr) -> Self {
        let state = tempfile::tempdir_in(directory).expect("a directory");
        let source = Source { environment: environment(state.path(), model, talk), ..Source::default() };
        let settings = Settings::read(&source).expect("valid");
        let listeners = Listeners { public: Socket::Tcp(door::open().0), admin: None };
        let app = runtime.block_on(App::start(settings, listeners)).expect("started");
        Self { runtime, app, _state: state }
    }

    /// Where webhooks are taken.
    pub(crate) fn address(&self) -> SocketAddr {
        self.app.address().expect("a port")
    }

    /// Returns when no question is open.
    pub(crate) fn wait_until_answered(&self) {
        while !self.runtime.block_on(self.app.status()).starts_with("0 questions open") {
            thread::sleep(GLANCE);
        }
    }

    /// Ends it; what is open stays open.
    pub(crate) fn stop(self) {
        self.runtime.block_on(self.app.stop());
    }
}

/// The settings of a service with its database in `state`.
pub(crate) fn environment(
    state: &Path,
    model: SocketAddr,
    talk: SocketAddr,
) -> BTreeMap<String, std::ffi::OsString> {
    let database = format!("sqlite://{}", state.join("bot.db").display());
    [
        ("NEXTCLOUD_URL", format!("http://{talk}")),
        ("MODEL_BASE_URL", format!("http://{model}")),
        ("MODEL_CONTEXT_TOKENS", "4096".to_owned()),
        ("MODEL_PARALLEL", PARALLEL.to_owned()),
        ("BOT_SECRET", SECRET.to_owned()),
        ("BOT_PORT", "0".to_owned()),
        // Rooms are told that they wait after 20 s, which is a load of its own.
        ("WAIT_NOTICE", "0".to_owned()),
        ("SHUTDOWN_GRACE", "0.1".to_owned()),
        ("DATABASE_URL", database),
    ]
    .map(|(name, value)| (name.to_owned(), value.into()))
    .into()
}
