//! The memory, and what is erased, with trouble in between.

use async_trait::async_trait;
use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::conversation::Conversation;
use nextcloud_opencode_bot::domain::job::JobId;
use nextcloud_opencode_bot::domain::message::{MessageId, Place, RoomToken};
use nextcloud_opencode_bot::ports::conversations::{ConversationStore, StoreError};
use nextcloud_opencode_bot::ports::upkeep::{Sweep, Swept, Upkeep, UpkeepError};

use super::StorePort;
use crate::ledger::Cause;

type Away<E> = fn(nextcloud_opencode_bot::ports::Cause) -> E;

const STORE: Away<StoreError> = StoreError::Unavailable;
const UPKEEP: Away<UpkeepError> = UpkeepError::Unavailable;

#[async_trait]
impl ConversationStore for StorePort {
    async fn recent(&self, place: &Place) -> Result<Conversation, StoreError> {
        self.read(STORE, self.inner.recent(place)).await
    }

    async fn forget(&self, place: &Place) -> Result<(), StoreError> {
        let effect = self.forgetting(self.inner.forget(place));
        self.write("forget", STORE, effect, |world, ()| world.say(format_args!("forget {place:?}"))).await
    }

    async fn forget_turn(&self, room: &RoomToken, question: MessageId) -> Result<bool, StoreError> {
        let effect = self.forgetting(self.inner.forget_turn(room, question));
        self.write("forget_turn", STORE, effect, |world, known| {
            world.say(format_args!("forget the turn of {room} {}: {known}", question.0));
        })
        .await
    }

    async fn own_actors(&self) -> Result<Vec<ActorId>, StoreError> {
        self.read(STORE, self.inner.own_actors()).await
    }

    async fn add_own_actor(&self, actor: &ActorId) -> Result<(), StoreError> {
        self.write("add_own_actor", STORE, self.inner.add_own_actor(actor), |_, ()| {}).await
    }
}

#[async_trait]
impl Upkeep for StorePort {
    async fn clear_room(&self, room: &RoomToken) -> Result<(), UpkeepError> {
        let effect = self.forgetting(self.inner.clear_room(room));
        self.write("clear_room", UPKEEP, effect, |world, ()| world.say(format_args!("clear {room}"))).await
    }

    async fn erase_room(&self, room: &RoomToken) -> Result<Vec<JobId>, UpkeepError> {
        let effect = self.forgetting(self.inner.erase_room(room));
        self.write("erase_room", UPKEEP, effect, |world, ended| {
            world.say(format_args!("erase {room}: {ended:?}"));
            world.ledger.erased_rooms.insert(room.clone());
            world.talk.pause_is_erased(room);
            self.compare(world, &Cause::Erase);
        })
        .await
    }

    async fn erase_person(&self, person: &ActorId) -> Result<Vec<JobId>, UpkeepError> {
        let effect = self.forgetting(self.inner.erase_person(person));
        self.write("erase_person", UPKEEP, effect, |world, ended| {
            world.say(format_args!("erase {}: {ended:?}", person.as_str()));
            self.compare(world, &Cause::Erase);
        })
        .await
    }

    async fn sweep(&self, sweep: Sweep) -> Result<Swept, UpkeepError> {
        self.write("sweep", UPKEEP, self.inner.sweep(sweep), |world, swept| {
            world.say(format_args!("sweep: {swept:?}"));
            world.coverage.add("memory: turns too old", swept.turns);
            world.coverage.add("dead letters too old", swept.dead_letters);
            if *swept != Swept::default() {
                self.compare(world, &Cause::Age);
            }
        })
        .await
    }

    async fn welcome(&self, room: &RoomToken) -> Result<bool, UpkeepError> {
        self.write("welcome", UPKEEP, self.inner.welcome(room), |_, _| {}).await
    }
}
