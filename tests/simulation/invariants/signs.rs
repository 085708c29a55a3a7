//! No question that has ended looks as if somebody still thought about it, and every dead letter is seen to be one; but
//! for reactions whose outcome nobody knows, and rooms that take nothing of the bot any more.

use std::time::Duration;

use nextcloud_opencode_bot::adapters::memory::MemoryStore;

use crate::ledger::{End, Key, Record};
use crate::talk::{Call, Told, What};
use crate::world::State;

const THINKING: &str = "👀";
const FAILED: &str = "⚠️";

pub(super) fn check(world: &mut State, store: &MemoryStore) {
    let records: Vec<(Key, Record)> =
        world.ledger.records.iter().map(|(key, record)| (key.clone(), record.clone())).collect();
    for (key, record) in &records {
        let room = world.talk.rooms.iter().find(|room| room.token == key.0);
        if room.is_none_or(|room| room.gone) {
            continue;
        }
        let shown = room.and_then(|room| room.signs.get(&key.1)).cloned().unwrap_or_default();
        let dead = matches!(record.end(), Some(End::Dead(_))) && !record.letter_erased;
        if shown.contains(THINKING) {
            unexpected(world, key, THINKING);
        }
        if shown.contains(FAILED) && !dead && !record.letter_erased {
            unexpected(world, key, FAILED);
        }
        if dead && !shown.contains(FAILED) && world.plan.settings.reactions {
            missing(world, key, record);
        }
        if shown.contains(FAILED) {
            world.coverage.saw("sign: on a dead letter");
        }
    }
    let signs = store.jobs().iter().filter(|job| job.sign.is_some()).count() as u64;
    world.coverage.add("sign: recorded at the end", signs);
}

/// What was sent about the sign of that message.
fn calls(world: &State, key: &Key, emoji: &str) -> Vec<Call> {
    let about = |call: &&Call| match &call.what {
        What::React { room, message, emoji: sign } | What::Unreact { room, message, emoji: sign } => {
            *room == key.0 && *message == key.1 && sign == emoji
        }
        What::Post { .. } => false,
    };
    world.talk.calls.iter().filter(about).cloned().collect()
}

/// A sign that nobody takes off any more must have a reason.
fn unexpected(world: &mut State, key: &Key, emoji: &str) {
    let calls = calls(world, key, emoji);
    let off = |call: &&Call| matches!(call.what, What::Unreact { .. });
    let last_off = calls.iter().rfind(off);
    let until = last_off.map_or(Duration::ZERO, |call| call.begun);
    let later = |call: &&Call| !off(call) && !is_clear(call) && call.effects.iter().any(|at| *at > until);
    let reason = if world.ledger.erased_rooms.contains(&key.0) {
        Some("sign: left in a room that the bot has left")
    } else if calls.iter().any(|call| later(&call)) {
        Some("sign: left by a reaction of unknown outcome")
    } else if last_off.is_some_and(|call| !matches!(call.told, Some((_, Told::Taken)))) {
        Some("sign: left, since Talk did not take it off")
    } else if last_off.is_none() && world.has_refused(key) {
        Some("sign: left in a room that refuses the signature")
    } else {
        None
    };
    match reason {
        Some(reason) => world.coverage.saw(reason),
        None => world.fail(format!("{emoji} is still on {key:?}: {calls:?}")),
    }
}

fn is_clear(call: &Call) -> bool {
    matches!(call.told, Some((_, Told::Taken | Told::Not)))
}

fn missing(world: &mut State, key: &Key, record: &Record) {
    let (since, process) = record.failed_sign.last().copied().unwrap_or_default();
    // Those of an earlier death of the question say nothing of this one.
    let (put, off): (Vec<_>, Vec<_>) =
        calls(world, key, FAILED).into_iter().partition(|call| matches!(call.what, What::React { .. }));
    let put: Vec<_> = put.into_iter().filter(|call| call.begun >= since).collect();
    let crashed = process < world.processes;
    let unclear = |call: &Call| call.begun >= since && !is_clear(call) && !call.effects.is_empty();
    let reason = if off.iter().any(unclear) {
        Some("sign: missing, since it was taken off and Talk did not say so")
    } else if put.last().is_some_and(|call| !matches!(call.told, Some((_, Told::Taken)))) {
        Some("sign: missing, since Talk did not take it")
    } else if put.is_empty() && world.has_refused(key) {
        Some("sign: missing in a room that refuses the signature")
    } else if put.is_empty() && world.has_no_reactions() {
        Some("sign: missing, since Talk refused three in a row")
    } else if put.is_empty() && crashed {
        Some("sign: missing after a crash or a stop")
    } else {
        None
    };
    match reason {
        Some(reason) => world.coverage.saw(reason),
        None => world.fail(format!("{FAILED} is not on {key:?}: {put:?}")),
    }
}

impl State {
    /// Whether that room refused so many corrections that the rest is not tried.
    fn has_refused(&self, key: &Key) -> bool {
        let refused = |call: &&Call| {
            call.what.room() == &key.0
                && matches!(call.what, What::Unreact { .. })
                && matches!(call.told, Some((_, Told::Not)))
        };
        self.talk.calls.iter().filter(refused).count() >= 2
    }

    /// Whether Talk refused so many reactions that no more are put on.
    fn has_no_reactions(&self) -> bool {
        let refused = |call: &&Call| {
            matches!(call.what, What::React { .. }) && matches!(call.told, Some((_, Told::Not)))
        };
        self.talk.calls.iter().filter(refused).count() >= 3
    }
}
