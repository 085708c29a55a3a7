//! When this process does what only one of all may do: it says what the bot itself has to say, keeps the reactions right,
//! and erases what is too old.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::ports::neighbours::Neighbours;

/// The times in which this process has the duty, until it stops.
pub struct Shifts {
    /// `None` where it always has.
    neighbours: Option<Arc<dyn Neighbours>>,
    stop: CancellationToken,
    /// Waits for the end of the present one.
    relief: JoinSet<()>,
}

impl Shifts {
    /// As the neighbours allow.
    #[must_use]
    pub fn among(neighbours: Arc<dyn Neighbours>, stop: CancellationToken) -> Self {
        Self { neighbours: Some(neighbours), stop, relief: JoinSet::new() }
    }

    /// Waits for the next one. Returns what is cancelled at its end, or `None` at the stop.
    pub async fn next(&mut self) -> Option<CancellationToken> {
        self.relief = JoinSet::new();
        if self.stop.is_cancelled() {
            return None;
        }
        let Some(neighbours) = self.neighbours.clone() else { return Some(self.stop.clone()) };
        self.stop.run_until_cancelled(neighbours.on_duty()).await?;
        let end = self.stop.child_token();
        let relieved = end.clone();
        self.relief.spawn(async move {
            neighbours.off_duty().await;
            relieved.cancel();
        });
        Some(end)
    }
}

/// One that lasts until `stop`.
impl From<CancellationToken> for Shifts {
    fn from(stop: CancellationToken) -> Self {
        Self { neighbours: None, stop, relief: JoinSet::new() }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use async_trait::async_trait;
    use futures_util::FutureExt;
    use tokio::sync::watch;

    use super::*;

    /// Whether the duty is this one's.
    struct Duty(watch::Sender<bool>);

    #[async_trait]
    impl Neighbours for Duty {
        async fn on_duty(&self) {
            let _ = self.0.subscribe().wait_for(|on| *on).await;
        }

        async fn off_duty(&self) {
            let _ = self.0.subscribe().wait_for(|on| !*on).await;
        }
    }

    #[tokio::test]
    async fn each_begins_and_ends_with_the_duty() {
        let duty = Arc::new(Duty(watch::Sender::new(false)));
        let mut shifts = Shifts::among(duty.clone(), CancellationToken::new());
        for _ in 0..2 {
            {
                let mut next = pin!(shifts.next());
                assert!(next.as_mut().now_or_never().is_none());
                duty.0.send_replace(true);
                let end = next.await.expect("on duty");
                tokio::task::yield_now().await;
                assert!(!end.is_cancelled());
                duty.0.send_replace(false);
                end.cancelled().await;
            }
        }
    }

    #[tokio::test]
    async fn the_stop_ends_a_shift_and_the_wait_for_one() {
        let stop = CancellationToken::new();
        let mut always = Shifts::from(stop.clone());
        let end = always.next().await.expect("always");
        let duty = Arc::new(Duty(watch::Sender::new(false)));
        let mut never = Shifts::among(duty, stop.clone());
        let mut waiting = pin!(never.next());
        assert!(waiting.as_mut().now_or_never().is_none() && !end.is_cancelled());
        stop.cancel();
        assert!(waiting.await.is_none() && end.is_cancelled() && always.next().await.is_none());
    }
}
