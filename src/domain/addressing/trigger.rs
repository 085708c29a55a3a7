//! Finding `@Name` in a text and taking it out.

use std::ops::Range;

use super::label;
use super::name::{name_len, prefix_len, starts_word};
use crate::domain::markdown::Code;
use crate::domain::text::{Parameter, RichText, Segment};

/// A text cut at the bot's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words, placeholders resolved.
    Text(String),
    /// The bot's name was here.
    Trigger,
}

/// Cuts the text at every call of the bot. What stands in code or in a quoted line calls nobody.
pub(super) fn pieces(text: &RichText, name: &str) -> Vec<Piece> {
    let (code, quoted) = (Code::of(&text.raw), quoted_lines(&text.raw));
    let is_talk = |at: usize| !code.contains(at) && !is_within(&quoted, at);
    let mut pieces = Vec::new();
    for (offset, segment) in text.segments() {
        match segment {
            Segment::Placeholder(key, parameter) => {
                let is_mention = key.starts_with("mention-");
                if is_mention && is_account(parameter, name) && is_talk(offset) {
                    pieces.push(Piece::Trigger);
                } else {
                    let at = if is_mention { "@" } else { "" };
                    pieces.push(Piece::Text(format!("{at}{}", label(parameter))));
                }
            }
            Segment::Words(words) => {
                cut_words(&text.raw, offset..offset + words.len(), name, is_talk, &mut pieces);
            }
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

/// Lines that repeat what somebody said before, in their order. Found once: a line can hold very many calls.
fn quoted_lines(text: &str) -> Vec<Range<usize>> {
    let mut end = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        end += line.len();
        (line, end - line.len()..end)
    });
    lines.filter(|(line, _)| line.trim_start().starts_with('>')).map(|(_, range)| range).collect()
}

fn is_within(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.start <= at)
}

fn cut_words(
    raw: &str,
    range: Range<usize>,
    name: &str,
    is_talk: impl Fn(usize) -> bool,
    pieces: &mut Vec<Piece>,
) {
    let (mut start, mut at) = (range.start, range.start);
    while let Some(sign) = raw[at..range.end].find('@').map(|found| at + found) {
        at = sign + 1;
        if !starts_word(&raw[..sign]) {
            continue;
        }
        let named = name_len(&raw[sign + 1..range.end], name);
        if let Some(len) = named.filter(|_| is_talk(sign)) {
            pieces.push(Piece::Text(raw[start..sign].to_owned()));
            pieces.push(Piece::Trigger);
            (start, at) = (sign + 1 + len, sign + 1 + len);
        }
    }
    if start < range.end {
        pieces.push(Piece::Text(raw[start..range.end].to_owned()));
    }
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
        words.push_str(next.trim_start_matches([',', ':', ';', '.', '!']).trim_start());
    } else if next.starts_with([',', ';', ':', '.', '!', '?']) {
        words.truncate(words.trim_end().trim_end_matches(',').len());
        words.push_str(next);
    } else if rest.starts_with(['\r', '\n']) {
        words.truncate(words.trim_end_matches([' ', '\t']).len());
        words.push_str(rest);
    } else if words.ends_with(char::is_whitespace) {
        words.push_str(rest);
    } else {
        words.push_str(next);
    }
}
