//! How the service ends: the first SIGTERM or SIGINT lets running answers finish within the grace period, a second
//! one ends it at once. Nothing is lost either way: what is not settled is in the store.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::App;

/// A part of the service ended without being told to. The log says which; a supervisor starts the service again.
#[derive(Debug, thiserror::Error)]
#[error("a part of the service ended by a defect")]
pub struct Broken;

/// The signals that end the service.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From here on they no longer kill the process. Fails when the runtime has no signal driver.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Runs the service until the first signal, and ends it. Fails when the service broke by itself.
    pub async fn run(mut self, app: App) -> Result<(), Broken> {
        let broken = tokio::select! {
            () = self.next() => false,
            () = app.broken() => true,
        };
        tracing::info!("stopping: no new questions are taken, running answers may finish");
        tokio::select! {
            () = app.stop() => tracing::info!("stopped"),
            () = self.next() => tracing::warn!("ended at once by a second signal"),
        }
        if broken { Err(Broken) } else { Ok(()) }
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
