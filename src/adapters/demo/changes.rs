//! Tells waiting pages that something is to be seen anew.

use std::time::Duration;

use tokio::sync::watch;

/// A counter that can be waited for. Clones count together.
#[derive(Debug, Clone)]
pub struct Changes(watch::Sender<u64>);

impl Default for Changes {
    fn default() -> Self {
        Self(watch::Sender::new(1))
    }
}

impl Changes {
    /// Something changed.
    pub fn bump(&self) {
        self.0.send_modify(|revision| *revision += 1);
    }

    /// The number of the newest change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        *self.0.borrow()
    }

    /// Returns after a change that `seen` does not include, or when `patience` is over.
    pub async fn after(&self, seen: u64, patience: Duration) {
        let mut receiver = self.0.subscribe();
        let changed = receiver.wait_for(|revision| *revision != seen);
        // Running out of patience is as good an answer as a change.
        drop(tokio::time::timeout(patience, changed).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    #[tokio::test(start_paused = true)]
    async fn returns_at_once_for_a_change_that_came_before() {
        let changes = Changes::default();
        let seen = changes.revision();
        changes.clone().bump();
        tokio::time::timeout(Duration::from_secs(1), changes.after(seen, LONG)).await.expect("no wait");
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_when_nothing_changes() {
        let changes = Changes::default();
        changes.after(changes.revision(), LONG).await;
    }
}
