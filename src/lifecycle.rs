//! How the service ends, and what its supervisor hears until then. The first SIGTERM or SIGINT lets running answers
//! finish within the grace period, a second one ends it at once; nothing is lost either way, since what is not settled
//! is in the store. SIGHUP reads the secrets anew.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use crate::adapters::systemd::{self, State};
use crate::app::App;

/// A part of the service ended without being told to. The log says which; a supervisor starts the service again.
#[derive(Debug, thiserror::Error)]
#[error("a part of the service ended by a defect")]
pub struct Broken;

/// A status that is not known by then is left out.
const STATUS_PATIENCE: Duration = Duration::from_millis(500);

/// The signals that steer the service.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

/// Why the service goes on no longer.
enum End {
    Told,
    Broken,
}

impl Signals {
    /// From here on they no longer kill the process. Fails when the runtime has no signal driver.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Runs the service until the first signal, and ends it. `reload` is called at each SIGHUP. Fails when the service
    /// broke by itself.
    pub async fn run(mut self, app: App, reload: impl Fn(&App)) -> Result<(), Broken> {
        systemd::tell(&[State::Ready, State::Status("answering")]);
        let end = self.until_the_end(&app, reload).await;
        systemd::tell(&[State::Stopping, State::Status("finishing running answers")]);
        tracing::info!("stopping: running answers may finish, new questions wait for the next start");
        tokio::select! {
            () = app.stop() => tracing::info!("stopped"),
            () = next(&mut self.terminate, &mut self.interrupt) => tracing::warn!("ended at once by a second signal"),
        }
        match end {
            End::Told => Ok(()),
            End::Broken => Err(Broken),
        }
    }

    async fn until_the_end(&mut self, app: &App, reload: impl Fn(&App)) -> End {
        let mut ticks = ticks();
        loop {
            tokio::select! {
                () = next(&mut self.terminate, &mut self.interrupt) => return End::Told,
                () = app.broken() => return End::Broken,
                Some(()) = self.hang_up.recv() => {
                    systemd::tell(&[State::Reloading]);
                    reload(app);
                    systemd::tell(&[State::Ready]);
                }
                () = tick(&mut ticks) => report(app).await,
            }
        }
    }
}

async fn next(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Four times within the time that the supervisor grants; none where it watches nothing.
fn ticks() -> Option<Interval> {
    let mut ticks = interval((systemd::watchdog()? / 4).max(Duration::from_millis(1)));
    // The first one not at once: the worker has had no time to look at the queue.
    ticks.reset();
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Some(ticks)
}

async fn tick(ticks: &mut Option<Interval>) {
    match ticks {
        Some(ticks) => {
            ticks.tick().await;
        }
        None => std::future::pending().await,
    }
}

/// The watchdog is fed first: the status comes from the store, and a slow one holds a signal up for half a second at most.
async fn report(app: &App) {
    let pulse = pulse(app.is_working());
    systemd::tell(&[pulse]);
    if pulse == State::Alive
        && let Ok(status) = timeout(STATUS_PATIENCE, app.status()).await
    {
        systemd::tell(&[State::Status(&status)]);
    }
}

/// A service that answers the supervisor and no question is as good as dead, so it is the worker's pulse that counts.
fn pulse(working: bool) -> State<'static> {
    if working { State::Alive } else { State::Status("no progress: the worker does not look at the queue") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watchdog_is_fed_only_while_the_worker_makes_progress() {
        assert_eq!(pulse(true), State::Alive);
        assert!(matches!(pulse(false), State::Status(_)));
    }
}
