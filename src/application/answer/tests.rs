//! One question between mocks. A mock without an expectation fails the test that calls it.

mod ask;
mod chat;
mod patience;
mod post;
mod post_trouble;
mod size;
mod turn;
mod window;

use std::sync::Mutex;

use super::*;
use crate::application::testing::{
    self, PausedClock, START, at, completion, conversation, job, leased, reply,
};
use crate::domain::job::Settlement;
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
        mocks.conversations.expect_recent().returning(|room| Ok(conversation(room, Vec::new())));
        mocks
    }

    /// The model's server counts nothing that it is not asked.
    fn answer(self) -> Answer {
        let Self { queue, conversations, mut model, talk } = self;
        model.expect_count_tokens().returning(|_| None);
        testing::answer(
            Arc::new(queue),
            Arc::new(conversations),
            Arc::new(model),
            Arc::new(talk),
            PausedClock::new(),
        )
    }
}

/// What was stored by the one `save_reply` that is expected.
#[derive(Clone, Default)]
struct Saved(Arc<Mutex<Option<NewReply>>>);

impl Saved {
    fn by(mocks: &mut Mocks) -> Self {
        let saved = Self::default();
        let store = saved.clone();
        mocks.queue.expect_save_reply().once().returning(move |_, reply| {
            *store.0.lock().expect("not poisoned") = Some(reply.clone());
            Ok(())
        });
        saved
    }

    fn reply(&self) -> NewReply {
        self.0.lock().expect("not poisoned").clone().expect("a reply was stored")
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
