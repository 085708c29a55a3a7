//! Text that notifies nobody. Talk looks for mentions everywhere in a message, in code too.

/// Stands after an `@` that could begin a mention: invisible, and no character of an account's name.
const BREAK: char = '\u{200B}';

/// The text without live mentions; changes nothing the second time.
///
/// Nextcloud's pattern wants the start, white space or one of `-@.'` before the `@`, and a quote or a character of
/// an id after it. So an `@` after an ASCII letter, digit or underscore is none, and mail addresses stay whole.
/// Every other one is broken, as long as anything that might be a name follows.
pub(super) fn neutralise(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    let mut previous = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        harmless.push(c);
        if c == '@' && !previous.is_some_and(is_word) && chars.peek().is_some_and(|next| begins_name(*next)) {
            harmless.push(BREAK);
        }
        previous = Some(c);
    }
    harmless
}

/// A character that makes an `@` right after it part of a word.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn begins_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '"' | '_' | '-' | '@' | '.' | '\'')
}

/// Whether Nextcloud would look for a person in it. Its pattern, with greedy choices:
/// `\B(?<![^a-z0-9_\-@.'\s])@("<kind>/[…]+"|"[a-z0-9_\-@.' ]+"|[a-z0-9_\-@.']+)`, in any case.
#[cfg(test)]
pub(crate) fn has_live_mention(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + 1..].chars().next();
        before.is_none_or(|c| c.is_ascii_whitespace() || "-@.'\u{b}".contains(c))
            && after.is_some_and(|c| c.is_ascii_alphanumeric() || "\"_-@.'".contains(c))
    })
}
