//! What differs between two texts, line by line, with a few lines around each place.

/// Unchanged lines that are shown on either side.
const AROUND: usize = 3;

/// Lines of the first text alone are marked with `-`, of the second with `+`.
pub(super) fn difference(written: &str, seen: &str) -> String {
    let (written, seen): (Vec<_>, Vec<_>) = (written.lines().collect(), seen.lines().collect());
    let marked = marked(&written, &seen);
    let changed: Vec<_> = (0..marked.len()).filter(|at| marked[*at].0 != ' ').collect();
    let mut text = String::new();
    let mut shown = 0;
    for at in changed {
        let first = at.saturating_sub(AROUND).max(shown);
        if first > shown {
            text.push_str("  …\n");
        }
        let end = (at + AROUND + 1).min(marked.len());
        for (mark, line) in &marked[first.min(end)..end] {
            text.extend([*mark, ' ']);
            text.extend([*line, "\n"]);
        }
        shown = shown.max(end);
    }
    text
}

/// All lines in order, those of the longest common part once.
fn marked<'a>(written: &[&'a str], seen: &[&'a str]) -> Vec<(char, &'a str)> {
    // Of each pair of places, how many lines are common from there on.
    let mut common = vec![vec![0_usize; seen.len() + 1]; written.len() + 1];
    for i in (0..written.len()).rev() {
        for j in (0..seen.len()).rev() {
            common[i][j] = if written[i] == seen[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < written.len() || j < seen.len() {
        if i < written.len() && j < seen.len() && written[i] == seen[j] {
            lines.push((' ', written[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == seen.len() || (i < written.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', written[i]));
            i += 1;
        } else {
            lines.push(('+', seen[j]));
            j += 1;
        }
    }
    lines
}

#[test]
fn a_difference_shows_what_is_other_and_a_little_around_it() {
    let written = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n";
    let seen = "1\n22\n3\n4\n5\n6\n7\n8\n9\n11\n";
    let expected = "  1\n- 2\n+ 22\n  3\n  4\n  5\n  …\n  7\n  8\n  9\n- 10\n  11\n";
    assert_eq!(difference(written, seen), expected);
    assert_eq!(difference(written, written), "");
}
