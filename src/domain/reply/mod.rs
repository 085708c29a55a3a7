//! From the model's answer to the messages that Talk takes: nobody is notified by it, nothing in it trips the
//! server, and each part is a whole piece of Markdown within Talk's limit.

mod cut;
mod mention;
mod outline;
mod reader;
mod source;
mod split;

use super::markup;
#[cfg(test)]
pub(crate) use mention::has_live_mention;
pub use split::split;

/// Longest part, in code points. Talk takes 32,000; what is left out is room for what a server version or an app
/// on the way may add.
pub const LIMIT: usize = 31_900;

/// The parts to post for an answer, in order; none when there is nothing to see. `note` is the bot's own word on it,
/// put at its end. No part is longer than `limit` code points.
#[must_use]
pub fn compose(text: &str, note: Option<&str>, limit: usize) -> Vec<String> {
    let text = mention::neutralise(&without_controls(text));
    if text.chars().all(|c| c.is_whitespace() || markup::is_invisible(c)) {
        return Vec::new();
    }
    let limit = limit.saturating_sub(1);
    let mut parts = split(&text, limit);
    if let Some(note) = note {
        append(&mut parts, note, limit);
    }
    parts.into_iter().map(keep_slashes).collect()
}

/// NUL ends a message for Talk, and other control characters are nothing that a chat shows.
fn without_controls(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn append(parts: &mut Vec<String>, note: &str, limit: usize) {
    let note = format!("\n\n{note}");
    match parts.last_mut() {
        Some(last) if last.chars().count() + note.chars().count() <= limit => last.push_str(&note),
        _ => parts.extend(split(&note, limit)),
    }
}

/// Of a text that begins with two slashes Talk drops one.
fn keep_slashes(part: String) -> String {
    if part.starts_with("//") { format!("/{part}") } else { part }
}

#[cfg(test)]
mod tests;
