//! The memory of rooms beside the queue in memory.

use async_trait::async_trait;

use super::MemoryQueue;
use crate::domain::actor::ActorId;
use crate::domain::conversation::{Conversation, ConversationId, Turn};
use crate::domain::message::RoomToken;
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
    async fn recent(&self, room: &RoomToken) -> Result<Conversation, StoreError> {
        let mut rows = self.rows();
        let memory = rows.memories.entry(room.clone()).or_default();
        let id = ConversationId { room: room.clone(), epoch: memory.epoch };
        Ok(Conversation { id, turns: memory.turns.clone() })
    }

    async fn forget(&self, room: &RoomToken) -> Result<(), StoreError> {
        let mut rows = self.rows();
        let memory = rows.memories.entry(room.clone()).or_default();
        memory.epoch += 1;
        memory.turns.clear();
        Ok(())
    }

    async fn own_actors(&self) -> Result<Vec<ActorId>, StoreError> {
        Ok(Vec::new())
    }

    async fn add_own_actor(&self, _actor: &ActorId) -> Result<(), StoreError> {
        Ok(())
    }
}
