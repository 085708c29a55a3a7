//! Working together with other processes of the bot on one store.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::caution::POSTS_AT_ONCE;
use super::receive::Receive;
use crate::domain::job::Stage;
use crate::ports::model::Limits;
use crate::ports::neighbours::Neighbours;

/// Does until `stop` what others' news call for.
pub async fn heed_news(neighbours: Arc<dyn Neighbours>, receive: Arc<Receive>, stop: CancellationToken) {
    while let Some(news) = stop.run_until_cancelled(neighbours.news()).await {
        receive.heed(news).await;
    }
}

/// Lets all processes together ask the model no more at once than it can answer at once: from this call on, and as it
/// changes until `stop`. And post no more at once than one process alone would.
pub fn share_slots(
    neighbours: Arc<dyn Neighbours>,
    mut limits: watch::Receiver<Limits>,
    stop: CancellationToken,
) -> impl Future<Output = ()> {
    neighbours.share(Stage::Post, POSTS_AT_ONCE);
    let share = move |limits: &mut watch::Receiver<Limits>| {
        neighbours.share(Stage::Ask, limits.borrow_and_update().slots.max(1) as usize);
    };
    share(&mut limits);
    async move {
        while let Some(Ok(())) = stop.run_until_cancelled(limits.changed()).await {
            share(&mut limits);
        }
        stop.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::application::testing::LIMITS;

    #[derive(Default)]
    struct Told(Mutex<Vec<(Stage, usize)>>);

    impl Neighbours for Told {
        fn share(&self, stage: Stage, at_once: usize) {
            self.0.lock().expect("unpoisoned").push((stage, at_once));
        }
    }

    #[tokio::test]
    async fn every_change_of_the_slots_is_shared() {
        let told = Arc::<Told>::default();
        let (now, limits) = watch::channel(LIMITS);
        let stop = CancellationToken::new();
        let change = async {
            tokio::task::yield_now().await;
            now.send_replace(Limits { slots: 4, ..LIMITS });
            tokio::task::yield_now().await;
            now.send_replace(Limits { slots: 0, ..LIMITS });
            drop(now);
            tokio::task::yield_now().await;
            stop.cancel();
        };
        tokio::join!(share_slots(told.clone(), limits, stop.clone()), change);
        let asks = [1, 4, 1].map(|slots| (Stage::Ask, slots));
        let all = [vec![(Stage::Post, POSTS_AT_ONCE)], asks.to_vec()].concat();
        assert_eq!(*told.0.lock().expect("unpoisoned"), all);
    }
}
