//! What of a text is code, by the rules of Markdown. People and models write about the very marks that the bot
//! looks for, and put them in code then.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The code spans and fenced blocks of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code(Vec<Range<usize>>);

impl Code {
    /// Finds them. Indented text is no code here: people indent in chats.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if !text.contains(['`', '~']) {
            return Self(Vec::new());
        }
        let mut ranges = Vec::new();
        let mut fence = None;
        for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
            match event {
                Event::Code(_) => ranges.push(range),
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => fence = Some(range),
                Event::End(TagEnd::CodeBlock) => ranges.extend(fence.take()),
                _ => {}
            }
        }
        Self(ranges)
    }

    /// Whether the byte at that offset belongs to code.
    #[must_use]
    pub fn contains(&self, at: usize) -> bool {
        let following = self.0.partition_point(|range| range.end <= at);
        self.0.get(following).is_some_and(|range| range.contains(&at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(text: &str) -> String {
        let code = Code::of(text);
        text.char_indices().filter(|(at, _)| code.contains(*at)).map(|(_, c)| c).collect()
    }

    #[test]
    fn spans_and_fences_are_code_and_nothing_else() {
        assert_eq!(inside("a `b` c ``d ` e`` f ` g"), "`b```d ` e``");
        assert_eq!(inside("a\n```rs\nb\n```\nc\n    d\n~~~\ne"), "```rs\nb\n```~~~\ne");
        assert_eq!(inside("> ```\n> a\n> ```\n- `b`"), "```\n> a\n> ````b`");
        assert_eq!(inside("no code"), "");
    }
}
