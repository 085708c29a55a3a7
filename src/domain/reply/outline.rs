//! What Markdown's structure says about places to cut: where blocks begin, what should stay whole, and which
//! code fence or table a place lies in.

use std::ops::Range;

use super::reader;

/// How good a place is; the last is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Word,
    Sentence,
    Line,
    /// The beginning of a block inside another: a list's item, a table's row.
    Inner,
    Block,
}

/// A fenced block of code.
pub(super) struct Fence {
    pub(super) start: usize,
    pub(super) content: Range<usize>,
    pub(super) end: usize,
    pub(super) closed: bool,
    /// What stands before each of its lines: white space and the `>` of quotes.
    pub(super) prefix: String,
    pub(super) mark: String,
    pub(super) info: String,
}

impl Fence {
    /// The line that closes it.
    pub(super) fn close(&self) -> String {
        format!("\n{}{}", self.prefix, self.mark)
    }

    /// The line that opens it again, in at most `room` code points.
    pub(super) fn reopen(&self, room: usize) -> String {
        let prefix = self.prefix.trim_start();
        let line = format!("{prefix}{}{}\n", self.mark, self.info);
        if line.chars().count() <= room { line } else { format!("{prefix}{}\n", self.mark) }
    }

    fn is_open_at(&self, at: usize) -> bool {
        self.start < at && (at < self.end || (at == self.end && !self.closed))
    }
}

/// The structure of a text.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) borders: Vec<(usize, Rank)>,
    pub(super) whole: Vec<Range<usize>>,
    pub(super) fences: Vec<Fence>,
    /// Where a row begins, and the lines of its table's head.
    pub(super) rows: Vec<(usize, Range<usize>)>,
}

impl Outline {
    /// Reads `text`. Fences that take more than `room` code points to close are no fences here.
    pub(super) fn of(text: &str, room: usize) -> Self {
        reader::read(text, room)
    }

    /// How good the beginning of a line is.
    pub(super) fn border(&self, at: usize) -> Rank {
        self.borders
            .binary_search_by_key(&at, |border| border.0)
            .map_or(Rank::Line, |found| self.borders[found].1)
    }

    /// Whether a cut there would break a link, a code span, emphasis, a row, or leave a fence without content.
    pub(super) fn breaks(&self, at: usize) -> bool {
        let following = self.whole.partition_point(|range| range.end <= at);
        self.whole.get(following).is_some_and(|range| range.start < at)
    }

    /// The fence that a cut there leaves open.
    pub(super) fn open_fence(&self, at: usize) -> Option<&Fence> {
        let following = self.fences.partition_point(|fence| fence.end < at);
        self.fences.get(following).filter(|fence| fence.is_open_at(at))
    }

    /// Code points that closing any of the fences may take.
    pub(super) fn closing_room(&self) -> usize {
        self.fences.iter().map(|fence| fence.close().chars().count()).max().unwrap_or(0)
    }

    /// The head of the table of which a row begins there.
    pub(super) fn table_head(&self, at: usize) -> Option<Range<usize>> {
        let found = self.rows.binary_search_by_key(&at, |row| row.0).ok()?;
        Some(self.rows[found].1.clone())
    }
}

/// The quote marks and white space in front of a line's words.
pub(super) fn line_prefix(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t', '>']).len()]
}
