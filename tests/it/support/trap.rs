//! Holds a call on a stand-in at a moment that a test chooses, so that the test can act there: kill the process,
//! send it a signal.

use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::process::DEADLINE;

/// When a call is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// It has arrived, and the stand-in's rules have not seen it.
    Arrived,
    /// The rules have taken effect, and the answer is not sent.
    Done,
}

/// A stand-in's trap. The stand-in does nothing else while a call is held.
#[derive(Default)]
pub(crate) struct Trap(Mutex<Option<Armed>>);

struct Armed {
    calls_before: usize,
    moment: Moment,
    caught: oneshot::Sender<Held>,
}

/// A call to come.
pub(crate) struct Awaited(oneshot::Receiver<Held>);

/// A call that waits. Dropping this lets it go on.
pub(crate) struct Held {
    forget: mpsc::Sender<()>,
}

impl Held {
    /// The call ends here, as if it had never come.
    pub(crate) fn forget(self) {
        self.forget.send(()).expect("the stand-in waits for it");
    }
}

impl Trap {
    /// Will hold one call, after so many others.
    pub(crate) fn set(&self, calls_before: usize, moment: Moment) -> Awaited {
        let (caught, awaited) = oneshot::channel();
        let armed = Armed { calls_before, moment, caught };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(armed);
        Awaited(awaited)
    }

    /// A call of the stand-in is at that moment. Returns, perhaps later, whether it goes on.
    pub(crate) fn pass(&self, moment: Moment) -> bool {
        let Some(caught) = self.catches(moment) else { return true };
        let (forget, told) = mpsc::channel();
        caught.send(Held { forget }).is_err() || told.recv().is_err()
    }

    fn catches(&self, moment: Moment) -> Option<oneshot::Sender<Held>> {
        let mut armed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = armed.as_mut().filter(|armed| armed.moment == moment)?;
        if mine.calls_before > 0 {
            mine.calls_before -= 1;
            return None;
        }
        armed.take().map(|armed| armed.caught)
    }
}

impl Awaited {
    /// Returns once the call is held.
    pub(crate) async fn held(self) -> Held {
        let held = timeout(DEADLINE, self.0).await.expect("the call came in time");
        held.expect("nobody set the trap anew meanwhile")
    }
}
