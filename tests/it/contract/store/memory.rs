//! The engine that keeps its rows in memory, and what only it promises.

use std::sync::Arc;

use async_trait::async_trait;
use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::memory::{JobState, MemoryStore};
use nextcloud_opencode_bot::domain::job::{Settlement, Stage};
use nextcloud_opencode_bot::domain::sign::Sign;
use nextcloud_opencode_bot::ports::clock::Clock;
use nextcloud_opencode_bot::ports::outbox::{NewNotice, Outbox};
use nextcloud_opencode_bot::ports::queue::{JobQueue, QueueError};

use super::{BOT, Store, answer, at, options, question, room, turn};

/// Rows without a handle that works on them.
pub(super) struct Engine {
    rows: MemoryStore,
}

impl Engine {
    pub(super) fn fresh() -> Self {
        Self { rows: MemoryStore::open(options(BOT)) }
    }
}

#[async_trait]
impl super::Engine for Engine {
    async fn serve(&self) -> Store {
        ports(self.rows.reopen(SystemClock.now()))
    }

    async fn beside(&self, bot: &str) -> Store {
        ports(self.rows.beside(options(bot)))
    }
}

fn ports(store: MemoryStore) -> Store {
    let store = Arc::new(store);
    let closed = Arc::clone(&store);
    Store::of(&store, async move { closed.close() })
}

#[tokio::test]
async fn who_was_killed_changes_nothing_any_more() {
    let before = MemoryStore::open(options(BOT));
    before.enqueue(&question("r1", 7), at(1)).await.expect("stored");
    let leased = before.lease(Stage::Ask, 9, at(1), at(60)).await.expect("leased");
    let after = before.reopen(at(1));
    let late = before.settle(&leased[0].lease, Settlement::Done, at(2)).await;
    assert!(matches!(late, Err(QueueError::Unavailable(_))), "{late:?}");
    assert_eq!(after.lease(Stage::Ask, 9, at(2), at(60)).await.expect("leased").len(), 1);
}

#[tokio::test]
async fn what_is_stored_can_be_looked_at() {
    let store = MemoryStore::open(options(BOT));
    store.enqueue(&question("r1", 7), at(1)).await.expect("stored");
    let leased = store.lease(Stage::Ask, 9, at(2), at(60)).await.expect("leased").remove(0);
    let jobs = store.jobs();
    assert_eq!((jobs[0].id, jobs[0].state, jobs[0].texts), (leased.job.id, JobState::Ask, 2));
    assert_eq!((jobs[0].leased_until, jobs[0].sign), (Some(at(60)), Some(Sign::Thinking)));
    store.save_reply(&leased.lease, &answer(&leased, &["one", "two"])).await.expect("saved");
    assert_eq!((store.jobs()[0].state, store.jobs()[0].texts), (JobState::Post, 4));
    assert_eq!(store.turns(), [(room("r1").into(), turn(7))]);
    let leased = store.lease(Stage::Post, 9, at(2), at(60)).await.expect("leased").remove(0);
    store.settle(&leased.lease, Settlement::Done, at(3)).await.expect("settled");
    let notice = NewNotice { place: room("r1").into(), reply_to: None, text: "hello".to_owned() };
    store.add(&notice, at(4)).await.expect("stored");
    store.close();
    let jobs = store.jobs();
    assert_eq!((jobs[0].state, jobs[0].texts, jobs[0].asker.as_ref()), (JobState::Done, 0, None));
    assert_eq!((jobs[0].leased_until, jobs[0].sign), (None, Some(Sign::Thinking)));
    assert_eq!(store.notices()[0].notice, notice);
}
