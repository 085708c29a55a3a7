//! The other processes on the same store: who has the duty, what they did, how much all may have under way, and what they
//! do one at a time.

use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::{Notify, watch};

use super::SqlStore;
use super::postgres::Gate;
use super::refusals::{self, Taken};
use crate::adapters::bells::{Bells, Wakes};
use crate::domain::job::Stage;
use crate::domain::time::Timestamp;
use crate::ports::neighbours::{Alone, Neighbours, News, Refusals};
use crate::ports::queue::QueueError;

/// What is known of them.
#[derive(Debug)]
pub(super) struct Others {
    /// Begins the leases of this process.
    pub(super) process: String,
    /// Whether the duty is this process's.
    duty: watch::Sender<bool>,
    duty_elsewhere: AtomicBool,
    news: Mutex<Vec<News>>,
    told: Notify,
    asks: AtomicUsize,
    posts: AtomicUsize,
    gate: Option<Gate>,
}

impl Others {
    /// Of a process with that name among them. Until it is told, no number of jobs is too many.
    pub(super) fn new(process: String) -> Self {
        Self {
            process,
            duty: watch::Sender::new(false),
            duty_elsewhere: AtomicBool::new(false),
            news: Mutex::default(),
            told: Notify::new(),
            asks: AtomicUsize::new(usize::MAX),
            posts: AtomicUsize::new(usize::MAX),
            gate: None,
        }
    }

    /// Where all pass that go alone.
    pub(super) fn behind(mut self, gate: Gate) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Another process has the duty, or may have it.
    pub(super) fn saw_duty_elsewhere(&self) {
        self.duty_elsewhere.store(true, Ordering::Relaxed);
    }

    /// Whether another process may have had the duty since this one lives.
    pub(super) fn had_duty_elsewhere(&self) -> bool {
        self.duty_elsewhere.load(Ordering::Relaxed)
    }

    pub(super) fn set_duty(&self, is_here: bool) {
        self.duty.send_if_modified(|duty| std::mem::replace(duty, is_here) != is_here);
    }

    /// How many jobs of that stage may be under way in all processes together.
    pub(super) fn at_once(&self, stage: Stage) -> usize {
        self.of(stage).load(Ordering::Relaxed)
    }

    fn of(&self, stage: Stage) -> &AtomicUsize {
        match stage {
            Stage::Ask => &self.asks,
            Stage::Post => &self.posts,
        }
    }

    /// Another process has changed something.
    pub(super) fn hear(&self, wakes: Wakes, bells: &Bells) {
        bells.ring(wakes.elsewhere());
        let mut news = self.news();
        let kinds = [
            (Wakes::STOPPED, News::Ended),
            (Wakes::OWN_ACTORS, News::OwnActors),
            (Wakes::REFUSALS, News::Refusals),
            (Wakes::NOBODY, News::Signs),
        ];
        for (whose, what) in kinds {
            if wakes.includes(whose) && !news.contains(&what) {
                news.push(what);
            }
        }
        self.told.notify_one();
    }

    fn news(&self) -> MutexGuard<'_, Vec<News>> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait_for_duty(&self, is_here: bool) {
        if self.duty.subscribe().wait_for(|duty| *duty == is_here).await.is_err() {
            pending::<()>().await;
        }
    }

    async fn next_news(&self) -> News {
        loop {
            let next = self.news().pop();
            if let Some(news) = next {
                return news;
            }
            self.told.notified().await;
        }
    }
}

/// On a file there are none.
#[async_trait]
impl Neighbours for SqlStore {
    fn may_exist(&self) -> bool {
        self.others.is_some()
    }

    async fn on_duty(&self) {
        if let Some(others) = &self.others {
            others.wait_for_duty(true).await;
        }
    }

    async fn off_duty(&self) {
        match &self.others {
            Some(others) => others.wait_for_duty(false).await,
            None => pending().await,
        }
    }

    fn share(&self, stage: Stage, at_once: usize) {
        if let Some(others) = &self.others {
            others.of(stage).store(at_once, Ordering::Relaxed);
        }
    }

    async fn alone(&self) -> Result<Alone, QueueError> {
        let Some(gate) = self.others.as_ref().and_then(|others| others.gate.as_ref()) else {
            return Ok(Box::new(()));
        };
        match gate.pass().await {
            Ok(inside) => Ok(Box::new(inside)),
            Err(error) => Err(QueueError::Unavailable(Box::new(error))),
        }
    }

    async fn refusals(&self, now: Timestamp) -> Result<Refusals, QueueError> {
        if self.others.is_none() {
            return Ok(Refusals::default());
        }
        refusals::read(&self.readers, &self.bot, now)
            .await
            .map_err(|error| QueueError::Unavailable(Box::new(error)))
    }

    async fn taken(&self) -> Result<(), QueueError> {
        let Some(others) = &self.others else { return Ok(()) };
        let taken = Taken { process: others.process.clone() };
        self.write(taken).await.map_err(QueueError::Unavailable)
    }

    async fn news(&self) -> News {
        match &self.others {
            Some(others) => others.next_news().await,
            None => pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn each_news_is_told_once() {
        let (others, bells) = (Others::new(String::new()), Bells::default());
        others.hear(Wakes::OUTBOX, &bells);
        others.hear(Wakes::ENDED, &bells);
        let told: Vec<_> = std::iter::from_fn(|| others.next_news().now_or_never()).collect();
        assert_eq!(told, [News::Ended, News::Signs]);
    }

    #[test]
    fn the_duty_comes_and_goes() {
        let others = Others::new(String::new());
        assert_eq!(others.wait_for_duty(false).now_or_never(), Some(()));
        assert_eq!(others.wait_for_duty(true).now_or_never(), None);
        others.set_duty(true);
        assert_eq!(others.wait_for_duty(true).now_or_never(), Some(()));
    }
}
