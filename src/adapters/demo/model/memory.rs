//! What the slots keep of the prompts they worked on last, message by message: what begins like a new prompt need
//! not be computed again, and what moved within it need not either, if the request allows it.

use serde_json::{Value, json};

use super::script::Line;
use super::{CONTEXT_TOKENS, SLOTS, tokens_of};

/// What a request says of slots.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// Which one; out of range wraps around.
    pub(super) slot: Option<usize>,
    /// Repeated by `/slots`.
    pub(super) seed: u32,
    /// Whether messages that moved may be kept.
    pub(super) reuse: bool,
}

#[derive(Debug, Default)]
struct Kept {
    lines: Vec<Line>,
    seed: u32,
    /// When it was used, counted in requests; 0 is never.
    used: u64,
}

/// The slots.
#[derive(Debug, Default)]
pub(super) struct Memory {
    slots: [Kept; SLOTS],
    requests: u64,
}

impl Memory {
    /// Works on a prompt, in the wished slot, else where most of its beginning is, else where nothing was done for
    /// longest. Returns its tokens that need not be computed.
    pub(super) fn work(&mut self, lines: &[Line], wish: Wish) -> usize {
        self.requests += 1;
        let best = |kept: &&mut Kept| (common(&kept.lines, lines), u64::MAX - kept.used);
        let kept = match wish.slot {
            Some(slot) => &mut self.slots[slot % SLOTS],
            None => self.slots.iter_mut().max_by_key(best).expect("there are slots"),
        };
        let beginning = common(&kept.lines, lines);
        let moved = if wish.reuse { moved(&kept.lines[beginning..], &lines[beginning..]) } else { 0 };
        // The last message is always computed.
        let cached = &lines[..(beginning + moved).min(lines.len() - 1)];
        *kept = Kept { lines: lines.to_vec(), seed: wish.seed, used: self.requests };
        tokens_of(cached)
    }

    /// As `/slots` tells. While answers are written, those of the newest requests are.
    pub(super) fn slots(&self, writing: usize) -> Value {
        let slots = self.slots.iter().enumerate().map(|(id, kept)| {
            let newer = self.slots.iter().filter(|other| other.used > kept.used).count();
            let mut slot = json!({"id": id, "n_ctx": CONTEXT_TOKENS, "is_processing": newer < writing});
            if kept.used > 0 {
                slot["n_prompt_tokens"] = tokens_of(&kept.lines).into();
                slot["params"] = json!({"seed": kept.seed});
            }
            slot
        });
        slots.collect()
    }
}

fn common(kept: &[Line], lines: &[Line]) -> usize {
    kept.iter().zip(lines).take_while(|(kept, line)| kept == line).count()
}

/// So many of the next lines are found behind something that was dropped.
fn moved(kept: &[Line], lines: &[Line]) -> usize {
    let Some(first) = lines.first() else { return 0 };
    kept.iter().position(|line| line == first).map_or(0, |at| common(&kept[at..], lines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::demo::model::script::Role;

    fn lines(words: &str) -> Vec<Line> {
        words.split(' ').map(|word| Line { role: Role::User, content: word.into() }).collect()
    }

    fn cached(memory: &mut Memory, words: &str, slot: Option<usize>, reuse: bool) -> usize {
        memory.work(&lines(words), Wish { slot, seed: 7, reuse })
    }

    #[test]
    fn a_common_beginning_is_kept_and_what_moved_only_on_demand() {
        let mut memory = Memory::default();
        let one = tokens_of(&lines("a"));
        assert_eq!(cached(&mut memory, "s a b c", None, false), 0);
        assert_eq!(cached(&mut memory, "s a b c d", None, false), 4 * one);
        assert_eq!(cached(&mut memory, "s b c d e", None, false), one);
        assert_eq!(cached(&mut memory, "s c d e f", None, true), 4 * one);
    }

    #[test]
    fn a_wished_slot_is_taken_and_slots_tell_of_their_last_request() {
        let mut memory = Memory::default();
        assert_eq!(cached(&mut memory, "s a", Some(1), false), 0);
        assert_eq!(cached(&mut memory, "s a b", Some(2), false), 0, "slot 0");
        let slots = memory.slots(1);
        assert_eq!(slots[1]["params"]["seed"], 7);
        assert_eq!((&slots[0]["is_processing"], &slots[1]["is_processing"]), (&json!(true), &json!(false)));
        assert_eq!(Memory::default().slots(0)[0].get("params"), None);
    }
}
