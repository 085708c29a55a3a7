//! Who is called after a change has been made, so that nobody has to look at the store in vain.

use tokio::sync::Notify;

use crate::domain::job::Stage;

/// One bell for each who may wait.
#[derive(Debug, Default)]
pub(super) struct Bells {
    ask: Notify,
    post: Notify,
    pub(super) notices: Notify,
}

impl Bells {
    pub(super) fn of(&self, stage: Stage) -> &Notify {
        match stage {
            Stage::Ask => &self.ask,
            Stage::Post => &self.post,
        }
    }

    pub(super) fn ring(&self, wakes: Wakes) {
        for (rings, bell) in
            [(wakes.ask, &self.ask), (wakes.post, &self.post), (wakes.notices, &self.notices)]
        {
            if rings {
                bell.notify_one();
            }
        }
    }
}

/// Who may have something to do after a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Wakes {
    ask: bool,
    post: bool,
    notices: bool,
}

impl Wakes {
    pub(super) const NOBODY: Self = Self { ask: false, post: false, notices: false };
    /// There may be something to ask.
    pub(super) const ASKING: Self = Self { ask: true, ..Self::NOBODY };
    /// There may be something to post.
    pub(super) const POSTING: Self = Self { post: true, ..Self::NOBODY };
    /// There may be something to lease.
    pub(super) const WORKER: Self = Self { ask: true, post: true, notices: false };
    /// There is something to say.
    pub(super) const OUTBOX: Self = Self { notices: true, ..Self::NOBODY };
    pub(super) const EVERYBODY: Self = Self { ask: true, post: true, notices: true };

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            ask: self.ask || other.ask,
            post: self.post || other.post,
            notices: self.notices || other.notices,
        }
    }
}
