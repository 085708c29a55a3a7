//! `serve`: the service until a signal ends it.

use anyhow::Context;

use crate::adapters::systemd::PassedSockets;
use crate::app::{App, Listeners};
use crate::lifecycle::Signals;
use crate::settings::{Settings, Source};
use crate::telemetry::logs;

/// Returns after a clean stop.
pub(super) fn run(source: &Source) -> anyhow::Result<()> {
    let settings = Settings::read(source)?;
    start_log(&settings)?;
    let passed = PassedSockets::take(&source.passed_socket_names())?;
    block_on(async {
        let signals = Signals::listen().context("signals cannot be received")?;
        let listeners = Listeners::open(&settings, passed).await?;
        let app = App::start(settings, listeners).await?;
        Ok(signals.run(app, |app| reload(source, app)).await?)
    })
}

/// Takes the secrets that there are now; everything else waits for a restart.
fn reload(source: &Source, app: &App) {
    match Settings::read(source) {
        Ok(settings) => {
            app.reload(settings);
            tracing::info!("the secrets were read anew; other settings count from the next start");
        }
        Err(error) => tracing::error!(%error, "the secrets stay as they are: the settings cannot be read"),
    }
}

/// From here on there are log lines.
pub(super) fn start_log(settings: &Settings) -> anyhow::Result<()> {
    let started = logs::init(settings.log_format, settings.log_level).map_err(anyhow::Error::from_boxed);
    started.context("the log cannot be written (LOG_FORMAT)")
}

/// Runs on all cores; at the end nothing waits for a blocking task, which may hang on a disk.
pub(super) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("the runtime cannot start")?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    result
}
