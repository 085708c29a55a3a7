//! What a store must remember of rooms.

use std::collections::BTreeMap;

use nextcloud_opencode_bot::domain::conversation::{Conversation, ConversationId, Turn};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::ports::queue::NewTurn;

use crate::contract::store::room;

#[derive(Default)]
pub(super) struct Memory(BTreeMap<String, OfRoom>);

#[derive(Default)]
struct OfRoom {
    epoch: u64,
    start: Option<MessageId>,
    turns: BTreeMap<MessageId, Turn>,
}

impl Memory {
    pub(super) fn epoch(&self, room: &str) -> u64 {
        self.0.get(room).map_or(0, |of_room| of_room.epoch)
    }

    pub(super) fn add(&mut self, room: &str, new: &NewTurn) {
        let of_room = self.0.entry(room.to_owned()).or_default();
        if new.epoch != of_room.epoch {
            return;
        }
        of_room.turns.entry(new.turn.message).or_insert_with(|| new.turn.clone());
        of_room.start = of_room.start.max(new.window_start);
        let start = of_room.start;
        of_room.turns.retain(|message, _| start.is_none_or(|start| *message >= start));
    }

    pub(super) fn forget(&mut self, room: &str) {
        let of_room = self.0.entry(room.to_owned()).or_default();
        *of_room = OfRoom { epoch: of_room.epoch + 1, ..OfRoom::default() };
    }

    /// What was remembered of that question.
    pub(super) fn take_turn(&mut self, room: &str, question: MessageId) -> Option<Turn> {
        let of_room = self.0.entry(room.to_owned()).or_default();
        let taken = of_room.turns.remove(&question);
        of_room.epoch += u64::from(taken.is_some());
        taken
    }

    pub(super) fn conversation(&self, token: &str) -> Conversation {
        let turns = self.0.get(token).map(|of_room| of_room.turns.values().cloned().collect());
        let id = ConversationId { place: room(token).into(), epoch: self.epoch(token) };
        let trimmed = self.0.get(token).is_some_and(|of_room| of_room.start.is_some());
        Conversation { id, turns: turns.unwrap_or_default(), trimmed }
    }
}
