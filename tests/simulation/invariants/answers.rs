//! Every question has come to an end that can be named; its answer stands in its room whole and once, and what stands
//! there twice is explained.

use std::time::Duration;

use crate::ledger::{End, Key, Life, Part, Record, Reply};
use crate::markers;
use crate::talk::{Call, Told, What};
use crate::world::State;

/// A mark that the store did not take for about a minute is given up.
const GIVEN_UP: u32 = 50;

pub(super) fn check(world: &mut State) {
    let records: Vec<(Key, Record)> =
        world.ledger.records.iter().map(|(key, record)| (key.clone(), record.clone())).collect();
    for (key, record) in &records {
        check_end(world, key, record);
        for life in &record.lives {
            check_parts(world, key, record, life);
        }
    }
    for key in world.people.acknowledged.clone() {
        let known = world.ledger.records.contains_key(&key) || world.ledger.claimed.contains(&key);
        if !known {
            world.fail(format!("{key:?} was acknowledged and is not known"));
        }
    }
    check_words(world);
}

fn check_end(world: &mut State, key: &Key, record: &Record) {
    let name = match record.end() {
        None => return world.fail(format!("{key:?} has no end")),
        Some(End::Answered) => {
            let whole = record.lives.last().and_then(|life| life.reply.as_ref());
            match whole.filter(|reply| reply.failure.is_none()).cloned() {
                Some(reply) => check_echo(world, key, &reply),
                None => world.fail(format!("{key:?} is settled as answered and has no answer")),
            }
            "end: answered"
        }
        Some(End::Dead(failure)) => {
            let told = record.lives.last().and_then(|life| life.reply.as_ref());
            let told = told.filter(|reply| reply.failure.is_some());
            let is_told = |part: &Part| was_taken(world, part);
            if told.is_some_and(|reply| reply.parts.iter().all(is_told)) {
                world.coverage.saw("end: given up, and told");
            }
            match failure.as_str() {
                "model_unavailable" => "end: model unavailable",
                "model_timed_out" => "end: model timed out",
                "model_refused" => "end: model refused",
                "talk_refused" => "end: Talk refused",
                "talk_unauthorized" => "end: Talk unauthorized",
                "talk_unavailable" => "end: Talk unavailable",
                "talk_uncertain" => "end: Talk uncertain",
                _ => "end: internal",
            }
        }
        Some(End::Joined(by)) => {
            check_joined(world, key, record, by);
            "end: joined"
        }
        Some(End::Stopped) => "end: stopped",
        Some(End::Erased) => "end: erased",
    };
    world.coverage.saw(name);
}

/// Who was joined has an answer where the other one has, or shares its end.
fn check_joined(world: &mut State, key: &Key, record: &Record, by: &Key) {
    let other = world.ledger.records.get(by);
    let at = record.lives.last().and_then(|life| life.end.as_ref()).map_or(Duration::ZERO, |(at, _)| *at);
    let life = other.and_then(|other| other.lives.iter().rev().find(|life| life.since <= at));
    if life.is_none_or(|life| life.end.is_none() || life.reply.is_none()) {
        return world.fail(format!("{key:?} was joined to {by:?}, which has no end"));
    }
    let reply = life.and_then(|life| life.reply.clone());
    if let Some(reply) = reply.filter(|reply| reply.failure.is_none()) {
        check_echo(world, key, &reply);
    }
}

/// The answer is one to this question: the model repeats its marker. In a small context it may have lost its middle.
fn check_echo(world: &mut State, key: &Key, reply: &Reply) {
    let text: Vec<_> = reply.parts.iter().map(|part| part.text.as_str()).collect();
    let text = text.join(" ");
    let post = world.talk.rooms.iter().filter(|room| room.token == key.0).flat_map(|room| &room.posts);
    let Some(marker) = post.into_iter().find(|post| post.id == key.1).and_then(|post| post.marker) else {
        return;
    };
    let has_words = markers::words(&text).next().is_some();
    if has_words && !markers::all(&text).any(|echo| echo == (true, marker)) && world.model.smallest > 4_096 {
        world.fail(format!("the answer to {key:?} does not know m{marker}x"));
    }
    world.coverage.saw(if has_words { "answer: has words" } else { "answer: tells that there is none" });
}

fn was_taken(world: &State, part: &Part) -> bool {
    part.calls.iter().any(|call| !world.talk.calls[*call].effects.is_empty())
}

fn check_parts(world: &mut State, key: &Key, record: &Record, life: &Life) {
    let Some(reply) = &life.reply else { return };
    let answered = matches!(life.end, Some((_, End::Answered)));
    let text: Vec<_> = reply.parts.iter().map(|part| part.text.as_str()).collect();
    let words: Vec<_> = markers::words(&text.join(" ")).collect();
    if words.windows(2).any(|pair| pair[0].1 + 1 != pair[1].1)
        || words.first().is_some_and(|word| word.1 != 0)
    {
        world.fail(format!("{key:?}: its stored reply is not the answer as it was made: {words:?}"));
    }
    let mut last = Duration::ZERO;
    for part in &reply.parts {
        let first = part.calls.iter().find_map(|call| world.talk.calls[*call].effects.first().copied());
        match first {
            None if answered => {
                world.fail(format!("{key:?} is settled as answered, and a part of it was not posted"));
            }
            Some(at) if at < last && !is_unclear(world, reply.parts.iter()) => {
                world.fail(format!("{key:?}: its parts are in the room in a wrong order"));
            }
            Some(at) => last = at,
            None => {}
        }
        check_repetition(world, key, record, life, part);
    }
    if answered && reply.parts.len() > 1 {
        world.coverage.saw("answer: of several parts");
    }
}

/// Whether a post of these ended unknown, so that it may have arrived at any time.
fn is_unclear<'a>(world: &State, mut parts: impl Iterator<Item = &'a Part>) -> bool {
    parts.any(|part| part.calls.iter().any(|call| !is_clear(world, *call)))
}

fn is_clear(world: &State, call: usize) -> bool {
    matches!(world.talk.calls[call].told, Some((_, Told::Taken | Told::Not)))
}

/// Each post of a part but the last needs a reason for the next one.
fn check_repetition(world: &mut State, key: &Key, record: &Record, life: &Life, part: &Part) {
    let calls: Vec<_> = part.calls.iter().map(|call| (*call, world.talk.calls[*call].clone())).collect();
    if calls.iter().map(|(_, call)| call.effects.len()).sum::<usize>() < 2 {
        return;
    }
    world.coverage.saw("answer: a part is in the room twice");
    let unknown = |(_, call): &&(usize, Call)| matches!(call.told, Some((_, Told::Unknown)));
    let by_one_process = calls.iter().all(|(_, call)| call.process == calls[0].1.process);
    let undisturbed = by_one_process && life.unwritten == 0 && life.lost == 0 && record.lives.len() == 1;
    if undisturbed && calls.iter().filter(unknown).count() > 2 {
        world.fail(format!("{key:?}: a part is posted more than once again after unknown outcomes"));
    }
    for pair in calls.windows(2) {
        let [(number, call), (_, next)] = pair else { continue };
        if call.effects.is_empty() {
            continue;
        }
        let reason = match call.told {
            None => Some("twice: a crash or a stop between the post and its answer"),
            Some((_, Told::Unknown)) => Some("twice: an unknown outcome"),
            Some((_, Told::Failed)) => Some("twice: Talk failed, and had taken it"),
            Some((_, Told::Not)) => Some("twice: a proxy said that it was not taken"),
            Some((_, Told::Taken)) if part.marked.is_some_and(|at| at < next.begun) => None,
            Some((_, Told::Taken)) if next.process != call.process => {
                Some("twice: a crash or a stop before the mark")
            }
            Some((_, Told::Taken)) if life.unwritten >= GIVEN_UP => {
                Some("twice: a mark that could not be written")
            }
            Some((_, Told::Taken)) if life.lost > 0 => Some("twice: a lease that ran out"),
            Some((_, Told::Taken)) => None,
        };
        match reason {
            Some(reason) => world.coverage.saw(reason),
            None => world.fail(format!(
                "{key:?} of {} lives: a part is posted again after call {number}, and nothing explains it: {:?}",
                record.lives.len(),
                part.text.chars().take(80).collect::<String>()
            )),
        }
    }
}

/// The words of each answer follow each other in the room, without a gap.
fn check_words(world: &mut State) {
    let mut wrong = Vec::new();
    for room in &world.talk.rooms {
        let mut seen: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
        for post in room.posts.iter().filter(|post| post.author == crate::people::BOT) {
            for (call, word) in markers::words(&post.text) {
                let words = seen.entry(call).or_default();
                // A part that is there twice begins anew at a word that was there.
                if word > words.len() {
                    wrong.push(format!(
                        "answer {call} in {}: word {word} comes after {}",
                        room.token,
                        words.len()
                    ));
                }
                if word == words.len() {
                    words.push(word);
                }
            }
        }
    }
    // A post of unknown outcome may have come in late.
    let unclear = (0..world.talk.calls.len())
        .any(|call| matches!(world.talk.calls[call].what, What::Post { .. }) && !is_clear(world, call));
    if !unclear {
        for what in wrong {
            world.fail(what);
        }
    }
}
