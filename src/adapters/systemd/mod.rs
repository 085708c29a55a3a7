//! systemd, or whoever else starts the service in its way: sockets that outlive the process, and a word now and then
//! about how it goes. Without it nothing here does anything.

mod sockets;

use std::io;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use sd_notify::NotifyState;

pub use sockets::{PassedSockets, Socket, UnusableSocket};

/// So long a supervisor is waited for that has not read what it was told before.
const PATIENCE: Duration = Duration::from_millis(100);

/// What the supervisor is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State<'a> {
    /// Webhooks are answered.
    Ready,
    /// Settings are read anew; `Ready` follows.
    Reloading,
    /// Nothing new is taken.
    Stopping,
    /// Work goes on.
    Alive,
    /// One line for a person.
    Status(&'a str),
}

/// Tells the supervisor, if there is one. One that cannot be told is no reason to stop.
pub fn tell(states: &[State<'_>]) {
    let mut lines = Vec::with_capacity(states.len() + 1);
    for state in states {
        lines.push(match state {
            State::Ready => NotifyState::Ready,
            State::Reloading => NotifyState::Reloading,
            State::Stopping => NotifyState::Stopping,
            State::Alive => NotifyState::Watchdog,
            State::Status(line) => NotifyState::Status(line),
        });
        if let (State::Reloading, Ok(now)) = (state, NotifyState::monotonic_usec_now()) {
            lines.push(now);
        }
    }
    if let Err(error) = send(&lines) {
        tracing::debug!(%error, "the supervisor cannot be told");
    }
}

/// Like `sd_notify::notify`, which would wait for ever for one that does not listen, and with it all that waits here.
fn send(lines: &[NotifyState<'_>]) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the supervisor's word to its process, no setting")]
    let Some(path) = std::env::var_os("NOTIFY_SOCKET") else { return Ok(()) };
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(PATIENCE))?;
    let lines: Vec<_> = lines.iter().map(|line| format!("{line}\n")).collect();
    socket.send_to(lines.concat().as_bytes(), path).map(|_| ())
}

/// Within this time the supervisor expects `Alive`; `None` when it does not.
#[must_use]
pub fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().filter(|time| !time.is_zero())
}
