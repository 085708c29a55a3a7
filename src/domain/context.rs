//! Which part of a conversation fits into the model's context: whole turns are dropped, oldest first; the system
//! prompt and the newest message always stay, the latter shortened in its middle if it must be.

use super::conversation::Turn;
use super::prompt::spoken;

/// Tokens of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Prompt and answer together.
    pub context_tokens: u32,
    /// Kept free for the answer, but never more than half of the context.
    pub answer_tokens: u32,
}

impl Budget {
    /// Tokens that the prompt may have.
    #[must_use]
    pub fn prompt_tokens(self) -> usize {
        (self.context_tokens - self.answer_tokens.min(self.context_tokens / 2)) as usize
    }
}

/// What goes into the prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted<'a> {
    /// The newest turns that fit, oldest first.
    pub turns: &'a [Turn],
    /// The newest question.
    pub question: String,
    /// Whether it lost its middle.
    pub shortened: bool,
}

/// Stands where a message was shortened.
pub const GAP: &str = "\n[… part of this message was left out …]\n";

/// What a chat template adds around one message.
const MESSAGE_OVERHEAD: usize = 8;

/// Bytes of a token, on the low side: English has about 4, other European languages 3, and one CJK character of
/// 3 bytes is about one token.
const BYTES_PER_TOKEN: usize = 3;

/// How many tokens a message will have at most, about.
#[must_use]
pub fn estimate(text: &str) -> usize {
    text.len().div_ceil(BYTES_PER_TOKEN) + MESSAGE_OVERHEAD
}

/// Chooses what fits into `prompt_tokens`. `speaker` is who asks, where that is told.
#[must_use]
pub fn fit<'a>(
    system: &str,
    turns: &'a [Turn],
    speaker: Option<&str>,
    question: &str,
    prompt_tokens: usize,
) -> Fitted<'a> {
    let left = prompt_tokens.saturating_sub(estimate(system));
    let (question, shortened) = shorten(speaker, question, left);
    let mut left = left.saturating_sub(estimate(&spoken(speaker, &question)));
    let kept = turns.iter().rev().take_while(|turn| {
        let cost = estimate(&spoken(turn.speaker.as_deref(), &turn.question)) + estimate(&turn.answer);
        let fits = cost <= left;
        left = left.saturating_sub(cost);
        fits
    });
    let start = turns.len() - kept.count();
    Fitted { turns: &turns[start..], question, shortened }
}

/// Leaves out the middle of a question that has more than `tokens` when spoken: the start tells what is asked, the
/// end how. What is left is spoken like any question, so that a cut can't put words at the margin.
fn shorten(speaker: Option<&str>, question: &str, tokens: usize) -> (String, bool) {
    let cost = |text: &str| estimate(&spoken(speaker, text));
    let mut text = question.to_owned();
    let mut bytes = question.len();
    while bytes > 0 && cost(&text) > tokens {
        bytes = (bytes - 1).min(bytes * tokens / cost(&text));
        text = without_middle(question, bytes);
    }
    let shortened = bytes < question.len();
    (text, shortened)
}

fn without_middle(text: &str, bytes: usize) -> String {
    let head = text.floor_char_boundary(bytes / 3 * 2);
    let tail = text.ceil_char_boundary(text.len() - bytes / 3);
    format!("{}{GAP}{}", &text[..head], &text[tail..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::MessageId;
    use proptest::prelude::*;

    fn turns(count: usize, bytes: usize) -> Vec<Turn> {
        let turn = |i| Turn {
            message: MessageId(i64::try_from(i).expect("small")),
            speaker: None,
            question: "q".repeat(bytes),
            answer: "a".repeat(bytes),
        };
        (0..count).map(turn).collect()
    }

    #[test]
    fn everything_stays_while_it_fits() {
        let turns = turns(6, 30);
        let fitted = fit("system", &turns, None, "newest", 4096);
        assert_eq!((fitted.turns, fitted.question.as_str(), fitted.shortened), (&turns[..], "newest", false));
    }

    #[test]
    fn the_oldest_turns_go_first_and_whole() {
        let turns = turns(6, 300);
        let fitted = fit("system", &turns, None, "newest", 600);
        assert_eq!(fitted.turns, &turns[4..]);
    }

    #[test]
    fn a_turn_that_is_too_long_hides_the_older_ones_too() {
        let mut turns = turns(3, 30);
        turns[1].answer = "a".repeat(10_000);
        assert_eq!(fit("system", &turns, None, "newest", 600).turns, &turns[2..]);
    }

    #[test]
    fn the_newest_message_loses_its_middle_visibly() {
        let text = format!("start {} end", "é".repeat(5_000));
        let fitted = fit("system", &[], None, &text, 300);
        assert!(fitted.shortened && fitted.question.contains(GAP));
        assert!(fitted.question.starts_with("start") && fitted.question.ends_with("end"));
    }

    #[test]
    fn a_shortened_message_of_many_lines_fits_with_its_name_and_indentation() {
        let fitted = fit("system", &[], Some("Mira"), &"a\n".repeat(5_000), 300);
        let tokens = estimate("system") + estimate(&spoken(Some("Mira"), &fitted.question));
        assert!(fitted.shortened && (200..=300).contains(&tokens), "{tokens}");
    }

    #[test]
    fn the_answer_never_takes_more_than_half() {
        assert_eq!(Budget { context_tokens: 4096, answer_tokens: 1024 }.prompt_tokens(), 3072);
        assert_eq!(Budget { context_tokens: 1000, answer_tokens: 9000 }.prompt_tokens(), 500);
    }

    proptest! {
        #[test]
        fn never_over_the_budget(count in 0usize..8, bytes in 0usize..400, newest in ".{0,600}", budget in 80usize..900) {
            let turns = turns(count, bytes);
            let fitted = fit("sys", &turns, Some("Mira"), &newest, budget);
            let used: usize = fitted.turns.iter().map(|t| estimate(&t.question) + estimate(&t.answer)).sum();
            prop_assert!(estimate("sys") + used + estimate(&spoken(Some("Mira"), &fitted.question)) <= budget + 8);
        }
    }
}
