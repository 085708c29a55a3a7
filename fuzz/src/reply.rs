//! The parts of a reply: none is too long or empty, none calls anybody or trips the server, nothing of the answer is
//! missing, and what is added is no more than a fence or a table's head that was cut.

use nextcloud_opencode_bot::domain::reply::{LIMIT, compose};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

const NOTE: &str = "(cut)";

/// The first byte chooses the limit and whether there is a note, the rest is the answer.
pub fn check(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let limit = if *first == b' ' { LIMIT } else { 41 + 2 * usize::from(*first) };
    let note = (*first % 4 == 3).then_some(NOTE);
    let text = String::from_utf8_lossy(rest);
    let mut parts = compose(&text, note, limit);
    assert!(parts.len() <= text.len() + 1);
    for part in &parts {
        part_holds(part, limit);
    }
    if let (Some(note), Some(last)) = (note, parts.last_mut()) {
        let rest = last.strip_suffix(note).expect("the note is missing").to_owned();
        *last = rest;
    }
    nothing_is_missing(&text, &parts);
}

fn part_holds(part: &str, limit: usize) {
    assert!(part.chars().count() <= limit, "too long: {part:?}");
    assert!(!part.trim().is_empty(), "empty");
    assert!(!part.starts_with("//") || part.starts_with("///"), "Talk drops a slash: {part:?}");
    assert!(
        !part.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')),
        "a control character: {part:?}"
    );
    assert!(!calls_somebody(part), "a mention: {part:?}");
    // Talk takes white space off before it looks.
    assert!(!calls_somebody(part.trim()), "a mention: {part:?}");
    assert!(has_huge_fence(part, limit) || !leaves_a_fence_open(part), "an open fence: {part:?}");
}

/// Nextcloud's pattern, with greedy choices: `\B(?<![^a-z0-9_\-@.'\s])@(…)`, in any case.
fn calls_somebody(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + 1..].chars().next();
        before.is_none_or(|c| c.is_ascii_whitespace() || "-@.'\u{b}".contains(c))
            && after.is_some_and(|c| c.is_ascii_alphanumeric() || "\"_-@.'".contains(c))
    })
}

/// A fence that takes more than a quarter of a part to close is not closed.
fn has_huge_fence(part: &str, limit: usize) -> bool {
    part.lines().filter(|line| line.contains("```") || line.contains("~~~")).any(|line| {
        let start = line.chars().take_while(|c| " \t>`~-*+.)0123456789".contains(*c));
        start.count() + 1 > (limit - 1) / 4
    })
}

/// Whether what comes after the part in the chat would be code.
fn leaves_a_fence_open(part: &str) -> bool {
    let followed = format!("{part}\n\nx");
    let mut in_code = false;
    Parser::new(&followed).into_offset_iter().any(|(event, range)| {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            _ => {}
        }
        in_code && matches!(event, Event::Text(_)) && range.end == followed.len()
    })
}

/// White space at borders goes, and breaks in mentions come. Only marks of structure are repeated.
fn nothing_is_missing(text: &str, parts: &[String]) {
    let visible = |c: &char| !c.is_whitespace() && !c.is_control() && *c != '\u{200B}';
    let wanted: Vec<char> = text.chars().filter(visible).collect();
    if parts.is_empty() {
        assert!(!wanted.iter().any(char::is_ascii), "nothing is shown of {text:?}");
        return;
    }
    let shown: Vec<char> = parts.iter().flat_map(|part| part.chars()).filter(visible).collect();
    let mut rest = shown.iter();
    assert!(wanted.iter().all(|c| rest.any(|shown| shown == c)), "something is missing: {parts:?}");
    let repaired = text.contains(['`', '~', '|', '>']) || parts.iter().any(|part| part.starts_with("//"));
    assert!(repaired || wanted == shown, "something was added: {parts:?}");
}
