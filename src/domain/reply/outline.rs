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

#[cfg(test)]
mod tests {
    use super::*;

    fn fence(range: Range<usize>, closed: bool) -> Fence {
        let Range { start, end } = range;
        let (prefix, mark, info) = ("  > ".into(), "```".into(), "rust".into());
        Fence { start, content: start + 4..end, end, closed, prefix, mark, info }
    }

    #[test]
    fn a_fence_is_open_from_behind_its_beginning_to_its_end() {
        let open_at = |closed| (4..=13).filter(|at| fence(5..12, closed).is_open_at(*at)).collect::<Vec<_>>();
        assert_eq!(open_at(true), [6, 7, 8, 9, 10, 11]);
        assert_eq!(open_at(false), [6, 7, 8, 9, 10, 11, 12]);
    }

    #[test]
    fn a_fence_is_opened_again_with_its_language_where_there_is_room() {
        let fence = fence(0..20, false);
        assert_eq!([10, 9].map(|room| fence.reopen(room)), ["> ```rust\n", "> ```\n"]);
    }

    #[test]
    fn the_open_fence_is_found_among_several() {
        let fences = vec![fence(0..10, true), fence(20..30, true), fence(40..50, false)];
        let outline = Outline { fences, ..Outline::default() };
        let open = |at| outline.open_fence(at).map(|fence| fence.start);
        assert_eq!([5, 10, 15, 25, 45, 50].map(open), [Some(0), None, None, Some(20), Some(40), Some(40)]);
        assert_eq!((outline.closing_room(), Outline::default().closing_room()), (8, 0));
    }

    #[test]
    fn what_should_stay_whole_is_broken_inside_it_and_not_at_its_ends() {
        let outline = Outline { whole: vec![3..6, 8..10], ..Outline::default() };
        assert_eq!((0..12).filter(|at| outline.breaks(*at)).collect::<Vec<_>>(), [4, 5, 9]);
    }

    #[test]
    fn the_prefix_of_a_line_ends_where_its_words_begin() {
        assert_eq!(["  > > a > b", "a", "\t> "].map(line_prefix), ["  > > ", "", "\t> "]);
    }
}
