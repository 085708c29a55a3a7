//! One page of the documentation as a test sees it: its links, the anchors of its headings, its words. Anchors are made
//! of headings as mdBook and the usual forges do it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A page.
pub(super) struct Page {
    /// Targets as they are written, pictures included.
    pub(super) links: Vec<String>,
    /// Of its headings.
    pub(super) anchors: BTreeSet<String>,
    text: String,
}

impl Page {
    /// Reads the file.
    pub(super) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (mut links, mut anchors, mut heading) = (Vec::new(), BTreeSet::new(), None);
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().as_deref().map(anchor)),
                Event::Text(words) | Event::Code(words) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&words);
                    }
                }
                _ => {}
            }
        }
        Self { links, anchors, text }
    }

    /// Runs of such characters.
    pub(super) fn words(&self, belongs: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
        self.text.split(move |c| !belongs(c)).filter(|word| !word.is_empty())
    }

    /// Every `name="value"`.
    pub(super) fn labels(&self) -> Vec<(&str, &str)> {
        let mut pieces = self.text.split("=\"");
        let mut name = pieces.next().map(last_word);
        let mut labels = Vec::new();
        for piece in pieces {
            let value = piece.split('"').next();
            labels.extend(name.zip(value).filter(|(name, _)| ["outcome", "kind", "scope"].contains(name)));
            name = Some(last_word(piece));
        }
        labels
    }

    /// What stands in quotation marks, outside of code.
    pub(super) fn quotes(&self) -> Vec<String> {
        let mut prose = String::new();
        let mut in_block = false;
        for event in Parser::new_ext(&self.text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::CodeBlock(_)) => in_block = true,
                Event::End(TagEnd::CodeBlock) => in_block = false,
                Event::Text(words) if !in_block => prose.push_str(&words),
                Event::SoftBreak => prose.push(' '),
                Event::End(TagEnd::Paragraph | TagEnd::TableCell | TagEnd::Item) => prose.push('\n'),
                _ => {}
            }
        }
        let quotes = prose.lines().flat_map(|line| {
            assert!(line.matches('"').count() % 2 == 0, "a quotation does not end: {line}");
            line.split('"').skip(1).step_by(2)
        });
        quotes.map(str::to_owned).collect()
    }
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default()
}

fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter_map(|c| match c {
        c if c.is_alphanumeric() || matches!(c, '_' | '-') => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.flat_map(char::to_lowercase).collect()
}
