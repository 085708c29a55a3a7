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
        let bells =
            [(Wakes::ASKING, &self.ask), (Wakes::POSTING, &self.post), (Wakes::OUTBOX, &self.notices)];
        for (whose, bell) in bells {
            if wakes.includes(whose) {
                bell.notify_one();
            }
        }
    }
}

/// Who may have something to do after a change, here and in other processes of the bot: a bit for each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::adapters) struct Wakes(u8);

impl Wakes {
    pub(in crate::adapters) const NOBODY: Self = Self(0);
    /// There may be something to ask.
    pub(in crate::adapters) const ASKING: Self = Self(1);
    /// There may be something to post.
    const POSTING: Self = Self(1 << 1);
    /// There is something to say.
    pub(in crate::adapters) const OUTBOX: Self = Self(1 << 2);
    /// A question is asked no longer: there is room to ask another, for all processes together.
    const FREED: Self = Self(1 << 3);
    /// Questions have ended that others may be working on.
    pub(in crate::adapters) const STOPPED: Self = Self(1 << 4);
    /// The bot has another id.
    pub(in crate::adapters) const OWN_ACTORS: Self = Self(1 << 5);
    /// Something is left alone, or no longer.
    pub(in crate::adapters) const REFUSALS: Self = Self(1 << 6);
    /// Whatever there is.
    pub(in crate::adapters) const ALL: Self = Self(u8::MAX);

    /// There may be something to lease.
    pub(in crate::adapters) const WORKER: Self = Self::ASKING.and(Self::POSTING);
    /// There may be something to post, and something else to say than what has been overtaken.
    pub(in crate::adapters) const SPEAKING: Self = Self::POSTING.and(Self::OUTBOX).and(Self::FREED);
    pub(in crate::adapters) const EVERYBODY: Self = Self::WORKER.and(Self::OUTBOX);
    pub(in crate::adapters) const PAUSED: Self = Self::WORKER.and(Self::REFUSALS);
    pub(in crate::adapters) const RESUMED: Self = Self::EVERYBODY.and(Self::REFUSALS);
    /// Questions have ended, worked on or not.
    pub(in crate::adapters) const ENDED: Self = Self::EVERYBODY.and(Self::STOPPED);

    const LETTERS: [(char, Self); 7] = [
        ('a', Self::ASKING),
        ('p', Self::POSTING),
        ('n', Self::OUTBOX),
        ('f', Self::FREED),
        ('e', Self::STOPPED),
        ('o', Self::OWN_ACTORS),
        ('r', Self::REFUSALS),
    ];

    /// In a word that another process understands: a letter for each.
    pub(in crate::adapters) fn word(self) -> String {
        Self::LETTERS.iter().filter(|(_, wakes)| self.includes(*wakes)).map(|(letter, _)| *letter).collect()
    }

    /// What such a word says; letters of a later version are passed over.
    pub(in crate::adapters) fn of_word(word: &str) -> Self {
        let said = Self::LETTERS.iter().filter(|(letter, _)| word.contains(*letter));
        said.fold(Self::NOBODY, |all, (_, wakes)| all.and(*wakes))
    }

    /// What it means to another process: where a question was asked, there is room to ask another.
    pub(in crate::adapters) fn elsewhere(self) -> Self {
        if self.includes(Self::FREED) { self.and(Self::ASKING) } else { self }
    }

    pub(in crate::adapters) const fn includes(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(in crate::adapters) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_says_who_is_woken() {
        for wakes in
            [Wakes::NOBODY, Wakes::ASKING, Wakes::SPEAKING, Wakes::OUTBOX, Wakes::ENDED, Wakes::OWN_ACTORS]
        {
            assert_eq!(Wakes::of_word(&wakes.word()), wakes);
        }
        assert_eq!(Wakes::of_word("az"), Wakes::ASKING);
    }
}
