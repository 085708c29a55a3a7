//! The model's limits, asked for again and again, and at once when something hints at a change: a server may be
//! swapped for one with less context or more slots.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::ports::model::{ChatModel, Limits};
use crate::telemetry::metrics::Metrics;

const EVERY: Duration = Duration::from_secs(15);

/// Keeps `limits` current until `stop`, and shows them in `metrics`.
pub async fn watch_limits(
    model: Arc<dyn ChatModel>,
    limits: watch::Sender<Limits>,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
) {
    loop {
        let Some(current) = stop.run_until_cancelled(model.limits()).await else { return };
        metrics.model_limits(current);
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
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = model.limits_changed() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use tokio::sync::Notify;
    use tokio::task::JoinSet;

    use super::*;
    use crate::domain::prompt::Prompt;
    use crate::ports::model::{Completion, EndpointState, MockChatModel, ModelError, ModelRequest};

    const SWAPPED: Limits = Limits { context_tokens: 32_768, slots: 4 };

    /// Tells its limits, and hints at a change on demand, for which a mock cannot wait.
    struct Hinting {
        model: MockChatModel,
        hint: Arc<Notify>,
    }

    #[async_trait]
    impl ChatModel for Hinting {
        async fn complete(&self, request: &ModelRequest, limit: Duration) -> Result<Completion, ModelError> {
            self.model.complete(request, limit).await
        }

        async fn count_tokens(&self, prompt: &Prompt) -> Option<u64> {
            self.model.count_tokens(prompt).await
        }

        async fn limits(&self) -> Limits {
            self.model.limits().await
        }

        async fn limits_changed(&self) {
            self.hint.notified().await;
        }

        async fn probe(&self) -> Result<(), ModelError> {
            self.model.probe().await
        }

        fn endpoints(&self) -> Vec<EndpointState> {
            self.model.endpoints()
        }
    }

    struct Watched {
        limits: watch::Receiver<Limits>,
        hint: Arc<Notify>,
        metrics: Arc<Metrics>,
        stop: CancellationToken,
        tasks: JoinSet<()>,
    }

    fn watched(model: MockChatModel) -> Watched {
        let (sender, limits) = watch::channel(Limits::ASSUMED);
        let (stop, mut tasks, hint) = (CancellationToken::new(), JoinSet::new(), Arc::new(Notify::new()));
        let model = Hinting { model, hint: Arc::clone(&hint) };
        let metrics = Arc::<Metrics>::default();
        tasks.spawn(watch_limits(Arc::new(model), sender, Arc::clone(&metrics), stop.clone()));
        Watched { limits, hint, metrics, stop, tasks }
    }

    /// A model that is swapped after the first look.
    fn swapped() -> MockChatModel {
        let mut model = MockChatModel::new();
        model.expect_limits().once().returning(|| Limits::ASSUMED);
        model.expect_limits().returning(|| SWAPPED);
        model
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_swapped_is_noticed() {
        let mut watched = watched(swapped());
        watched.limits.changed().await.expect("still watched");
        assert_eq!(*watched.limits.borrow(), SWAPPED);
    }

    #[tokio::test(start_paused = true)]
    async fn the_figures_show_the_limits_of_now() {
        let mut watched = watched(swapped());
        watched.limits.changed().await.expect("still watched");
        let page = watched.metrics.render(None);
        for line in ["model_slots 4", "model_context_tokens 32768"] {
            assert!(page.contains(&format!("opencode_bot_{line}\n")), "{line} in {page}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_hint_at_a_change_is_followed_at_once() {
        let mut watched = watched(swapped());
        watched.hint.notify_one();
        let changed = tokio::time::timeout(EVERY / 100, watched.limits.changed()).await;
        changed.expect("before the next look is due").expect("still watched");
    }

    #[tokio::test(start_paused = true)]
    async fn limits_that_stay_wake_nobody() {
        let mut model = MockChatModel::new();
        model.expect_limits().times(4).returning(|| Limits::ASSUMED);
        let watched = watched(model);
        tokio::time::sleep(EVERY * 3 + EVERY / 2).await;
        assert!(!watched.limits.has_changed().expect("still watched"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_the_watch() {
        let mut model = MockChatModel::new();
        model.expect_limits().returning(|| Limits::ASSUMED);
        let mut watched = watched(model);
        tokio::time::sleep(EVERY / 2).await;
        watched.stop.cancel();
        assert!(watched.tasks.join_next().await.expect("one task").is_ok());
    }
}
