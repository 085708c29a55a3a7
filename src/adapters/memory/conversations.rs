//! The memory of places, in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::MemoryStore;
use super::state::Room;
use crate::domain::actor::ActorId;
use crate::domain::conversation::{Conversation, ConversationId, Turn};
use crate::domain::message::{MessageId, Place, RoomToken, ThreadId};
use crate::domain::time::Timestamp;
use crate::ports::conversations::{ConversationStore, StoreError};

/// What a place remembers.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) epoch: u64,
    /// Where the window begins, once it was moved.
    start: Option<MessageId>,
    pub(super) turns: BTreeMap<MessageId, Remembered>,
}

/// A turn, with what makes it a question again.
pub(super) struct Remembered {
    pub(super) turn: Turn,
    pub(super) asker: ActorId,
    pub(super) one_to_one: bool,
    pub(super) files: bool,
    /// When it was answered.
    pub(super) at: Timestamp,
    /// By which the posted messages are known again.
    pub(super) prints: Vec<String>,
}

impl Memory {
    /// An answer that was made of what has been forgotten since leaves nothing.
    pub(super) fn add(&mut self, new: Remembered, epoch: u64, start: Option<MessageId>) {
        if epoch != self.epoch {
            return;
        }
        self.start = self.start.max(start);
        self.turns.entry(new.turn.message).or_insert(new);
        if let Some(start) = self.start {
            self.turns = self.turns.split_off(&start);
        }
    }

    /// Erases all.
    pub(super) fn begin_anew(&mut self) {
        *self = Self { epoch: self.epoch + 1, ..Self::default() };
    }

    /// Erases the turns that are not to be kept; an epoch begins when there are any. Returns how many.
    pub(super) fn retain(&mut self, keep: impl Fn(&Remembered) -> bool) -> u64 {
        let before = self.turns.len();
        self.turns.retain(|_, turn| keep(turn));
        let erased = before - self.turns.len();
        self.epoch += u64::from(erased > 0);
        erased as u64
    }
}

impl Room {
    /// Erases the turn of that question and begins a new epoch there. `false` when there is none.
    pub(super) fn forget_turn(&mut self, question: MessageId) -> bool {
        let erased =
            self.memories.values_mut().map(|memory| memory.retain(|turn| turn.turn.message != question));
        erased.sum::<u64>() > 0
    }

    /// The turn of that question, wherever it stands, and its thread.
    pub(super) fn turn(&self, question: MessageId) -> Option<(Option<ThreadId>, &Remembered)> {
        self.memories.iter().find_map(|(thread, memory)| Some((*thread, memory.turns.get(&question)?)))
    }
}

#[async_trait]
impl ConversationStore for MemoryStore {
    async fn recent(&self, place: &Place) -> Result<Conversation, StoreError> {
        self.read(|rows| {
            let memory = rows.rooms.get(&place.room).and_then(|room| room.memories.get(&place.thread));
            let id = ConversationId { place: place.clone(), epoch: memory.map_or(0, |memory| memory.epoch) };
            let turns = memory.iter().flat_map(|memory| memory.turns.values());
            let trimmed = memory.is_some_and(|memory| memory.start.is_some());
            Conversation { id, turns: turns.map(|turn| turn.turn.clone()).collect(), trimmed }
        })
        .map_err(StoreError::Unavailable)
    }

    async fn forget(&self, place: &Place) -> Result<(), StoreError> {
        self.change(|rows, _| {
            rows.room(&place.room).memories.entry(place.thread).or_default().begin_anew();
        })
        .map_err(StoreError::Unavailable)
    }

    async fn forget_turn(&self, room: &RoomToken, question: MessageId) -> Result<bool, StoreError> {
        let forgotten = self.change(|rows, _| rows.room(room).forget_turn(question));
        forgotten.map_err(StoreError::Unavailable)
    }

    async fn own_actors(&self) -> Result<Vec<ActorId>, StoreError> {
        let actors = self.read(|rows| rows.own_actors.iter().map(ActorId::new).collect());
        actors.map_err(StoreError::Unavailable)
    }

    async fn add_own_actor(&self, actor: &ActorId) -> Result<(), StoreError> {
        let added = self.change(|rows, _| rows.own_actors.insert(actor.as_str().to_owned()));
        added.map(drop).map_err(StoreError::Unavailable)
    }
}
