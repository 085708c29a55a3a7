//! The model's limits, asked for again and again: a server may be swapped for one with less context or more slots.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::ports::model::{ChatModel, Limits};

/// What is assumed until a server was asked.
pub const UNKNOWN: Limits = Limits { context_tokens: 4096, slots: 1 };

const EVERY: Duration = Duration::from_secs(15);

/// Keeps `limits` current until `stop`.
pub async fn watch_limits(model: Arc<dyn ChatModel>, limits: watch::Sender<Limits>, stop: CancellationToken) {
    loop {
        let Some(current) = stop.run_until_cancelled(model.limits()).await else { return };
        limits.send_if_modified(|known| {
            let changed = *known != current;
            if changed {
                tracing::info!(
                    context_tokens = current.context_tokens,
                    slots = current.slots,
                    "limits of the model"
                );
                *known = current;
            }
            changed
        });
        if stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;

    use super::*;
    use crate::ports::model::MockChatModel;

    const SWAPPED: Limits = Limits { context_tokens: 32_768, slots: 4 };

    fn watched(model: MockChatModel) -> (watch::Receiver<Limits>, CancellationToken, JoinSet<()>) {
        let (sender, limits) = watch::channel(UNKNOWN);
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        tasks.spawn(watch_limits(Arc::new(model), sender, stop.clone()));
        (limits, stop, tasks)
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_swapped_is_noticed() {
        let mut model = MockChatModel::new();
        model.expect_limits().once().returning(|| UNKNOWN);
        model.expect_limits().returning(|| SWAPPED);
        let (mut limits, _stop, _tasks) = watched(model);
        limits.changed().await.expect("still watched");
        assert_eq!(*limits.borrow(), SWAPPED);
    }

    #[tokio::test(start_paused = true)]
    async fn limits_that_stay_wake_nobody() {
        let mut model = MockChatModel::new();
        model.expect_limits().times(4).returning(|| UNKNOWN);
        let (limits, _stop, _tasks) = watched(model);
        tokio::time::sleep(EVERY * 3 + EVERY / 2).await;
        assert!(!limits.has_changed().expect("still watched"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_the_watch() {
        let mut model = MockChatModel::new();
        model.expect_limits().returning(|| UNKNOWN);
        let (_limits, stop, mut tasks) = watched(model);
        tokio::time::sleep(EVERY / 2).await;
        stop.cancel();
        assert!(tasks.join_next().await.expect("one task").is_ok());
    }
}
