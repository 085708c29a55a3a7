//! Other processes of the same bot that work on the same store.

use std::future::pending;

use async_trait::async_trait;

/// What another process did that concerns this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It ended questions that may be worked on here.
    Ended,
    /// It changed questions, and with that perhaps what reactions they should have.
    Signs,
    /// It learned another id of the bot.
    OwnActors,
}

/// The other processes. Without any, which is what the provided methods tell, every duty is this one's for ever.
#[async_trait]
pub trait Neighbours: Send + Sync {
    /// Whether there may be any.
    fn may_exist(&self) -> bool {
        false
    }

    /// Returns while the duty is this process's: to do what is to be done once, and not by each. Of all processes one
    /// has it, and another one soon when that one is gone.
    async fn on_duty(&self) {}

    /// Returns while the duty is another's.
    async fn off_duty(&self) {
        pending::<()>().await;
    }

    /// From now on all processes together lease no more jobs for asking than that: so many can the model answer at once.
    fn share(&self, _slots: usize) {}

    /// The next news. Some may be missing, and some may come twice.
    async fn news(&self) -> News {
        pending().await
    }
}
