//! The store as one process has it: the one in memory, with trouble in between. What it takes is noted in the ledger in
//! the same moment, so the two can only differ by a fault of the store.

use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::memory::MemoryStore;
use nextcloud_opencode_bot::domain::conversation::Turn;
use nextcloud_opencode_bot::domain::message::Place;
use nextcloud_opencode_bot::ports::Cause;
use nextcloud_opencode_bot::ports::conversations::ConversationStore;
use tokio::time::sleep;

use super::fault::Fault;
use super::ledger;
use super::process::{Border, Process};
use super::world::State;

mod conversations;
mod queue;
mod rest;

/// The store, from inside of a process.
pub(crate) struct StorePort {
    pub(crate) process: Arc<Process>,
    pub(crate) inner: Arc<MemoryStore>,
}

/// What trouble a call has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    Before,
    After,
}

impl StorePort {
    /// A call that changes nothing.
    async fn read<T, E>(
        &self,
        unavailable: fn(Cause) -> E,
        effect: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.process.alive().await;
        let trouble = self.trouble().await;
        if trouble == Trouble::None { effect.await } else { Err(unavailable("the store is away".into())) }
    }

    /// One that does. `seen` notes what was written, in the same moment.
    async fn write<T, E>(
        &self,
        name: &'static str,
        unavailable: fn(Cause) -> E,
        effect: impl Future<Output = Result<T, E>>,
        seen: impl FnOnce(&mut State, &T),
    ) -> Result<T, E> {
        self.process.border(Border::Before, name).await;
        let trouble = self.trouble().await;
        if trouble == Trouble::Before {
            self.process.world.with(|world| world.say(format_args!("{name}: the store is away")));
            return Err(unavailable("the store is away".into()));
        }
        let result = effect.await;
        if let Ok(answer) = &result {
            self.process.world.with(|world| seen(world, answer));
        }
        self.process.border(Border::After, name).await;
        if trouble == Trouble::After && result.is_ok() {
            self.process
                .world
                .with(|world| world.say(format_args!("{name}: written, and its answer is lost")));
            return Err(unavailable("the store does not answer".into()));
        }
        result
    }

    async fn trouble(&self) -> Trouble {
        let (trouble, slow) = self.process.world.with(|world| {
            let slow = world.strikes(Fault::StoreSlow).then(|| world.chance.millis(1, 4_000));
            if world.now() < world.store_away_until {
                world.coverage.saw("store: away for seconds");
                return (Trouble::Before, slow);
            }
            let trouble = match world.first_of(&[Fault::StoreFailsBefore, Fault::StoreFailsAfter]) {
                Some(Fault::StoreFailsBefore) => Trouble::Before,
                Some(_) => Trouble::After,
                None => Trouble::None,
            };
            (trouble, slow)
        });
        match slow {
            Some(time) => sleep(time).await,
            None if trouble == Trouble::Before => sleep(Duration::from_millis(5)).await,
            None => {}
        }
        self.process.alive().await;
        trouble
    }

    /// Notes the jobs that a change has ended or opened.
    fn compare(&self, world: &mut State, cause: &ledger::Cause) {
        let now = world.now();
        world.ledger.compare(&self.inner.jobs(), cause, now);
    }

    /// Does something that forgets, and notes which turns are gone.
    async fn forgetting<T, E>(&self, effect: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let before = self.inner.turns();
        let result = effect.await;
        let after = self.inner.turns();
        for (place, turn) in before {
            let stays = |(at, other): &(Place, Turn)| *at == place && other.message == turn.message;
            if after.iter().any(stays) {
                continue;
            }
            let Ok(now) = self.inner.recent(&place).await else { continue };
            self.process.world.with(|world| {
                let key = (place.room.clone(), place.thread.map(|thread| thread.0), turn.message.0);
                world.coverage.saw("memory: turns forgotten");
                world.ledger.forgotten.insert(key, now.id.epoch);
            });
        }
        result
    }
}
