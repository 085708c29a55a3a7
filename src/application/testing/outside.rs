//! A model and a Talk that take their time and may fail, as a test's function of the time says. They keep count.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::PausedClock;
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::domain::prompt::Prompt;
use crate::ports::model::{ChatModel, Completion, EndpointState, Limits, ModelError, ModelRequest};
use crate::ports::talk::{Talk, TalkError, TalkVersion};

/// How many calls run, and how many did at most.
#[derive(Debug, Default)]
struct Running {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Running {
    fn enter(&self) -> Call<'_> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        Call(self)
    }
}

struct Call<'a>(&'a Running);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

/// From the time since the start: how long a call takes, and how it ends.
type Behaviour<T, E> = Box<dyn Fn(Duration) -> (Duration, Result<T, E>) + Send + Sync>;

pub(crate) struct FakeModel {
    clock: PausedClock,
    behaviour: Behaviour<Completion, ModelError>,
    running: Running,
    calls: Mutex<Vec<Duration>>,
}

impl FakeModel {
    pub(crate) fn new(
        clock: PausedClock,
        behaviour: impl Fn(Duration) -> (Duration, Result<Completion, ModelError>) + Send + Sync + 'static,
    ) -> Self {
        let (running, calls) = (Running::default(), Mutex::default());
        Self { clock, behaviour: Box::new(behaviour), running, calls }
    }

    /// When each call began.
    pub(crate) fn calls(&self) -> Vec<Duration> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn running(&self) -> usize {
        self.running.now.load(Ordering::SeqCst)
    }

    pub(crate) fn most_at_once(&self) -> usize {
        self.running.most.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl ChatModel for FakeModel {
    async fn complete(&self, _request: &ModelRequest, limit: Duration) -> Result<Completion, ModelError> {
        let age = self.clock.age();
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(age);
        let _call = self.running.enter();
        let (takes, result) = (self.behaviour)(age);
        match tokio::time::timeout(limit, tokio::time::sleep(takes)).await {
            Ok(()) => result,
            Err(_) => Err(ModelError::TimedOut(limit)),
        }
    }

    async fn count_tokens(&self, _prompt: &Prompt) -> Option<u64> {
        None
    }

    async fn limits(&self) -> Limits {
        super::LIMITS
    }

    async fn limits_changed(&self) {
        std::future::pending::<()>().await;
    }

    fn endpoints(&self) -> Vec<EndpointState> {
        Vec::new()
    }

    async fn probe(&self) -> Result<(), ModelError> {
        Ok(())
    }
}

/// One call of `post`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Post {
    /// When it began.
    pub(crate) began: Duration,
    pub(crate) room: RoomToken,
    pub(crate) text: String,
    /// `None` until it has ended; whether it was taken.
    pub(crate) taken: Option<bool>,
}

/// One call of `react` or `unreact`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reaction {
    /// When it began.
    pub(crate) began: Duration,
    pub(crate) room: RoomToken,
    pub(crate) message: MessageId,
    pub(crate) emoji: String,
    /// Whether it was put on.
    pub(crate) on: bool,
}

pub(crate) struct FakeTalk {
    clock: PausedClock,
    behaviour: Behaviour<(), TalkError>,
    running: Running,
    posts: Mutex<Vec<Post>>,
    reactions: Mutex<Vec<Reaction>>,
}

impl FakeTalk {
    pub(crate) fn new(
        clock: PausedClock,
        behaviour: impl Fn(Duration) -> (Duration, Result<(), TalkError>) + Send + Sync + 'static,
    ) -> Self {
        let (running, posts, reactions) = (Running::default(), Mutex::default(), Mutex::default());
        Self { clock, behaviour: Box::new(behaviour), running, posts, reactions }
    }

    /// In the order in which they began.
    pub(crate) fn reactions(&self) -> Vec<Reaction> {
        self.reactions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn take(&self, began: Duration) -> Result<(), TalkError> {
        let _call = self.running.enter();
        let (takes, result) = (self.behaviour)(began);
        tokio::time::sleep(takes).await;
        result
    }

    async fn reaction(
        &self,
        room: &RoomToken,
        message: MessageId,
        emoji: &str,
        on: bool,
    ) -> Result<(), TalkError> {
        let began = self.clock.age();
        let reaction = Reaction { began, room: room.clone(), message, emoji: emoji.to_owned(), on };
        self.reactions.lock().unwrap_or_else(PoisonError::into_inner).push(reaction);
        self.take(began).await
    }

    /// In the order in which they began.
    pub(crate) fn posts(&self) -> Vec<Post> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn taken(&self) -> Vec<Post> {
        self.posts().into_iter().filter(|post| post.taken == Some(true)).collect()
    }

    pub(crate) fn most_at_once(&self) -> usize {
        self.running.most.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Talk for FakeTalk {
    async fn post(&self, place: &Place, text: &str, _reply_to: Option<MessageId>) -> Result<(), TalkError> {
        let began = self.clock.age();
        let nth = {
            let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
            posts.push(Post { began, room: place.room.clone(), text: text.to_owned(), taken: None });
            posts.len() - 1
        };
        let result = self.take(began).await;
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)[nth].taken = Some(result.is_ok());
        result
    }

    async fn react(&self, room: &RoomToken, message: MessageId, emoji: &str) -> Result<(), TalkError> {
        self.reaction(room, message, emoji, true).await
    }

    async fn unreact(&self, room: &RoomToken, message: MessageId, emoji: &str) -> Result<(), TalkError> {
        self.reaction(room, message, emoji, false).await
    }

    async fn version(&self) -> Result<Option<TalkVersion>, TalkError> {
        Ok(None)
    }

    async fn probe(&self) -> Result<(), TalkError> {
        Ok(())
    }
}
