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

/// Who may have something to do after a change: here, and in other processes of the bot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::adapters) struct Wakes {
    ask: bool,
    post: bool,
    notices: bool,
    /// A question is asked no longer: there is room to ask another, for all processes together.
    freed: bool,
    /// Questions have ended that others may be working on.
    ended: bool,
    /// The bot has another id.
    own_actors: bool,
}

impl Wakes {
    pub(in crate::adapters) const NOBODY: Self =
        Self { ask: false, post: false, notices: false, freed: false, ended: false, own_actors: false };
    /// There may be something to ask.
    pub(in crate::adapters) const ASKING: Self = Self { ask: true, ..Self::NOBODY };
    /// There may be something to post, and something else to say than what has been overtaken.
    pub(in crate::adapters) const SPEAKING: Self =
        Self { post: true, notices: true, freed: true, ..Self::NOBODY };
    /// There may be something to lease.
    pub(in crate::adapters) const WORKER: Self = Self { ask: true, post: true, ..Self::NOBODY };
    /// There is something to say.
    pub(in crate::adapters) const OUTBOX: Self = Self { notices: true, ..Self::NOBODY };
    pub(in crate::adapters) const EVERYBODY: Self =
        Self { ask: true, post: true, notices: true, ..Self::NOBODY };
    /// Questions have ended, worked on or not.
    pub(in crate::adapters) const ENDED: Self = Self { ended: true, ..Self::EVERYBODY };
    /// The bot has another id.
    pub(in crate::adapters) const OWN_ACTORS: Self = Self { own_actors: true, ..Self::NOBODY };

    /// Whatever there is.
    pub(in crate::adapters) const ALL: Self =
        Self { ask: true, post: true, notices: true, freed: true, ended: true, own_actors: true };

    const LETTERS: &[(char, Self)] = &[
        ('a', Self::ASKING),
        ('p', Self { post: true, ..Self::NOBODY }),
        ('n', Self::OUTBOX),
        ('f', Self { freed: true, ..Self::NOBODY }),
        ('e', Self { ended: true, ..Self::NOBODY }),
        ('o', Self::OWN_ACTORS),
    ];

    /// In a word that another process understands: a letter for each.
    pub(in crate::adapters) fn word(self) -> String {
        let said = Self::LETTERS.iter().filter(|(_, wakes)| self.and(*wakes) == self);
        said.map(|(letter, _)| *letter).collect()
    }

    /// What such a word says; letters of a later version are passed over.
    pub(in crate::adapters) fn of_word(word: &str) -> Self {
        let said = Self::LETTERS.iter().filter(|(letter, _)| word.contains(*letter));
        said.fold(Self::NOBODY, |all, (_, wakes)| all.and(*wakes))
    }

    /// What it means to another process: where a question was asked, there is room to ask another.
    pub(in crate::adapters) fn elsewhere(self) -> Self {
        Self { ask: self.ask || self.freed, ..self }
    }

    pub(in crate::adapters) fn has_ended(self) -> bool {
        self.ended
    }

    pub(in crate::adapters) fn has_own_actors(self) -> bool {
        self.own_actors
    }

    pub(in crate::adapters) fn and(self, other: Self) -> Self {
        Self {
            ask: self.ask || other.ask,
            post: self.post || other.post,
            notices: self.notices || other.notices,
            freed: self.freed || other.freed,
            ended: self.ended || other.ended,
            own_actors: self.own_actors || other.own_actors,
        }
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
