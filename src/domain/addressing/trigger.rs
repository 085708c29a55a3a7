//! Finding `@Name` in a text and taking it out.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

use crate::domain::markup;
use crate::domain::text::{Parameter, RichText, Segment};

/// A text cut at the bot's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words, placeholders resolved.
    Text(String),
    /// The bot's name was here.
    Trigger,
}

/// Cuts the text at every call of the bot.
pub(super) fn pieces(text: &RichText, name: &str) -> Vec<Piece> {
    let code = code_ranges(&text.raw);
    let mut pieces = Vec::new();
    for (offset, segment) in text.segments() {
        match segment {
            Segment::Placeholder(key, parameter) if is_account(parameter, name) && key.starts_with("mention-") => {
                pieces.push(Piece::Trigger);
            }
            Segment::Placeholder(key, parameter) => {
                let at = if key.starts_with("mention-") { "@" } else { "" };
                pieces.push(Piece::Text(format!("{at}{}", markup::clean_name(parameter.label()))));
            }
            Segment::Words(words) => cut_words(&text.raw, offset..offset + words.len(), name, &code, &mut pieces),
        }
    }
    pieces
}

/// A local account that carries the bot's name as its id. The display name proves nothing: anybody can choose it.
fn is_account(parameter: &Parameter, name: &str) -> bool {
    parameter.kind == "user"
        && parameter.server.is_none()
        && prefix_len(&parameter.id, name) == Some(parameter.id.len())
}

fn cut_words(raw: &str, range: Range<usize>, name: &str, code: &[Range<usize>], pieces: &mut Vec<Piece>) {
    let (mut start, mut at) = (range.start, range.start);
    while let Some(sign) = raw[at..range.end].find('@').map(|found| at + found) {
        at = sign + 1;
        let in_code = code.iter().any(|range| range.contains(&sign));
        if in_code || !starts_word(&raw[..sign]) {
            continue;
        }
        if let Some(len) = name_len(&raw[sign + 1..range.end], name) {
            if sign > start {
                pieces.push(Piece::Text(raw[start..sign].to_owned()));
            }
            pieces.push(Piece::Trigger);
            (start, at) = (sign + 1 + len, sign + 1 + len);
        }
    }
    if start < range.end {
        pieces.push(Piece::Text(raw[start..range.end].to_owned()));
    }
}

/// `a@halo` is an address and `@@halo` somebody's ornament, not a call.
fn starts_word(before: &str) -> bool {
    !before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '@' | '.' | '-'))
        || before.ends_with("..")
}

/// Length of the bot's name after an `@`, quotes included, when it stands there as a whole word.
fn name_len(after: &str, name: &str) -> Option<usize> {
    if let Some(quoted) = after.strip_prefix('"') {
        let len = prefix_len(quoted, name)?;
        return quoted[len..].starts_with('"').then_some(len + 2);
    }
    let len = prefix_len(after, name)?;
    let mut next = after[len..].chars();
    let longer = match next.next() {
        Some(c) if c.is_alphanumeric() || c == '_' => true,
        Some('.' | '-' | '@') => next.next().is_some_and(char::is_alphanumeric),
        _ => false,
    };
    (!longer).then_some(len)
}

/// Length of the start of `text` that equals `name` in any case.
fn prefix_len(text: &str, name: &str) -> Option<usize> {
    let mut wanted = name.chars().flat_map(char::to_lowercase).peekable();
    wanted.peek()?;
    let mut len = 0;
    for c in text.chars() {
        if wanted.peek().is_none() {
            break;
        }
        if !c.to_lowercase().all(|lower| wanted.next() == Some(lower)) {
            return None;
        }
        len += c.len_utf8();
    }
    wanted.peek().is_none().then_some(len)
}

/// Byte ranges of code spans and fenced blocks. Indented text is no code here: people indent in chats.
fn code_ranges(raw: &str) -> Vec<Range<usize>> {
    if !raw.contains(['`', '~']) {
        return Vec::new();
    }
    let mut ranges = Vec::new();
    let mut fence = None;
    for (event, range) in Parser::new_ext(raw, Options::empty()).into_offset_iter() {
        match event {
            Event::Code(_) => ranges.push(range),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => fence = Some(range),
            Event::End(TagEnd::CodeBlock) => ranges.extend(fence.take()),
            _ => {}
        }
    }
    ranges
}

/// Puts the words together without the calls, and without the gaps and commas these leave.
pub(super) fn join(pieces: &[Piece]) -> String {
    let mut words = String::new();
    let mut cut = false;
    for piece in pieces {
        match piece {
            Piece::Trigger => cut = true,
            Piece::Text(text) if cut => {
                close_gap(&mut words, text);
                cut = false;
            }
            Piece::Text(text) => words.push_str(text),
        }
    }
    if cut {
        words.truncate(words.trim_end().trim_end_matches(',').len());
    }
    words.trim().to_owned()
}

fn close_gap(words: &mut String, next: &str) {
    let rest = next.trim_start_matches([' ', '\t']);
    if words.trim_end().is_empty() {
        words.clear();
        words.push_str(rest.trim_start_matches([',', ':', ';', '.', '!']).trim_start());
    } else if rest.starts_with([',', ';', ':', '.', '!', '?']) {
        words.truncate(words.trim_end().trim_end_matches(',').len());
        words.push_str(rest);
    } else if rest.starts_with(['\r', '\n']) {
        words.truncate(words.trim_end_matches([' ', '\t']).len());
        words.push_str(rest);
    } else if words.ends_with(char::is_whitespace) {
        words.push_str(rest);
    } else {
        words.push_str(next);
    }
}
