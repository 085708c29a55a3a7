//! Never more requests at once on a server than it has slots: one too many would wait inside the server, where
//! nobody notices when it is not wanted any more.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

/// Counts the requests of one server.
#[derive(Debug, Default)]
pub(super) struct Gate {
    running: AtomicU32,
    moved: Notify,
}

/// One request; dropping it makes room for the next.
#[derive(Debug)]
pub(super) struct Entry<'a>(&'a Gate);

impl Gate {
    pub(super) fn running(&self) -> u32 {
        self.running.load(Ordering::Acquire)
    }

    /// Waits until fewer than `slots` run. The number may change meanwhile.
    pub(super) async fn enter(&self, slots: impl Fn() -> u32) -> Entry<'_> {
        loop {
            let moved = self.moved.notified();
            let enter = |running| (running < slots().max(1)).then_some(running + 1);
            if self.running.try_update(Ordering::AcqRel, Ordering::Acquire, enter).is_ok() {
                return Entry(self);
            }
            moved.await;
        }
    }

    /// There may be more slots than before.
    pub(super) fn widen(&self) {
        self.moved.notify_waiters();
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::AcqRel);
        self.0.moved.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::poll;
    use std::pin::pin;

    use super::*;

    #[tokio::test]
    async fn who_finds_no_slot_waits_for_one() {
        let gate = Gate::default();
        let (first, _second) = (gate.enter(|| 2).await, gate.enter(|| 2).await);
        let mut third = pin!(gate.enter(|| 2));
        assert!(poll!(third.as_mut()).is_pending() && gate.running() == 2);
        drop(first);
        let _third = third.await;
        assert_eq!(gate.running(), 2);
    }

    #[tokio::test]
    async fn more_slots_let_more_in() {
        let (gate, slots) = (Gate::default(), AtomicU32::new(1));
        let _first = gate.enter(|| 1).await;
        let mut second = pin!(gate.enter(|| slots.load(Ordering::Relaxed)));
        assert!(poll!(second.as_mut()).is_pending());
        slots.store(2, Ordering::Relaxed);
        gate.widen();
        let _second = second.await;
    }

    #[tokio::test]
    async fn who_gave_up_waiting_takes_no_slot() {
        let gate = Gate::default();
        let first = gate.enter(|| 1).await;
        {
            let mut second = pin!(gate.enter(|| 1));
            assert!(poll!(second.as_mut()).is_pending());
        }
        drop(first);
        assert_eq!(gate.running(), 0);
        let _third = gate.enter(|| 0).await;
    }
}
