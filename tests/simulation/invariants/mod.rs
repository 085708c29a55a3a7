//! What must be true of every run. Some of it is checked in the moment in which it happens (`places`, and what the
//! parts of the world check themselves), the rest when nothing is left to do.

use nextcloud_opencode_bot::adapters::memory::MemoryStore;

use super::world::State;

mod answers;
mod leftovers;
mod order;
pub(crate) mod places;
mod signs;

/// When trouble has ended and nothing is left to do.
pub(crate) fn at_the_end(world: &mut State, store: &MemoryStore) {
    super::talk::arrive(world);
    answers::check(world);
    order::check(world);
    signs::check(world, store);
    leftovers::check(world, store);
}
