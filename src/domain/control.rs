//! Steering by reactions: what the asker means with an emoji on a question or on its answer.

/// What an emoji orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// End this answer.
    Stop,
    /// Answer this question again.
    Again,
    /// Forget this question and its answer.
    ForgetTurn,
}

impl Control {
    /// The word in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Again => "again",
            Self::ForgetTurn => "forget",
        }
    }

    /// Reads an emoji, whatever its look (variation selector) and colour of skin. Most mean nothing: `None`.
    #[must_use]
    pub fn parse(emoji: &str) -> Option<Self> {
        let plain: String = emoji.trim().chars().filter(|c| !is_look(*c)).collect();
        match plain.as_str() {
            "🛑" | "⏹" => Some(Self::Stop),
            "🔁" | "🔄" => Some(Self::Again),
            "🗑" => Some(Self::ForgetTurn),
            _ => None,
        }
    }
}

fn is_look(c: char) -> bool {
    matches!(c, '\u{FE0E}' | '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sign::Sign;

    #[test]
    fn every_look_of_an_emoji_is_the_same_order() {
        for (emojis, control) in [
            (["🛑", "🛑\u{FE0F}", "⏹", "⏹\u{FE0F}"], Control::Stop),
            (["🔁", "🔁\u{FE0F}", "🔄", "🔄\u{1F3FD}"], Control::Again),
            (["🗑", "🗑\u{FE0F}", "🗑\u{FE0E}", " 🗑 "], Control::ForgetTurn),
        ] {
            for emoji in emojis {
                assert_eq!(Control::parse(emoji), Some(control), "{emoji:?}");
            }
        }
    }

    #[test]
    fn every_other_emoji_orders_nothing() {
        for emoji in
            ["", "👍", "👍🏽", "🛑🛑", "❤\u{FE0F}", "stop", Sign::Thinking.emoji(), Sign::Failed.emoji()]
        {
            assert_eq!(Control::parse(emoji), None, "{emoji:?}");
        }
    }
}
