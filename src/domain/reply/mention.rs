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
