//! Splitting a text into parts at the best borders of its Markdown. Each part is read by the parser on its own, as
//! Talk's readers will see it, so that a part never leaves a fence open.

use super::cut;
use super::outline::{Fence, Outline, line_prefix};
use super::source::{Source, columns, margin_len};

/// How far beyond a part, in code points, the parser looks for the end of a link or a code span.
const LOOKAHEAD: usize = 2_000;

/// The text in parts of at most `limit` code points. All of it is there, in order, but for white space at the
/// borders. Where a fence is cut, it is closed and opened again; a cut table gets its head again.
#[must_use]
pub fn split(text: &str, limit: usize) -> Vec<String> {
    pieces(text, limit).into_iter().map(|piece| piece.lead + &piece.body + &piece.close).collect()
}

/// A part: some of the text, and what it needs around it.
pub(super) struct Piece {
    lead: String,
    pub(super) body: String,
    close: String,
}

pub(super) fn pieces(text: &str, limit: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = Rest::beginning(text, String::new());
    while let Some(whole) = rest {
        let (piece, next) = whole.take(limit.max(1));
        pieces.push(piece);
        rest = next;
    }
    pieces
}

/// What is still to be split.
struct Rest<'a> {
    text: &'a str,
    /// Opens again what the last cut broke.
    lead: String,
    /// Indentation of its lines but the first that belongs to a list in an earlier part.
    margin: usize,
}

impl<'a> Rest<'a> {
    /// The text from its first word; what its line is indented by, is the margin.
    fn beginning(text: &'a str, lead: String) -> Option<Self> {
        let words = text.trim_start();
        let space = &text[..text.len() - words.len()];
        let margin = columns(space.rsplit('\n').next().unwrap_or(space));
        (!words.is_empty()).then_some(Self { text: words, lead, margin })
    }

    /// The text from its first line with code, without the margin.
    fn beginning_with_code(text: &'a str, lead: String, margin: usize) -> Option<Self> {
        let space = &text[..text.len() - text.trim_start().len()];
        let line = &text[space.rfind('\n').map_or(0, |newline| newline + 1)..];
        let text = &line[margin_len(line, margin)..];
        (!text.trim().is_empty()).then_some(Self { text, lead, margin })
    }

    /// Cuts one part off.
    fn take(self, limit: usize) -> (Piece, Option<Self>) {
        let source = Source::new(&self.lead, self.text, self.margin, limit + limit.min(LOOKAHEAD));
        let outline = Outline::of(&source.text, limit / 4);
        let end = source.text.trim_end().len();
        let close = closing(&source.text[..end], &outline, limit / 4);
        if source.complete && count(&source.text[..end]) + count(&close) <= limit {
            let body = source.text[source.lead.min(end)..end].to_owned();
            return (Piece { lead: self.lead, body, close }, None);
        }
        let room = limit - outline.closing_room();
        let cut = cut::choose(&source.text, source.lead, room, &outline);
        let shown = source.text[..cut].trim_end();
        let cut = forged_fence(&source.text[..cut], &outline, limit / 4)
            .map(|marks| marks + 2)
            .or_else(|| forged_close(shown, &outline, limit / 4))
            .unwrap_or(cut);
        let next = self.after(&source, &outline, cut, limit / 3);
        let body = source.text[source.lead..cut].trim_end().to_owned();
        (Piece { lead: self.lead, body, close: closing(&source.text[..cut], &outline, limit / 4) }, next)
    }

    /// What is left after a cut, with a lead of at most `room` code points.
    fn after(&self, source: &Source, outline: &Outline, cut: usize, room: usize) -> Option<Self> {
        let text = &self.text[source.original(cut)..];
        let line = source.text[..cut].rfind('\n').map_or(0, |newline| newline + 1);
        let mid_line = !source.text[line..cut].trim().is_empty();
        let prefix = if mid_line { line_prefix(&source.text[line..]) } else { "" };
        let margin = if source.has_margin(cut) { self.margin } else { 0 };
        if let Some(fence) = outline.open_fence(cut) {
            let within_line = if mid_line { fence.prefix.trim_start() } else { "" };
            let lead = fence.reopen(room) + within_line;
            let margin = margin + indentation(&fence.prefix);
            return Self::beginning_with_code(text, lead, margin);
        }
        let lead = outline.table_head(cut).map_or_else(
            || prefix.trim_start().to_owned(),
            |head| source.text[head].split_inclusive('\n').map(str::trim_start).collect(),
        );
        let lead = if count(&lead) <= room { lead } else { String::new() };
        if !mid_line {
            return Self::beginning(text, lead);
        }
        let text = text.trim_start();
        (!text.is_empty()).then_some(Self { text, lead, margin: margin + indentation(prefix) })
    }
}

/// Where marks begin that are no fence in the whole text, and are one when it ends here: a cut between them keeps them
/// from it.
fn forged_fence(text: &str, outline: &Outline, room: usize) -> Option<usize> {
    if outline.open_fence(text.len()).is_some() {
        return None;
    }
    Outline::of(text, room).open_fence(text.len()).map(|fence| fence.start)
}

/// Where a line of code would close its fence because the text ends with it: less marks than here close none.
fn forged_close(text: &str, outline: &Outline, room: usize) -> Option<usize> {
    let fence = outline.open_fence(text.len())?;
    let marks = text.trim_end_matches(|c| fence.mark.contains(c)).len();
    let closes = text.len() - marks >= fence.mark.len()
        && marks > fence.start
        && Outline::of(text, room).open_fence(text.len()).is_none();
    closes.then_some(marks + fence.mark.len() - 1)
}

fn closing(text: &str, outline: &Outline, room: usize) -> String {
    let open = outline.open_fence(text.len()).filter(|_| forged_close(text, outline, room).is_none());
    open.map_or_else(String::new, Fence::close)
}

fn indentation(prefix: &str) -> usize {
    columns(&prefix[..prefix.len() - prefix.trim_start().len()])
}

fn count(text: &str) -> usize {
    text.chars().count()
}
