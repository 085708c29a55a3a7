//! What one part is cut from: a lead that an earlier cut made necessary, then as much of the rest as the parser
//! has to see.

/// The beginning of a rest, as it will be posted.
pub(super) struct Source {
    /// The lead, then the rest without its margin.
    pub(super) text: String,
    /// Length of the lead in bytes.
    pub(super) lead: usize,
    /// Whether the whole rest is in it.
    pub(super) complete: bool,
    /// Where a margin was taken off, and how many bytes that makes up to there.
    removed: Vec<(usize, usize)>,
    /// Where the lines with that margin ended.
    margin_end: usize,
}

impl Source {
    /// Takes `window` code points of `rest`. As long as the lines after its first are indented by `margin` columns,
    /// these are taken off: they belong to a list that began in an earlier part.
    pub(super) fn new(lead: &str, rest: &str, margin: usize, window: usize) -> Self {
        let end = rest.char_indices().nth(window).map(|(at, _)| at);
        let mut source = Self {
            text: lead.to_owned(),
            lead: lead.len(),
            complete: end.is_none(),
            removed: Vec::new(),
            margin_end: usize::MAX,
        };
        let rest = &rest[..end.unwrap_or(rest.len())];
        if margin == 0 {
            source.text.push_str(rest);
        } else {
            source.push_without_margin(rest, margin);
        }
        source
    }

    fn push_without_margin(&mut self, rest: &str, margin: usize) {
        let mut total = 0;
        for (nth, line) in rest.split_inclusive('\n').enumerate() {
            let mut taken = 0;
            if nth > 0 && self.margin_end == usize::MAX {
                taken = margin_len(line, margin);
                if columns(&line[..taken]) < margin && !line.trim().is_empty() {
                    self.margin_end = self.text.len();
                    taken = 0;
                }
            }
            total += taken;
            self.removed.push((self.text.len(), total));
            self.text.push_str(&line[taken..]);
        }
    }

    /// The place in the rest that `at` in the text stands for.
    pub(super) fn original(&self, at: usize) -> usize {
        let lines = self.removed.partition_point(|(start, _)| *start < at);
        let removed = lines.checked_sub(1).map_or(0, |line| self.removed[line].1);
        at - self.lead + removed
    }

    /// Whether lines at that place are still without their margin.
    pub(super) fn has_margin(&self, at: usize) -> bool {
        at < self.margin_end
    }
}

/// Width of white space; a tab counts four.
pub(super) fn columns(space: &str) -> usize {
    space.chars().map(width).sum()
}

fn width(c: char) -> usize {
    if c == '\t' { 4 } else { 1 }
}

/// Length of the white space at the start of `line`, up to `margin` columns.
pub(super) fn margin_len(line: &str, margin: usize) -> usize {
    let mut left = margin;
    let space = line.chars().take_while(|c| {
        let fits = matches!(c, ' ' | '\t') && left > 0;
        left = left.saturating_sub(width(*c));
        fits
    });
    space.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_is_taken_off_until_a_line_has_none() {
        let source = Source::new("> ", "    a\n    b\n  c\n    d", 4, 100);
        assert_eq!(source.text, ">     a\nb\n  c\n    d");
        assert_eq!([9, 10, 11].map(|at| source.has_margin(at)), [true, false, false]);
    }

    #[test]
    fn a_line_without_words_needs_no_margin() {
        let source = Source::new("", "a\n\n  \n    b", 4, 100);
        assert_eq!((source.text.as_str(), source.has_margin(usize::MAX - 1)), ("a\n\n\nb", true));
    }

    #[test]
    fn a_place_is_found_again_in_the_rest() {
        let rest = "a\n    bc\n    d";
        let source = Source::new("> ", rest, 4, 100);
        assert_eq!(source.text, "> a\nbc\nd");
        // The beginning of a line is before its margin.
        for (at, original) in [(2, 0), (3, 1), (4, 2), (5, 7), (6, 8), (7, 9), (8, 14)] {
            assert_eq!(source.original(at), original, "{at}");
        }
        assert_eq!(Source::new("> ", rest, 0, 100).original(5), 3);
    }

    #[test]
    fn only_the_window_is_taken() {
        for (window, text, complete) in [(2, "äö", false), (3, "äöü", true), (4, "äöü", true)] {
            let source = Source::new("", "äöü", 0, window);
            assert_eq!((source.text.as_str(), source.complete), (text, complete), "{window}");
        }
    }

    #[test]
    fn a_tab_is_as_wide_as_four_spaces() {
        assert_eq!(columns(" \t "), 6);
        for (line, len) in [("x", 0), ("  x", 2), ("      x", 4), ("\t\tx", 1), ("   \t x", 4), ("\nx", 0)] {
            assert_eq!(margin_len(line, 4), len, "{line:?}");
        }
    }
}
