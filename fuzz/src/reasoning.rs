//! Thoughts in an answer: none of a thought shows, all of the answer does, and what has no marks is left alone.

use nextcloud_opencode_bot::domain::reasoning::strip;

use super::input::{Numbers, texts};

/// What opens a thought and what closes it.
const MARKS: [(&str, &str); 8] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<THOUGHT>", "</thought>"),
    ("<reasoning>", "</Reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel>thought", "<channel|>"),
];

/// The bytes are an answer; the first three texts in them a thought, what comes before it, and what after.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let shown = strip(&text);
    assert_eq!(shown.trim(), shown, "not trimmed");
    assert!(is_left_of(&shown, &text), "something new");
    if !text.contains(['<', '[']) {
        assert_eq!(shown, text.trim(), "no marks");
    }
    let mut texts = texts(data);
    let mut next = || without_marks(&texts.next().unwrap_or_default());
    let (thought, before, after) = (next(), next(), next());
    let mut numbers = Numbers::of(data);
    let (open, close) = MARKS[numbers.below(MARKS.len())];
    let (answer, expected) = answer(&thought, &before, &after, open, close, numbers.below(7));
    assert_eq!(strip(&answer), expected.trim(), "of {answer:?}");
}

/// An answer with a thought in one of the ways in which models leave one in, and what is for people in it.
fn answer(thought: &str, before: &str, after: &str, open: &str, close: &str, way: usize) -> (String, String) {
    let has_words = !before.trim().is_empty();
    match way {
        0 => (format!("{open}{thought}"), String::new()),
        1 => (format!("{thought}{close}{after}"), after.to_owned()),
        2 => (format!("{open}{thought}{close}\n{open}{close}{after}"), after.to_owned()),
        3 if has_words => (format!("{before}\n{open}{thought}{close}{after}"), format!("{before}\n{after}")),
        4 if has_words => (format!("{before}\n \t{open}{thought}"), before.to_owned()),
        5 => {
            let subject = format!("{} `{open}{close}`", before.trim().replace(['\n', '\r'], " "));
            (subject.clone(), subject)
        }
        _ => (format!("\n{open}{thought}{close}{after}"), after.to_owned()),
    }
}

/// Without what marks and code are made of.
fn without_marks(text: &str) -> String {
    text.replace(['<', '[', '`', '~', '|'], " ")
}

/// Whether `less` is `more` with some characters left out.
fn is_left_of(less: &str, more: &str) -> bool {
    let mut more = more.chars();
    less.chars().all(|wanted| more.any(|c| c == wanted))
}
