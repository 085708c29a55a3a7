//! The bot's name behind an `@`: where it begins, and whether it stands there as a whole word.

use unicode_segmentation::GraphemeCursor;

use crate::domain::markup::is_invisible;

/// Turns a sign into an emoji; keyboards send it or not.
const EMOJI_SELECTOR: char = '\u{FE0F}';

/// Whether an `@` after `before` can begin a name. `a@halo` is an address, `@@halo` somebody's ornament, and
/// `https://example.com/@halo` a link.
pub(super) fn starts_word(before: &str) -> bool {
    let Some(last) = before.chars().next_back() else { return true };
    let inside = joins(last) || matches!(last, '@' | '.' | '-' | '/' | '\\' | '=' | '&' | '#' | '%' | '+');
    !inside || before.ends_with("..")
}

/// Length of the bot's name after an `@`, quotes included, when it stands there as a whole word. Invisible characters
/// before it count with it: the bot's own messages hold one there, and are copied.
pub(super) fn name_len(after: &str, name: &str) -> Option<usize> {
    let visible = after.trim_start_matches(is_invisible);
    visible_name_len(visible, name).map(|len| after.len() - visible.len() + len)
}

fn visible_name_len(after: &str, name: &str) -> Option<usize> {
    if let Some(quoted) = after.strip_prefix('"') {
        let len = prefix_len(quoted, name)?;
        return quoted[len..].starts_with('"').then_some(len + 2);
    }
    let len = prefix_len(after, name)?;
    let whole = GraphemeCursor::new(len, after.len(), true).is_boundary(after, 0).unwrap_or(true);
    (whole && !goes_on(&after[..len], &after[len..])).then_some(len)
}

/// Whether the name is the beginning of a longer one, of an address, a path or a link's text.
fn goes_on(name: &str, after: &str) -> bool {
    let mut next = after.chars();
    match next.next() {
        Some(c) if joins(c) => true,
        Some(c) if is_unspaced(c) => name.chars().next_back().is_some_and(is_unspaced),
        Some('.' | '-' | '@' | '/') => next.next().is_some_and(char::is_alphanumeric),
        Some(']') => next.next() == Some('('),
        _ => false,
    }
}

/// Whether a character beside a name makes a longer word of it.
fn joins(c: char) -> bool {
    (c.is_alphanumeric() || c == '_') && !is_unspaced(c)
}

/// Letters of scripts that put no spaces between words, or endings right behind a foreign one: Thai, Lao, Burmese,
/// Khmer, Chinese, Japanese and Korean.
fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{E00}'..='\u{EFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1780}'..='\u{17FF}'
            | '\u{3005}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7AF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFF}'
    )
}

/// Length of the start of `text` that equals `name` in any case.
pub(super) fn prefix_len(text: &str, name: &str) -> Option<usize> {
    let letters = name.chars().filter(|c| *c != EMOJI_SELECTOR);
    let mut wanted = letters.flat_map(char::to_lowercase).peekable();
    wanted.peek()?;
    let mut len = 0;
    for c in text.chars() {
        if c != EMOJI_SELECTOR {
            if wanted.peek().is_none() {
                break;
            }
            if !c.to_lowercase().all(|lower| wanted.next() == Some(lower)) {
                return None;
            }
        }
        len += c.len_utf8();
    }
    wanted.peek().is_none().then_some(len)
}
