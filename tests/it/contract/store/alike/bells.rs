//! Who is woken.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use nextcloud_opencode_bot::domain::job::Stage;

use super::History;
use crate::contract::store::Store;

async fn is_ready(bell: impl Future<Output = ()>) -> bool {
    let mut bell = pin!(bell);
    poll_fn(|context| Poll::Ready(bell.as_mut().poll(context).is_ready())).await
}

async fn bells(store: &Store) -> [bool; 3] {
    [
        is_ready(store.queue.changed(Stage::Ask)).await,
        is_ready(store.queue.changed(Stage::Post)).await,
        is_ready(store.outbox.noticed()).await,
    ]
}

impl History {
    /// The same have rung.
    pub(super) async fn compare_bells(&self) {
        let (by_sql, by_memory) = (bells(&self.sqlite).await, bells(&self.memory).await);
        assert_eq!(by_memory, by_sql, "seed {} step {}", self.seed, self.step);
    }
}
