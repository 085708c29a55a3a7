//! One change to the store as the writer sees it: applied inside a transaction that it shares with others,
//! answered after the commit.

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::engine::{Connection, Shared};
use super::enqueue::{self, Enqueue};
use crate::adapters::bells::Wakes;
use crate::domain::job::Lease;
use crate::ports::queue::{Enqueued, QueueError};

/// Why a change was not made. Shared by all changes of the transaction.
pub(super) type WriteError = Shared;

/// What a write that names a lease answers: done, or `LeaseLost`.
pub(super) type Held = Result<(), QueueError>;

/// A change. It may be applied again in a later transaction when a neighbour spoilt the first.
#[async_trait]
pub(super) trait Change: Send + Sync + 'static {
    /// What the caller gets after the commit. Whoever answers that it refuses has changed nothing.
    type Answer: Send;

    /// Who has to look after it.
    const WAKES: Wakes;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<Self::Answer>;
}

/// `Held`, from the number of rows that a write naming the lease has changed.
pub(super) fn held(lease: &Lease, changed: u64) -> Held {
    if changed == 1 { Ok(()) } else { Err(QueueError::LeaseLost(lease.job)) }
}

/// What is to be written, with the caller that waits for it.
pub(super) struct Waiting<W, A> {
    pub(super) write: W,
    pub(super) outcome: Option<A>,
    pub(super) caller: oneshot::Sender<Result<A, WriteError>>,
}

impl<W, A> Waiting<W, A> {
    /// A caller that went away is no concern: what was written stands.
    fn answer(self, result: Result<(), WriteError>) {
        let outcome = result.map(|()| self.outcome.expect("applied before it was committed"));
        let _ = self.caller.send(outcome);
    }
}

/// A question that waits.
pub(super) type WaitingQuestion = Waiting<Enqueue, Enqueued>;

/// Any change that waits.
#[async_trait]
pub(super) trait AnyChange: Send {
    async fn apply(&mut self, bot: &str, store: &mut Connection) -> sqlx::Result<()>;
    fn wakes(&self) -> Wakes;
    fn answer(self: Box<Self>, result: Result<(), WriteError>);
}

#[async_trait]
impl<C: Change> AnyChange for Waiting<C, C::Answer> {
    async fn apply(&mut self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        self.outcome = Some(self.write.apply(bot, store).await?);
        Ok(())
    }

    fn wakes(&self) -> Wakes {
        C::WAKES
    }

    fn answer(self: Box<Self>, result: Result<(), WriteError>) {
        Waiting::answer(*self, result);
    }
}

/// Changes that share a transaction. Questions are many at once and are stored by one statement.
#[derive(Default)]
pub(super) struct Group {
    questions: Vec<WaitingQuestion>,
    others: Vec<Box<dyn AnyChange>>,
    /// Whether it may have been made before, unheard: then what is known already may be news.
    repeated: bool,
}

/// What the writer receives.
pub(super) enum Command {
    Enqueue(WaitingQuestion),
    Other(Box<dyn AnyChange>),
}

impl Group {
    pub(super) fn of(commands: impl IntoIterator<Item = Command>) -> Self {
        let mut group = Self::default();
        for command in commands {
            match command {
                Command::Enqueue(question) => group.questions.push(question),
                Command::Other(change) => group.others.push(change),
            }
        }
        group
    }

    /// Whether one statement makes all of it.
    pub(super) fn is_one_statement(&self) -> bool {
        self.others.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.questions.len() + self.others.len()
    }

    /// The same changes, each on its own.
    pub(super) fn apart(self) -> impl Iterator<Item = Self> {
        let questions = self.questions.into_iter().map(Command::Enqueue);
        questions.chain(self.others.into_iter().map(Command::Other)).map(|command| Self::of([command]))
    }

    /// From now on it may have been made before.
    pub(super) fn repeat(&mut self) {
        self.repeated = true;
    }

    pub(super) async fn apply(&mut self, bot: &str, store: &mut Connection) -> sqlx::Result<()> {
        enqueue::store_all(bot, store, &mut self.questions).await?;
        for change in &mut self.others {
            change.apply(bot, store).await?;
        }
        Ok(())
    }

    pub(super) fn wakes(&self) -> Wakes {
        let new = |question: &WaitingQuestion| question.outcome == Some(Enqueued::New);
        let news = self.questions.iter().any(new) || self.repeated && !self.questions.is_empty();
        let questions = if news { Wakes::ASKING } else { Wakes::NOBODY };
        self.others.iter().fold(questions, |wakes, change| wakes.and(change.wakes()))
    }

    pub(super) fn answer(self, result: &Result<(), WriteError>) {
        for question in self.questions {
            question.answer(result.clone());
        }
        for change in self.others {
            change.answer(result.clone());
        }
    }
}
