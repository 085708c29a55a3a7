//! The reaction on a question that shows how far it is. Talk shows no typing, so this is what people see at once.

/// A reaction of the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// The question is taken and not answered yet.
    Thinking,
    /// There will be no answer.
    Failed,
}

impl Sign {
    /// The emoji, one character as people count.
    #[must_use]
    pub const fn emoji(self) -> &'static str {
        match self {
            Self::Thinking => "👀",
            Self::Failed => "⚠️",
        }
    }

    /// The stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Thinking => "thinking",
            Self::Failed => "failed",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Thinking, Self::Failed].into_iter().find(|sign| sign.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    #[test]
    fn each_sign_is_read_back_from_its_own_word() {
        for sign in [Sign::Thinking, Sign::Failed] {
            assert_eq!(Sign::parse(sign.as_str()), Some(sign));
        }
        assert_eq!(Sign::parse("asleep"), None);
    }

    #[test]
    fn a_sign_is_one_emoji_which_is_all_that_talk_takes() {
        for sign in [Sign::Thinking, Sign::Failed] {
            assert_eq!(sign.emoji().graphemes(true).count(), 1, "{sign:?}");
        }
    }
}
