//! Where requests to one llama-server get their slot, one after the other: from the look at the slots until the
//! server has begun, nobody else is sent there. A server that does not begin soon does not hold up the others; they
//! are then placed without a slot.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::ledger::{Ledger, Placement, SlotSeen, Tag};
use crate::domain::conversation::ConversationId;
use crate::ports::clock::Clock;

/// Longest time that the next request is held back for one that has not begun. A server with a free slot begins
/// after some milliseconds.
pub(in super::super) const HOLD: Duration = Duration::from_millis(50);

/// The ledger of one server, and the turn of who may be placed.
pub(in super::super) struct Desk {
    turn: tokio::sync::Mutex<()>,
    ledger: Mutex<Ledger>,
    clock: Arc<dyn Clock>,
}

/// A request that was placed; dropped before `begun`, it counts as withdrawn.
pub(in super::super) struct Placed<'a> {
    desk: &'a Desk,
    pub(in super::super) placement: Placement,
    pub(in super::super) tag: Tag,
    begun: bool,
}

impl Desk {
    pub(in super::super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { turn: tokio::sync::Mutex::default(), ledger: Mutex::default(), clock }
    }

    /// Waits for the turn. It is to be held from the look at the slots until the request has begun or `HOLD` is
    /// over.
    pub(in super::super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Places a request; `slots` is `None` where the server did not tell. `None` on a machine without randomness,
    /// where requests cannot be told apart.
    pub(in super::super) fn place(
        &self,
        conversation: &ConversationId,
        slots: Option<&Value>,
    ) -> Option<Placed<'_>> {
        let (tag, now) = (fresh_tag()?, self.clock.now());
        let mut ledger = self.ledger();
        let placement = match slots.and_then(in_slots) {
            Some(slots) => ledger.place(conversation, &slots, now),
            None => Placement::Anywhere,
        };
        ledger.sent(conversation, tag, now);
        Some(Placed { desk: self, placement, tag, begun: false })
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}

impl Placed<'_> {
    /// The server answered.
    pub(in super::super) fn begun(mut self) {
        self.begun = true;
        self.desk.ledger().begun();
    }
}

impl Drop for Placed<'_> {
    fn drop(&mut self) {
        if !self.begun {
            let now = self.desk.clock.now();
            self.desk.ledger().withdrawn(now);
        }
    }
}

/// Random, so that no other client's request has the same. The greatest number would mean "any seed".
fn fresh_tag() -> Option<Tag> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).ok()?;
    Some(Tag(u32::from_le_bytes(bytes) >> 1))
}

/// What `/slots` tells; `None` when it is not what is known as such.
fn in_slots(slots: &Value) -> Option<Vec<SlotSeen>> {
    slots.as_array()?.iter().map(in_slot).collect()
}

fn in_slot(slot: &Value) -> Option<SlotSeen> {
    let tag = slot["params"]["seed"].as_u64().and_then(|seed| u32::try_from(seed).ok());
    Some(SlotSeen {
        id: slot["id"].as_u64()?,
        busy: slot["is_processing"].as_bool()?,
        tokens: slot["n_prompt_tokens"].as_u64().unwrap_or(0),
        tag: tag.map(Tag),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn slots_are_read_as_they_are_recorded() {
        let idle = include_str!("../../../../tests/fixtures/llama/slots-idle.json");
        let idle = in_slots(&serde_json::from_str(idle).expect("JSON")).expect("slots");
        assert!(idle.len() == 2 && idle.iter().all(|slot| !slot.busy && slot.tag.is_none()));
        let busy = include_str!("../../../../tests/fixtures/llama/slots-busy.json");
        let busy = in_slots(&serde_json::from_str(busy).expect("JSON")).expect("slots");
        assert!(busy.iter().any(|slot| slot.busy && slot.tag.is_some()));
    }

    #[test]
    fn what_is_no_list_of_slots_is_none() {
        for slots in
            [json!({"error": {}}), json!([{"id": 0}]), json!([{"is_processing": false}]), json!(null)]
        {
            assert_eq!(in_slots(&slots), None, "{slots}");
        }
    }

    #[test]
    fn tags_differ() {
        assert_ne!(fresh_tag().expect("randomness"), fresh_tag().expect("randomness"));
    }
}
