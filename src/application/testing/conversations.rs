//! The memory of rooms beside the queue in memory.

use async_trait::async_trait;

use super::MemoryQueue;
use crate::domain::actor::ActorId;
use crate::domain::conversation::{Conversation, ConversationId, Turn};
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::ports::conversations::{ConversationStore, StoreError};
use crate::ports::queue::NewTurn;

/// What is remembered of a room.
#[derive(Default)]
pub(super) struct Memory {
    epoch: u64,
    turns: Vec<Turn>,
}

impl Memory {
    pub(super) fn add(&mut self, new: &NewTurn) {
        if new.epoch == self.epoch {
            self.turns.push(new.turn.clone());
            self.turns.retain(|turn| new.window_start.is_none_or(|start| turn.message >= start));
        }
    }
}

#[async_trait]
impl ConversationStore for MemoryQueue {
    async fn recent(&self, place: &Place) -> Result<Conversation, StoreError> {
        let mut rows = self.rows();
        let memory = rows.memories.entry(place.clone()).or_default();
        let id = ConversationId { place: place.clone(), epoch: memory.epoch };
        Ok(Conversation { id, turns: memory.turns.clone(), trimmed: false })
    }

    async fn forget(&self, place: &Place) -> Result<(), StoreError> {
        let mut rows = self.rows();
        let memory = rows.memories.entry(place.clone()).or_default();
        memory.epoch += 1;
        memory.turns.clear();
        Ok(())
    }

    async fn forget_turn(&self, room: &RoomToken, question: MessageId) -> Result<bool, StoreError> {
        let mut rows = self.rows();
        let has = |memory: &Memory| memory.turns.iter().any(|turn| turn.message == question);
        let of_room = rows.memories.iter_mut().filter(|(place, _)| place.room == *room);
        let memory = of_room.map(|(_, memory)| memory).find(|memory| has(memory));
        Ok(memory.is_some_and(|memory| {
            memory.epoch += 1;
            memory.turns.retain(|turn| turn.message != question);
            true
        }))
    }

    async fn own_actors(&self) -> Result<Vec<ActorId>, StoreError> {
        Ok(Vec::new())
    }

    async fn add_own_actor(&self, _actor: &ActorId) -> Result<(), StoreError> {
        Ok(())
    }
}
