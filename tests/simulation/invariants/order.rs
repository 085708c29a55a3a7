//! The answers of a room come in the order of their questions, except that nothing waits for a question that comes, or
//! is asked again, when a later one is being answered.

use std::time::Duration;

use crate::ledger::{End, Key, Life};
use crate::talk::Told;
use crate::world::State;

/// An answer that is in the room.
struct Answer {
    key: Key,
    since: Duration,
    leased: Duration,
    /// Its first part.
    posted: Duration,
}

pub(super) fn check(world: &mut State) {
    let mut answers: Vec<Answer> = Vec::new();
    for (key, record) in &world.ledger.records {
        answers.extend(record.lives.iter().filter_map(|life| answer(world, key, life)));
    }
    answers.sort_by(|one, other| (&one.key.0, one.posted).cmp(&(&other.key.0, other.posted)));
    let mut wrong = Vec::new();
    for (nth, earlier) in answers.iter().enumerate() {
        for later in answers[nth + 1..].iter().take_while(|later| later.key.0 == earlier.key.0) {
            if later.key.1 < earlier.key.1 && later.since < earlier.leased {
                wrong.push(format!("{:?} is answered before {:?}", earlier.key, later.key));
            }
        }
    }
    world.coverage.add("order: answers compared", answers.len() as u64);
    for what in wrong {
        world.fail(what);
    }
}

/// Only what was told to be taken at first: the rest may have arrived at any time.
fn answer(world: &State, key: &Key, life: &Life) -> Option<Answer> {
    let answered = matches!(life.end, Some((_, End::Answered)));
    let first = life.reply.as_ref().filter(|_| answered)?.parts.first()?;
    // A reply that the administrator has tried again may have begun long before.
    let taken = |call: &&usize| {
        let call = &world.talk.calls[**call];
        matches!(call.told, Some((_, Told::Taken))) && call.begun >= life.since
    };
    let arrived = first.calls.iter().filter(taken).filter_map(|call| world.talk.calls[*call].effects.first());
    let posted = *arrived.min()?;
    Some(Answer { key: key.clone(), since: life.since, leased: life.leased_to_post?, posted })
}
