//! Nothing is left over: no lease, no open job, no notice, no text of what is settled.

use nextcloud_opencode_bot::adapters::memory::{JobState, MemoryStore};

use crate::world::State;

pub(super) fn check(world: &mut State, store: &MemoryStore) {
    for job in store.jobs() {
        let open = matches!(job.state, JobState::Ask | JobState::Post);
        if open || job.leased_until.is_some() {
            world.fail(format!("left open or leased: {job:?}"));
        }
        if job.state == JobState::Done && job.texts > 0 {
            world.fail(format!("texts of what is settled: {job:?}"));
        }
    }
    if world.talk.earned > 0 {
        world.fail("refused signatures of the bot led to a lock-out".to_owned());
    }
    let notices = store.notices();
    if !notices.is_empty() {
        world.fail(format!("notices are left: {notices:?}"));
    }
}
