//! The choice of a place to cut.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::mention::is_word;
use super::outline::{Outline, Rank};

/// What a place is worth: first how little it breaks, then its rank, then how much comes before it.
type Worth = (Harm, Option<Rank>, usize);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    /// Something that should stay whole is broken.
    Breaks,
    /// The part is left more than half empty.
    Short,
    None,
}

/// The best place to end a part of at most `room` code points. Something of the text after `lead` comes before it.
pub(super) fn choose(text: &str, lead: usize, room: usize, outline: &Outline) -> usize {
    let max = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let words = text.len() - text[lead..].trim_start().len();
    let half = lead + max.saturating_sub(lead) / 2;
    let mut previous = '\n';
    let mut last_word = '\n';
    let mut best: Option<Worth> = None;
    for (at, c) in text[lead..].char_indices().map(|(at, c)| (lead + at, c)).take_while(|(at, _)| *at <= max)
    {
        if at > words
            && let Some(rank) = rank(previous, last_word, c, || outline.border(at))
            && is_whole(text, at)
        {
            best = best.max(Some(worth(text, at, rank, at >= half, outline)));
        }
        previous = c;
        if !c.is_whitespace() {
            last_word = c;
        }
    }
    best.map_or_else(|| forced(text, lead, max), |(_, _, at)| at)
}

fn rank(previous: char, last_word: char, c: char, border: impl Fn() -> Rank) -> Option<Rank> {
    if previous == '\n' {
        Some(border())
    } else if c.is_whitespace() {
        None
    } else if matches!(previous, '。' | '！' | '？') {
        Some(Rank::Sentence)
    } else if previous.is_whitespace() {
        Some(if matches!(last_word, '.' | '!' | '?' | '…') { Rank::Sentence } else { Rank::Word })
    } else {
        None
    }
}

fn worth(text: &str, at: usize, rank: Rank, full: bool, outline: &Outline) -> Worth {
    let mid_line = rank < Rank::Line;
    let breaks = outline.breaks(at)
        || (mid_line
            && (outline.open_fence(at).is_some()
                || text[at..].starts_with("```")
                || text[at..].starts_with("~~~")));
    match (breaks, full) {
        (true, _) => (Harm::Breaks, None, at),
        (false, false) => (Harm::Short, None, at),
        (false, true) => (Harm::None, Some(rank), at),
    }
}

fn is_whole(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

/// In a text without places to cut, the last border between visible characters, unless one of them alone is
/// longer. An `@` stays with the letter that makes it harmless.
fn forced(text: &str, lead: usize, max: usize) -> usize {
    let seen = text[max..].chars().next().map_or(max, |c| max + c.len_utf8());
    let borders = text[lead..seen].grapheme_indices(true).map(|(at, _)| lead + at);
    let (mut last, mut before) = (None, None);
    for at in borders.filter(|at| (lead + 1..=max).contains(at)) {
        (last, before) = (Some(at), last);
    }
    let cut = last.unwrap_or(max);
    let separates = text[cut..].starts_with('@') && text[..cut].chars().next_back().is_some_and(is_word);
    if separates { before.unwrap_or(cut) } else { cut }
}
