//! From the parser's events to an outline.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::outline::{Fence, Outline, Rank};

/// Reads `text`; fences that take more than `room` code points to close are left out.
pub(super) fn read(text: &str, room: usize) -> Outline {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut reader = Reader::new(text, room);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.read(&event, range);
    }
    reader.outline
}

/// The events come in the order of the text.
struct Reader<'a> {
    text: &'a str,
    room: usize,
    outline: Outline,
    /// Start of the line that was read last, and how far it was looked for.
    line: usize,
    looked: usize,
    depth: usize,
    /// How many of the things that should stay whole are open.
    inline: usize,
    after_heading: bool,
    head: Option<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, room: usize) -> Self {
        let outline = Outline::default();
        Self {
            text,
            room,
            outline,
            line: 0,
            looked: 0,
            depth: 0,
            inline: 0,
            after_heading: false,
            head: None,
        }
    }

    fn read(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(*end, range),
            Event::Code(_) | Event::InlineHtml(_) => self.keep_whole(range),
            Event::Rule => self.block(range.start),
            Event::Text(_) => {
                if let Some(fence) = self.outline.fences.last_mut().filter(|fence| range.end <= fence.end) {
                    fence.content.end = range.end.max(fence.content.end);
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. } => {
                self.keep_whole(range);
                self.inline += 1;
            }
            Tag::TableHead => self.inline += 1,
            Tag::TableRow => self.row(range),
            Tag::TableCell => {}
            _ => {
                self.block(range.start);
                self.depth += 1;
                match tag {
                    Tag::Table(_) => self.head = Some(self.line..self.line),
                    Tag::CodeBlock(CodeBlockKind::Fenced(_)) => self.fence(&range),
                    _ => {}
                }
            }
        }
    }

    fn end(&mut self, end: TagEnd, range: Range<usize>) {
        match end {
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::TableHead
            | TagEnd::TableRow => self.inline -= 1,
            TagEnd::TableCell => {}
            _ => {
                self.depth -= 1;
                self.after_heading = matches!(end, TagEnd::Heading(_));
                match end {
                    TagEnd::Table => self.head_without_rows(range),
                    TagEnd::CodeBlock => self.fence_end(&range),
                    _ => {}
                }
            }
        }
    }

    /// A block begins: its line is a good place to cut before, unless a heading stands above.
    fn block(&mut self, start: usize) {
        let line = self.line_of(start);
        let after_heading = std::mem::take(&mut self.after_heading);
        if !after_heading && self.outline.borders.last().is_none_or(|last| last.0 < line) {
            let rank = if self.depth == 0 { Rank::Block } else { Rank::Inner };
            self.outline.borders.push((line, rank));
        }
    }

    fn line_of(&mut self, start: usize) -> usize {
        let start = start.max(self.looked);
        if let Some(newline) = self.text[self.looked..start].rfind('\n') {
            self.line = self.looked + newline + 1;
        }
        self.looked = start;
        self.line
    }

    fn keep_whole(&mut self, range: Range<usize>) {
        if self.inline == 0 {
            self.outline.whole.push(range);
        }
    }

    fn row(&mut self, range: Range<usize>) {
        let line = self.line_of(range.start);
        if let Some(head) = &mut self.head {
            if head.start == head.end {
                head.end = line;
                self.outline.whole.push(head.clone());
            } else {
                self.outline.borders.push((line, Rank::Inner));
                self.outline.rows.push((line, head.clone()));
            }
        }
        self.outline.whole.push(range);
        self.inline += 1;
    }

    fn head_without_rows(&mut self, table: Range<usize>) {
        if self.head.take().is_some_and(|head| head.start == head.end) {
            self.outline.whole.push(table);
        }
    }

    fn fence(&mut self, range: &Range<usize>) {
        let (start, block) = (range.start, &self.text[range.clone()]);
        let opening = block.lines().next().unwrap_or(block);
        let info = opening.trim_start_matches(opening.chars().next().unwrap_or('`'));
        let content = start + block.find('\n').map_or(block.len(), |newline| newline + 1);
        let fence = Fence {
            start,
            content: content..content,
            end: range.end,
            closed: false,
            prefix: continuation(&self.text[self.line..start]),
            mark: opening[..opening.len() - info.len()].to_owned(),
            info: info.trim_end().to_owned(),
        };
        if fence.close().chars().count() <= self.room {
            self.outline.fences.push(fence);
        }
    }

    fn fence_end(&mut self, range: &Range<usize>) {
        let Some(fence) = self.outline.fences.last_mut().filter(|fence| fence.start == range.start) else {
            return;
        };
        let after = &self.text[fence.content.end.min(fence.end)..fence.end];
        fence.closed = after.contains(&fence.mark);
        self.outline.whole.push(fence.start..fence.content.start + 1);
        if fence.closed {
            self.outline.whole.push(fence.content.end - 1..fence.end);
        }
    }
}

/// What stands before the further lines of a block that begins after `start`: a list's mark becomes white space.
fn continuation(start: &str) -> String {
    start.chars().map(|c| if c == '>' || c.is_whitespace() { c } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that blocks begin with.
    fn borders(text: &str) -> Vec<(&str, Rank)> {
        let line = |at: usize| text[at..].lines().next().unwrap_or("");
        read(text, 100).borders.into_iter().map(|(at, rank)| (line(at), rank)).collect()
    }

    fn whole(text: &str) -> Vec<&str> {
        read(text, 100).whole.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_block_begins_with_a_line_unless_a_heading_stands_above() {
        assert_eq!(
            borders("# A\n\none\n\ntwo\n\n---\n\n- a\n- b\n\n  c\n\n> d"),
            [
                ("# A", Rank::Block),
                ("two", Rank::Block),
                ("---", Rank::Block),
                ("- a", Rank::Block),
                ("- b", Rank::Inner),
                ("  c", Rank::Inner),
                ("> d", Rank::Block)
            ]
        );
    }

    #[test]
    fn a_table_is_a_block_of_rows_behind_its_head() {
        let text = "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nend";
        assert_eq!(
            borders(text),
            [("| a | b |", Rank::Block), ("| 3 | 4 |", Rank::Inner), ("end", Rank::Block)]
        );
        assert_eq!(whole(text), ["| a | b |\n|---|---|\n", "| 1 | 2 |\n", "| 3 | 4 |\n"]);
        assert_eq!(read(text, 100).rows, [(30, 0..20)]);
    }

    #[test]
    fn a_table_without_rows_stays_whole() {
        assert_eq!(whole("so\n\n| a |\n|---|\n\n*b*"), ["| a |\n|---|\n", "*b*"]);
    }

    #[test]
    fn what_is_inside_of_something_whole_is_not_told_again() {
        assert_eq!(
            whole("[a **b**](c) *d `e`* ~~f~~ <b> `g` ![h](i)"),
            ["[a **b**](c)", "*d `e`*", "~~f~~", "<b>", "`g`", "![h](i)"]
        );
    }

    #[test]
    fn a_fence_has_its_parts_and_holds_its_ends_together() {
        let text = "so\n\n~~~~ py \nab\ncd\n~~~~\n\n*e*";
        let outline = read(text, 100);
        let [fence] = &outline.fences[..] else { panic!("one fence") };
        assert_eq!((&text[fence.start..fence.end], &text[fence.content.clone()]), (&text[4..23], "ab\ncd\n"));
        assert_eq!((fence.mark.as_str(), fence.info.as_str(), fence.closed), ("~~~~", " py", true));
        assert_eq!(whole(text), ["~~~~ py \na", "\n~~~~", "*e*"]);
        assert_eq!([5, 4].map(|room| read(text, room).fences.len()), [1, 0]);
    }

    #[test]
    fn a_fence_that_ends_with_the_text_has_no_closing_line() {
        let outline = read("```\nab", 100);
        assert_eq!(outline.fences.iter().map(|fence| fence.closed).collect::<Vec<_>>(), [false]);
        assert_eq!(whole("```\nab"), ["```\na"]);
    }

    #[test]
    fn the_lines_of_a_fence_go_on_below_its_first() {
        let prefix =
            |text| read(text, 100).fences.iter().map(|fence| fence.prefix.clone()).collect::<Vec<_>>();
        assert_eq!(prefix("- ```\n  a\n  ```"), ["  "]);
        assert_eq!(prefix("> 1. ```\n>    a"), [">    "]);
    }
}
