//! Webhooks handed to the bot, and what their senders are told.

use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::memory::{MemoryStore, StoredJob};
use nextcloud_opencode_bot::adapters::sql::StoreOptions;
use nextcloud_opencode_bot::application::readiness::Readiness;
use nextcloud_opencode_bot::application::receive::{Ignored, Receive, ReceiveError, Received};
use nextcloud_opencode_bot::domain::event::Event;
use nextcloud_opencode_bot::ports::dead_letters::{DeadLetters, Selection};
use tokio::task::JoinError;
use tokio::time::timeout;

use super::ledger::{Cause, Key};
use super::people::{About, Delivery};
use super::process::Process;
use super::world::{State, World};

/// To the answer, or to the moment in which the sender hangs up: then nobody is told anything, and the handling goes
/// on or not.
pub(crate) async fn hand_over(
    process: Arc<Process>,
    store: Arc<MemoryStore>,
    receive: Arc<Receive>,
    delivery: Delivery,
) {
    let begun = process.world.with(|world| world.now());
    let Delivery { event, about, patience, dropped } = delivery;
    let joined = match &event {
        Event::Joined { room, .. } => Some(room.clone()),
        _ => None,
    };
    if let Some(room) = &joined {
        process.world.with(|world| {
            let now = world.now();
            world.talk.resume(room, now);
        });
    }
    let handling = receive.handle(event);
    tokio::pin!(handling);
    let answer = timeout(patience, &mut handling).await;
    process.alive().await;
    if let Some(room) = joined.filter(|_| answer.is_ok() || dropped) {
        process.world.with(|world| world.talk.resumed(&room));
    }
    if let Ok(answer) = answer {
        let jobs = store.jobs();
        process.world.with(|world| {
            told(world, &about, &answer);
            if let (About::Command(key, "command: forget-me"), Ok(Received::Queued)) = (&about, &answer) {
                check_forgotten(world, &jobs, key, begun);
            }
        });
        return;
    }
    process.world.with(|world| {
        world.say(format_args!("the sender of {about:?} hangs up"));
        world.coverage.saw(if dropped {
            "webhook: given up, and dropped"
        } else {
            "webhook: given up, and handled"
        });
    });
    if !dropped {
        let _nobody_hears_it = handling.await;
    }
}

/// The administrator's command, beside the process.
pub(crate) async fn dead_letters(world: &World, store: &MemoryStore, again: bool) {
    let beside = store.beside(StoreOptions { bot: "bot".to_owned(), signs: false });
    let now = world.with(|world| world.time.wall());
    let changed =
        if again { beside.retry(Selection::All, now).await } else { beside.erase(Selection::All).await };
    let changed = changed.expect("the store itself has no trouble");
    let jobs = store.jobs();
    world.with(|world| {
        world.say(format_args!("dead letters, again {again}: {changed}"));
        world
            .coverage
            .add(if again { "dead letters: opened again" } else { "dead letters: erased" }, changed);
        let now = world.now();
        world.ledger.compare(&jobs, &Cause::Age, now);
    });
}

/// Somebody asks whether the bot is ready: nothing may hang on that.
pub(crate) async fn probe(process: Arc<Process>, readiness: Readiness) {
    let begun = process.world.with(|world| world.now());
    let checks = readiness.check().await;
    process.alive().await;
    process.world.with(|world| {
        let took = world.now().saturating_sub(begun);
        world.say(format_args!("ready after {took:?}: {checks:?}"));
        world.coverage.saw("probe: answered");
        if took > Duration::from_secs(6) {
            world.fail(format!("the probe was answered after {took:?}"));
        }
    });
}

/// A handling that panicked is a defect.
pub(crate) fn ended(world: &World, end: &Result<(), JoinError>) {
    if end.as_ref().is_err_and(JoinError::is_panic) {
        world.with(|world| world.fail("the handling of a webhook panicked".to_owned()));
    }
}

fn told(world: &mut State, about: &About, answer: &Result<Received, ReceiveError>) {
    world.say(format_args!("told about {about:?}: {answer:?}"));
    world.coverage.saw(word(answer));
    let key = match about {
        About::Question(key) | About::Command(key, _) | About::Chatter(key) => key,
        About::Other(_) => return,
    };
    let Ok(answer) = answer else { return };
    let queued = *answer == Received::Queued;
    if world.people.acknowledged.contains(key) && *answer != Received::Duplicate {
        world.fail(format!("{key:?} was acknowledged before and is {answer:?} now"));
    }
    if !queued {
        return;
    }
    world.people.acknowledged.insert(key.clone());
    let stored = world.ledger.records.contains_key(key) || world.ledger.claimed.contains(key);
    if !stored {
        world.fail(format!("{key:?} is acknowledged and not stored"));
    }
    if matches!(about, About::Question(_)) && !world.ledger.records.contains_key(key) {
        world.fail(format!("{key:?} is acknowledged and no question"));
    }
    if matches!(about, About::Chatter(_)) && !world.is_one_to_one(key) {
        world.fail(format!("{key:?} called nobody and is answered"));
    }
}

/// Nothing that this person asked before is stored any more, wherever it was asked.
fn check_forgotten(world: &mut State, jobs: &[StoredJob], key: &Key, begun: Duration) {
    let posts = world.talk.rooms.iter().filter(|room| room.token == key.0).flat_map(|room| &room.posts);
    let Some(person) = posts.into_iter().find(|post| post.id == key.1).map(|post| post.author.clone()) else {
        return;
    };
    let before = |job: &&StoredJob| {
        let record = world.ledger.records.get(&(job.place.room.clone(), job.message.0));
        let since = record.and_then(|record| record.lives.last()).map(|life| life.since);
        job.asker.as_ref().is_some_and(|asker| asker.as_str() == person) && since.is_none_or(|at| at < begun)
    };
    if let Some(job) = jobs.iter().find(before) {
        world.fail(format!("{person} was told to be forgotten, and this is stored: {job:?}"));
    }
}

fn word(answer: &Result<Received, ReceiveError>) -> &'static str {
    match answer {
        Ok(Received::Queued) => "told: queued",
        Ok(Received::Duplicate) => "told: duplicate",
        Ok(Received::Ignored(Ignored::NotAddressed)) => "told: not addressed",
        Ok(Received::Ignored(Ignored::NotAllowed)) => "told: not allowed",
        Ok(Received::Ignored(Ignored::Limited)) => "told: limited",
        Ok(Received::Ignored(Ignored::FromBot)) => "told: from a bot",
        Ok(Received::Ignored(Ignored::SystemMessage)) => "told: system message",
        Ok(Received::Ignored(Ignored::Reaction)) => "told: reaction without effect",
        Ok(Received::Ignored(Ignored::Membership)) => "told: membership",
        Ok(Received::Ignored(Ignored::UnknownType)) => "told: unknown type",
        Err(_) => "told: cannot be stored",
    }
}
