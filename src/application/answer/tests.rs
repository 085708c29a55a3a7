//! One question between mocks. A mock without an expectation fails the test that calls it.

mod ask;
mod patience;
mod post;
mod post_trouble;

use super::*;
use crate::application::testing::{self, PausedClock, START, at, completion, job, leased, reply};
use crate::domain::job::{PauseScope, Settlement};
use crate::ports::conversations::MockConversationStore;
use crate::ports::model::MockChatModel;
use crate::ports::queue::MockJobQueue;
use crate::ports::talk::MockTalk;

#[derive(Default)]
struct Mocks {
    queue: MockJobQueue,
    conversations: MockConversationStore,
    model: MockChatModel,
    talk: MockTalk,
}

impl Mocks {
    /// In a room where nothing was said before.
    fn quiet_room() -> Self {
        let mut mocks = Self::default();
        mocks.conversations.expect_recent().returning(|_, _| Ok(Vec::new()));
        mocks
    }

    fn answer(self) -> Answer {
        let Self { queue, conversations, model, talk } = self;
        testing::answer(
            Arc::new(queue),
            Arc::new(conversations),
            Arc::new(model),
            Arc::new(talk),
            PausedClock::new(),
        )
    }
}

impl Answer {
    fn counted(&self, line: &str) -> bool {
        self.metrics.render(None).contains(&format!("opencode_bot_{line}\n"))
    }
}

/// The time and the trouble of a settlement that tries again.
fn retry_at(settlement: Option<Settlement>) -> (Timestamp, Option<Timestamp>) {
    match settlement {
        Some(Settlement::RetryAt { at, trouble_since }) => (at, trouble_since),
        other => panic!("no retry but {other:?}"),
    }
}

async fn pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}
