//! Thoughts that a server left in the answer. Only the answer is for the room, and only the answer is remembered.

use super::markdown::Code;

/// How models mark their thoughts: what opens one and what closes it. Case does not matter.
const MARKS: [(&str, &str); 8] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("[think]", "[/think]"),
    ("<|start_thinking|>", "<|end_thinking|>"),
    ("<|channel>thought", "<channel|>"),
];

/// The answer without the model's thoughts, trimmed; empty when there is nothing else.
///
/// A thought stands at the beginning, or later at the beginning of a line; one that is never closed goes to the
/// end. What comes before a closing mark that nothing opened is a thought too: some templates write the opening
/// mark themselves. Marks inside Markdown code are somebody's subject and stay.
#[must_use]
pub fn strip(content: &str) -> String {
    let mut answer = Some(final_message(content.trim_start()));
    while let Some((rest, close)) = answer.and_then(opened) {
        answer = after(rest, close);
    }
    let Some(answer) = answer.map(without_untold_beginning) else { return String::new() };
    without_later_thoughts(answer).trim().to_owned()
}

/// gpt-oss writes a header before each message. Of these the one on the final channel is for people; nothing is,
/// where there is none.
fn final_message(content: &str) -> &str {
    if strip_prefix(content, "<|channel|>").or_else(|| strip_prefix(content, "<|start|>")).is_none() {
        return content;
    }
    let answer = after(content, "<|channel|>final<|message|>").unwrap_or("");
    let end = ["<|return|>", "<|end|>"].iter().filter_map(|mark| find(answer, mark)).min();
    &answer[..end.unwrap_or(answer.len())]
}

/// When the text begins with a thought, what follows the opening mark, and the mark that closes it.
fn opened(text: &str) -> Option<(&str, &'static str)> {
    let text = text.trim_start();
    MARKS.iter().find_map(|(open, close)| Some((strip_prefix(text, open)?, *close)))
}

/// What follows the first such mark.
fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    find(text, mark).map(|at| &text[at + mark.len()..])
}

fn without_untold_beginning(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let code = Code::of(text);
    let first = |mark: &str| lower.match_indices(mark).map(|(at, _)| at).find(|at| !code.contains(*at));
    let untold = MARKS.iter().filter_map(|(open, close)| {
        let at = first(close)?;
        let opened_before = first(open).is_some_and(|open| open < at);
        (!opened_before).then_some(at + close.len())
    });
    &text[untold.max().unwrap_or(0)..]
}

fn without_later_thoughts(text: &str) -> String {
    let code = Code::of(text);
    let mut answer = String::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let begin = at;
        at += line.len();
        let words = begin + line.len() - line.trim_start().len();
        if words == at || words < start || code.contains(words) {
            continue;
        }
        if let Some((rest, close)) = opened(&text[words..]) {
            answer.push_str(&text[start..words]);
            start = after(rest, close).map_or(text.len(), |rest| text.len() - rest.len());
        }
    }
    answer.push_str(text.get(start..).unwrap_or(""));
    answer
}

fn find(text: &str, mark: &str) -> Option<usize> {
    text.as_bytes().windows(mark.len()).position(|bytes| bytes.eq_ignore_ascii_case(mark.as_bytes()))
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests;
