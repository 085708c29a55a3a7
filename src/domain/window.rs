//! The turns of a room that prompts begin with. Between two trims turns are only added at the end, because the
//! server's cache lives from an unchanged beginning; so a trim drops many at once, and its place is stored.

use super::conversation::Turn;
use super::message::MessageId;

/// Why a window was trimmed. Closed, since it is a metric label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trim {
    /// It had grown to twice the number of turns that are kept at least.
    Turns,
    /// It would not have fitted into the model's context.
    Tokens,
    /// The server refused it as too long.
    Refused,
}

impl Trim {
    /// The metric label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Turns => "turns",
            Self::Tokens => "tokens",
            Self::Refused => "refused",
        }
    }
}

/// Which of `count` turns is the first to stay, where `keep` are kept at least: all up to twice as many, then `keep`.
#[must_use]
pub fn start(count: usize, keep: usize) -> usize {
    if count <= keep.saturating_mul(2) { 0 } else { count - keep }
}

/// Where a window begins once the answer to `newest` joins it: turns of earlier messages are dropped for good. It had
/// `known` turns, of which the last ones, `shown`, were shown for this answer. `None` when all stay.
#[must_use]
pub fn start_after(known: &[Turn], shown: &[Turn], newest: MessageId, keep: usize) -> Option<MessageId> {
    let not_shown = known[..known.len() - shown.len()].last().map(|turn| turn.message.next());
    let mut messages: Vec<_> = shown.iter().map(|turn| turn.message).chain([newest]).collect();
    messages.sort_unstable();
    let too_many = match start(messages.len(), keep) {
        0 => None,
        first => messages.get(first).copied().or_else(|| messages.last().map(|last| last.next())),
    };
    not_shown.max(too_many)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn turn(message: i64) -> Turn {
        let words = String::new;
        Turn { message: MessageId(message), speaker: None, question: words(), answer: words() }
    }

    fn turns(messages: impl IntoIterator<Item = i64>) -> Vec<Turn> {
        messages.into_iter().map(turn).collect()
    }

    #[test]
    fn each_reason_has_its_own_label() {
        let labels = [Trim::Turns, Trim::Tokens, Trim::Refused].map(Trim::as_str);
        assert_eq!(labels, ["turns", "tokens", "refused"]);
    }

    #[test]
    fn a_window_grows_to_twice_what_is_kept_and_falls_back_in_one_step() {
        let starts: Vec<_> = (0..=7).map(|count| start(count, 3)).collect();
        assert_eq!(starts, [0, 0, 0, 0, 0, 0, 0, 4]);
    }

    #[test]
    fn an_answer_that_fills_the_window_moves_its_start() {
        let known = turns(1..=6);
        assert_eq!(start_after(&known[..5], &known[..5], MessageId(6), 3), None);
        assert_eq!(start_after(&known, &known, MessageId(7), 3), Some(MessageId(5)));
    }

    #[test]
    fn what_was_not_shown_is_dropped() {
        let known = turns(1..=6);
        assert_eq!(start_after(&known, &known[4..], MessageId(7), 6), Some(MessageId(5)));
        assert_eq!(start_after(&known, &[], MessageId(7), 6), Some(MessageId(7)));
    }

    #[test]
    fn a_window_of_nothing_keeps_nothing() {
        assert_eq!(start_after(&[], &[], MessageId(7), 0), Some(MessageId(8)));
        assert_eq!(start_after(&turns([9]), &[], MessageId(7), 0), Some(MessageId(10)));
    }

    #[test]
    fn a_late_answer_to_an_old_message_brings_nothing_back() {
        let known = turns(10..=15);
        assert_eq!(start_after(&known, &known, MessageId(5), 6), None);
        assert_eq!(start_after(&known, &known[3..], MessageId(5), 6), Some(MessageId(13)));
    }

    proptest! {
        #[test]
        fn a_long_conversation_is_cut_once_in_a_while(keep in 1usize..20, count in 1i64..200) {
            let (mut known, mut trims, mut fewest) = (Vec::new(), 0, usize::MAX);
            for message in 1..=count {
                let from = start_after(&known, &known, MessageId(message), keep);
                known.push(turn(message));
                known.retain(|turn| from.is_none_or(|from| turn.message >= from));
                prop_assert!(known.len() <= 2 * keep);
                if from.is_some() {
                    trims += 1;
                    fewest = fewest.min(known.len());
                }
            }
            prop_assert!(trims == 0 || fewest == keep);
            prop_assert!(trims <= usize::try_from(count).expect("positive") / (keep + 1));
        }
    }
}
