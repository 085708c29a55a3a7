//! Untrusted text on its way into the model. Servers read control sequences of their chat templates in the text
//! of people too, so a person who types one could close his turn and speak as the system; here they are broken.

mod control;
mod name;

use std::borrow::Cow;

pub(super) use name::is_invisible;
pub use name::{clean_file_name, clean_name};

/// Stands after the first character of a broken sequence: invisible, and part of no token's spelling.
const BREAK: char = '\u{200B}';

/// The text without any control sequence of a chat template, of which each is broken after its first character.
/// Everything else stays as it is.
///
/// Nothing can be put together again: a sequence of the result would have to stand in the text already, and then
/// it was broken. For the same reason nothing changes the second time.
#[must_use]
pub fn defuse(text: &str) -> Cow<'_, str> {
    let mut harmless = String::new();
    let mut start = 0;
    for (at, _) in text.match_indices(control::OPENERS) {
        if control::begins(&text[at..]) {
            harmless.push_str(&text[start..=at]);
            harmless.push(BREAK);
            start = at + 1;
        }
    }
    if start == 0 {
        return Cow::Borrowed(text);
    }
    harmless.push_str(&text[start..]);
    Cow::Owned(harmless)
}

#[cfg(test)]
mod tests;
