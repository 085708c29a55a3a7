//! What goes into one prompt: the window's turns while they fit, else as many of the newest as leave room for the
//! next ones; the system prompt and the newest message always, the latter shortened in its middle if it must be.

use super::conversation::Turn;
use super::prompt::{Prompt, spoken};
use super::tokens::estimate;

/// What could go into a prompt.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The instructions.
    pub system: &'a str,
    /// The window's turns, oldest first.
    pub turns: &'a [Turn],
    /// Who asks, where that is told.
    pub speaker: Option<&'a str>,
    /// The newest question.
    pub question: &'a str,
}

/// What goes into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted<'a> {
    /// The newest turns that fit, oldest first.
    pub turns: &'a [Turn],
    /// The newest question.
    pub question: String,
    /// Whether it lost its middle.
    pub shortened: bool,
    /// All of it.
    pub prompt: Prompt,
}

/// Stands where a message was shortened.
pub const GAP: &str = "\n[… part of this message was left out …]\n";

impl<'a> Draft<'a> {
    /// All of it.
    #[must_use]
    pub fn whole(&self) -> Fitted<'a> {
        self.of(self.turns, self.question.to_owned(), false)
    }

    /// As much of it as has an estimate of at most `longest`. Where not all turns fit, the oldest go, so many that a
    /// third is free for the next ones; but the newest turn stays if there is room for it at all.
    #[must_use]
    pub fn fit(&self, longest: usize) -> Fitted<'a> {
        let left = longest.saturating_sub(estimate(self.system));
        // Instructions that fill the context by themselves must not silence the person as well.
        let (question, shortened) = self.shorten(left.max(longest / 4));
        let always = estimate(self.system) + estimate(&spoken(self.speaker, &question));
        let costs: Vec<usize> = self.turns.iter().map(cost).collect();
        let start = match newest_within(&costs, longest.saturating_sub(always)) {
            0 => 0,
            fitting => {
                let roomy = newest_within(&costs, (longest / 3 * 2).saturating_sub(always));
                if fitting < costs.len() { roomy.min(costs.len() - 1) } else { roomy }
            }
        };
        self.of(&self.turns[start..], question, shortened)
    }

    fn of(&self, turns: &'a [Turn], question: String, shortened: bool) -> Fitted<'a> {
        let prompt = Prompt::assemble(self.system, turns, &spoken(self.speaker, &question));
        Fitted { turns, question, shortened, prompt }
    }

    /// Leaves out the middle of a question that has more than `tokens` when spoken: the start tells what is asked,
    /// the end how. What is left is spoken like any question, so that a cut can't put words at the margin.
    fn shorten(&self, tokens: usize) -> (String, bool) {
        let cost = |text: &str| estimate(&spoken(self.speaker, text));
        let question = self.question;
        let mut text = question.to_owned();
        let mut bytes = question.len();
        while bytes > 0 && cost(&text) > tokens {
            bytes = bytes * tokens / cost(&text);
            text = without_middle(question, bytes);
        }
        let shortened = bytes < question.len();
        (text, shortened)
    }
}

fn cost(turn: &Turn) -> usize {
    estimate(&spoken(turn.speaker.as_deref(), &turn.question)) + estimate(&turn.answer)
}

/// The first of the newest turns that together cost no more than `room`.
fn newest_within(costs: &[usize], room: usize) -> usize {
    let mut used = 0;
    let fitting = costs.iter().rev().take_while(|cost| {
        used += **cost;
        used <= room
    });
    costs.len() - fitting.count()
}

fn without_middle(text: &str, bytes: usize) -> String {
    let head = text.floor_char_boundary(bytes / 3 * 2);
    let tail = text.ceil_char_boundary(text.len() - bytes / 3);
    format!("{}{GAP}{}", &text[..head], &text[tail..])
}

#[cfg(test)]
mod tests;
