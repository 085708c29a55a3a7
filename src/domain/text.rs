//! Talk's rich text: words with `{placeholders}` and what each stands for.
//! A person can type a placeholder too, so only keys that came with the message are replaced, in one pass, and
//! what was put in is never read again.

use std::collections::BTreeMap;

/// What a placeholder stands for. Talk knows more kinds than the bot needs to tell apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameter {
    /// Talk's type: `user`, `call`, `guest`, `user-group`, `file`, …
    pub kind: String,
    /// Id within its kind.
    pub id: String,
    /// Display name; chosen by people, so untrusted.
    pub name: String,
    /// For an account of another server, that server.
    pub server: Option<String>,
    /// For a file, its MIME type.
    pub mime: Option<String>,
}

impl Parameter {
    /// The name, or the id where there is none.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

/// A text and its placeholders' meanings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RichText {
    /// The text with placeholders, as sent.
    pub raw: String,
    /// Key (without braces) to meaning.
    pub parameters: BTreeMap<String, Parameter>,
}

/// A piece of a rich text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment<'a> {
    /// Words as typed.
    Words(&'a str),
    /// A placeholder that came with a meaning: its key and that.
    Placeholder(&'a str, &'a Parameter),
}

impl RichText {
    /// A text without placeholders.
    #[must_use]
    pub fn plain(raw: impl Into<String>) -> Self {
        Self { raw: raw.into(), parameters: BTreeMap::new() }
    }

    /// The pieces in order, each with its byte offset in `raw`.
    #[must_use]
    pub fn segments(&self) -> Vec<(usize, Segment<'_>)> {
        let mut segments = Vec::new();
        let (mut start, mut at) = (0, 0);
        while let Some(open) = self.raw[at..].find('{').map(|found| at + found) {
            let Some((key, parameter, end)) = self.placeholder_at(open) else {
                at = open + 1;
                continue;
            };
            if open > start {
                segments.push((start, Segment::Words(&self.raw[start..open])));
            }
            segments.push((open, Segment::Placeholder(key, parameter)));
            (start, at) = (end, end);
        }
        if start < self.raw.len() {
            segments.push((start, Segment::Words(&self.raw[start..])));
        }
        segments
    }

    fn placeholder_at(&self, open: usize) -> Option<(&str, &Parameter, usize)> {
        // A key holds no brace; looking no further than the next one keeps a text full of them cheap.
        let inner = &self.raw[open + 1..];
        let close = open + 1 + inner.find(['{', '}']).filter(|at| inner.as_bytes()[*at] == b'}')?;
        let key = &self.raw[open + 1..close];
        self.parameters.get_key_value(key).map(|(key, parameter)| (key.as_str(), parameter, close + 1))
    }

    /// The text as people read it: `@name` for mentions, the bare name for everything else. `label` makes the
    /// name of a parameter.
    #[must_use]
    pub fn render(&self, label: impl Fn(&Parameter) -> String) -> String {
        self.segments().into_iter().fold(String::new(), |mut text, (_, segment)| {
            match segment {
                Segment::Words(words) => text.push_str(words),
                Segment::Placeholder(key, parameter) => {
                    if key.starts_with("mention-") {
                        text.push('@');
                    }
                    text.push_str(&label(parameter));
                }
            }
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(name: &str) -> Parameter {
        Parameter { kind: "user".into(), id: "id".into(), name: name.into(), ..Parameter::default() }
    }

    fn rich(raw: &str, parameters: &[(&str, &str)]) -> RichText {
        let parameters = parameters.iter().map(|(key, name)| ((*key).to_owned(), named(name))).collect();
        RichText { raw: raw.into(), parameters }
    }

    fn shown(text: &RichText) -> String {
        text.render(|parameter| parameter.label().to_owned())
    }

    #[test]
    fn replaces_known_keys_and_leaves_the_rest() {
        let text = rich(
            "{mention-user1} read {file} and {nothing} {",
            &[("mention-user1", "Mira"), ("file", "a.pdf")],
        );
        assert_eq!(shown(&text), "@Mira read a.pdf and {nothing} {");
    }

    #[test]
    fn never_reads_again_what_it_put_in() {
        let text = rich("{mention-user1}{file}", &[("mention-user1", "{file}"), ("file", "{mention-user1}")]);
        assert_eq!(shown(&text), "@{file}{mention-user1}");
    }

    #[test]
    fn no_piece_is_empty() {
        let offsets =
            |raw| rich(raw, &[("file", "a")]).segments().iter().map(|(at, _)| *at).collect::<Vec<_>>();
        assert_eq!(offsets(""), [0; 0]);
        assert_eq!(offsets("{file}{file}"), [0, 6]);
        assert_eq!(offsets("a {file} b"), [0, 2, 8]);
    }

    #[test]
    fn an_outer_brace_does_not_hide_a_placeholder() {
        assert_eq!(shown(&rich("{ {file} }", &[("file", "a")])), "{ a }");
    }

    #[test]
    fn a_text_full_of_braces_does_not_take_long() {
        let raw = "{".repeat(500_000);
        assert_eq!(shown(&rich(&raw, &[("file", "a")])), raw);
    }

    #[test]
    fn an_empty_name_falls_back_to_the_id() {
        assert_eq!(shown(&rich("{file}", &[("file", "")])), "id");
    }

    proptest! {
        #[test]
        fn segments_cover_the_text_in_order(raw in "[a-c{}é ]{0,40}") {
            let text = rich(&raw, &[("a", "x"), ("b c", "y"), ("", "z")]);
            let mut at = 0;
            for (offset, segment) in text.segments() {
                prop_assert_eq!(offset, at);
                at += match segment { Segment::Words(words) => words.len(), Segment::Placeholder(key, _) => key.len() + 2 };
            }
            prop_assert_eq!(at, raw.len());
        }
    }
}
