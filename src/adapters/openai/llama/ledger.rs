//! Where a llama-server is to work on a prompt, and when it may move what the slot holds. A pure decision over what
//! `/slots` tells: each request carries a tag (its seed, which the server repeats there), so that the slot whose
//! last request was this conversation's last one is known and not guessed.
//!
//! Left alone, the server puts every prompt with the same instructions into one slot and swaps. So a conversation
//! is pinned to its own slot, or to one of nobody who was active lately. With more active conversations than slots
//! the choice is the server's, which finds its memory of each; and so it is on a server that empties its idle
//! slots, since a pinned prompt is not looked for in that memory there.

use std::collections::HashSet;
use std::time::Duration;

use super::super::recent::Recent;
use crate::domain::conversation::ConversationId;
use crate::domain::time::Timestamp;

/// The seed of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in super::super) struct Tag(pub(in super::super) u32);

/// A slot as the server shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct SlotSeen {
    pub(in super::super) id: u64,
    pub(in super::super) busy: bool,
    /// Tokens that it holds.
    pub(in super::super) tokens: u64,
    /// Of the request it worked on last; `None` before the first.
    pub(in super::super) tag: Option<Tag>,
}

/// What the server is told about slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Placement {
    /// Nothing.
    Anywhere,
    /// To use this one, but only the part that begins like the new prompt.
    In(u64),
    /// To use this one, and to move what it holds: its last prompt was this conversation's.
    Own(u64),
}

/// A room that was silent for longer does not keep a slot.
const ACTIVE: Duration = Duration::from_mins(10);

/// A request that was withdrawn before the server began it may still be on its way for so long.
const ON_ITS_WAY: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy)]
struct Last {
    epoch: u64,
    tag: Tag,
}

/// The last request of each conversation, and what may disturb a slot after it was looked at.
#[derive(Debug, Default)]
pub(in super::super) struct Ledger {
    places: Recent<Last>,
    /// Requests that were sent and of which nothing was heard yet.
    beginning: usize,
    /// When one of them was withdrawn: the server may work on it later, for nobody.
    stray: Option<Timestamp>,
}

impl Ledger {
    /// Decides for a request that is sent before any other is.
    pub(in super::super) fn place(
        &mut self,
        conversation: &ConversationId,
        slots: &[SlotSeen],
        now: Timestamp,
    ) -> Placement {
        self.stray =
            self.stray.filter(|at| slots.iter().any(|slot| slot.busy) || now.since(*at) <= ON_ITS_WAY);
        if self.beginning > 0 || self.stray.is_some() {
            return Placement::Anywhere;
        }
        let last = self.places.get(&conversation.place).filter(|last| last.epoch == conversation.epoch);
        let idle = || slots.iter().filter(|slot| !slot.busy);
        let own = idle().find(|slot| slot.tokens > 0 && last.is_some_and(|last| slot.tag == Some(last.tag)));
        if let Some(slot) = own {
            return Placement::Own(slot.id);
        }
        let others = self.active_beside(conversation, now);
        let empties = idle().any(|slot| slot.tag.is_some() && slot.tokens == 0);
        if empties || others.len() >= slots.len() {
            return Placement::Anywhere;
        }
        let of_nobody = idle().filter(|slot| slot.tag.is_none_or(|tag| !others.contains(&tag)));
        let emptiest = of_nobody.min_by_key(|slot| slot.tokens);
        emptiest.map_or(Placement::Anywhere, |slot| Placement::In(slot.id))
    }

    fn active_beside(&self, conversation: &ConversationId, now: Timestamp) -> HashSet<Tag> {
        let others = self.places.iter().filter(|(place, ..)| **place != conversation.place);
        others.filter(|(.., at)| now.since(*at) < ACTIVE).map(|(_, last, _)| last.tag).collect()
    }

    /// A request of that conversation is sent under this tag.
    pub(in super::super) fn sent(&mut self, conversation: &ConversationId, tag: Tag, now: Timestamp) {
        self.places.set(&conversation.place, Last { epoch: conversation.epoch, tag }, now);
        self.beginning += 1;
    }

    /// The server has begun it, or refused it.
    pub(in super::super) fn begun(&mut self) {
        self.beginning = self.beginning.saturating_sub(1);
    }

    /// It was withdrawn, or its connection was lost, before anything was heard of it.
    pub(in super::super) fn withdrawn(&mut self, now: Timestamp) {
        self.begun();
        self.stray = Some(now);
    }
}

#[cfg(test)]
mod tests;
