//! Who is called after a change of a store, so that nobody has to look at it in vain.

use tokio::sync::Notify;

use crate::domain::job::Stage;

/// One bell for each who may wait.
#[derive(Debug, Default)]
pub(in crate::adapters) struct Bells {
    ask: Notify,
    post: Notify,
    pub(in crate::adapters) notices: Notify,
}

impl Bells {
    pub(in crate::adapters) fn of(&self, stage: Stage) -> &Notify {
        match stage {
            Stage::Ask => &self.ask,
            Stage::Post => &self.post,
        }
    }

    pub(in crate::adapters) fn ring(&self, wakes: Wakes) {
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
pub(in crate::adapters) struct Wakes {
    ask: bool,
    post: bool,
    notices: bool,
}

impl Wakes {
    pub(in crate::adapters) const NOBODY: Self = Self { ask: false, post: false, notices: false };
    /// There may be something to ask.
    pub(in crate::adapters) const ASKING: Self = Self { ask: true, ..Self::NOBODY };
    /// There may be something to post, and something else to say than what has been overtaken.
    pub(in crate::adapters) const SPEAKING: Self = Self { post: true, notices: true, ask: false };
    /// There may be something to lease.
    pub(in crate::adapters) const WORKER: Self = Self { ask: true, post: true, notices: false };
    /// There is something to say.
    pub(in crate::adapters) const OUTBOX: Self = Self { notices: true, ..Self::NOBODY };
    pub(in crate::adapters) const EVERYBODY: Self = Self { ask: true, post: true, notices: true };

    /// In a word that another process understands: a letter for each bell.
    pub(in crate::adapters) fn word(self) -> String {
        let letters = [(self.ask, 'a'), (self.post, 'p'), (self.notices, 'n')];
        letters.iter().filter_map(|(wakes, letter)| wakes.then_some(*letter)).collect()
    }

    /// What such a word says; letters of a later version are passed over.
    pub(in crate::adapters) fn of_word(word: &str) -> Self {
        Self { ask: word.contains('a'), post: word.contains('p'), notices: word.contains('n') }
    }

    pub(in crate::adapters) fn and(self, other: Self) -> Self {
        Self {
            ask: self.ask || other.ask,
            post: self.post || other.post,
            notices: self.notices || other.notices,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_says_who_is_woken() {
        for wakes in [Wakes::NOBODY, Wakes::ASKING, Wakes::SPEAKING, Wakes::OUTBOX, Wakes::EVERYBODY] {
            assert_eq!(Wakes::of_word(&wakes.word()), wakes);
        }
        assert_eq!(Wakes::of_word("az"), Wakes::ASKING);
    }
}
