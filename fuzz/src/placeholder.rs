//! Placeholders in a text: found exactly where one with a meaning stands, put in once, and never looked for in what
//! was put in.

use std::collections::BTreeMap;

use nextcloud_opencode_bot::domain::markup;
use nextcloud_opencode_bot::domain::message::Attachment;
use nextcloud_opencode_bot::domain::text::{Parameter, RichText, Segment};

use super::input::{rich_text, texts};

/// A text, then its parameters.
pub fn check(data: &[u8]) {
    let text = rich_text(&mut texts(data), 6);
    segments_cover_the_text(&text);
    let names = |parameter: &Parameter| parameter.label().to_owned();
    assert_eq!(text.render(names), expected(&text, names));
    let keys = |parameter: &Parameter| format!("{{{}}}{{file}}", parameter.name);
    assert_eq!(text.render(keys), expected(&text, keys), "names that are placeholders");
    if text.parameters.is_empty() {
        assert_eq!(text.render(names), text.raw);
    }
    names_are_clean(&text);
    let shared = Attachment::KEYS.iter().filter(|key| text.parameters.contains_key(**key)).count();
    assert_eq!(Attachment::all_of(&text).len(), shared);
}

fn segments_cover_the_text(text: &RichText) {
    let mut at = 0;
    let mut after_words = false;
    for (offset, segment) in text.segments() {
        assert_eq!(offset, at, "a gap");
        match segment {
            Segment::Words(words) => {
                assert!(!words.is_empty() && !after_words && text.raw[at..].starts_with(words));
                at += words.len();
                after_words = true;
            }
            Segment::Placeholder(key, parameter) => {
                assert_eq!(text.parameters.get(key), Some(parameter));
                assert!(text.raw[at..].starts_with(&format!("{{{key}}}")));
                at += key.len() + 2;
                after_words = false;
            }
        }
    }
    assert_eq!(at, text.raw.len(), "the end is missing");
}

/// The same in the plainest way: from left to right, whatever stands there as `{key}`.
fn expected(text: &RichText, label: impl Fn(&Parameter) -> String) -> String {
    let usable = |key: &String| !key.contains(['{', '}']);
    let known: BTreeMap<_, _> = text
        .parameters
        .iter()
        .filter(|(key, _)| usable(key))
        .map(|(key, parameter)| (format!("{{{key}}}"), parameter))
        .collect();
    let mut shown = String::new();
    let mut rest = text.raw.as_str();
    while let Some(first) = rest.chars().next() {
        if let Some((placeholder, parameter)) = known.iter().find(|(key, _)| rest.starts_with(key.as_str())) {
            if placeholder.starts_with("{mention-") {
                shown.push('@');
            }
            shown.push_str(&label(parameter));
            rest = &rest[placeholder.len()..];
        } else {
            shown.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    shown
}

fn names_are_clean(text: &RichText) {
    for parameter in text.parameters.values() {
        for (clean, longest) in
            [(markup::clean_name(parameter.label()), 60), (markup::clean_file_name(parameter.label()), 120)]
        {
            assert!(!clean.trim().is_empty() && clean.chars().count() <= longest, "{clean:?}");
            assert!(!clean.contains(['<', '>', '[', ']', '{', '}', ':', '|']), "{clean:?}");
            assert!(!clean.chars().any(char::is_control), "{clean:?}");
            assert_eq!(markup::defuse(&clean), clean);
        }
    }
}
