//! No text crosses from one place to another, and nothing that was forgotten comes back.

use std::time::Duration;

use nextcloud_opencode_bot::domain::message::{Place, RoomToken};
use nextcloud_opencode_bot::domain::prompt::Role;
use nextcloud_opencode_bot::ports::model::ModelRequest;

use crate::ledger::End;
use crate::markers;
use crate::world::State;

/// Who stops a question has it noticed within that time.
const NOTICED: Duration = Duration::from_secs(5);

/// Something is posted there.
pub(crate) fn posted(world: &mut State, place: &Place, text: &str) {
    check(world, place, text, "a post");
}

/// The model is asked.
pub(crate) fn asked(world: &mut State, request: &ModelRequest) {
    let place = &request.conversation.place;
    for message in request.prompt.messages() {
        check(world, place, &message.content, "a prompt");
    }
    let messages = request.prompt.messages();
    check_newest(world, place, &messages[messages.len() - 1].content);
    world.coverage.saw(if messages.len() > 2 { "model: asked with earlier turns" } else { "model: asked" });
    for message in messages.iter().take(messages.len() - 1).filter(|message| message.role == Role::User) {
        // What others said is quoted in further lines.
        let words = message.content.lines().next().unwrap_or_default();
        for (_, marker) in markers::all(words) {
            if let Some(epoch) = world.forgotten(place, marker)
                && request.conversation.epoch >= epoch
            {
                world.fail(format!("m{marker}x was forgotten in {place:?} and is in a prompt again"));
            }
        }
    }
}

/// What was stopped or erased a while ago is not asked any more.
fn check_newest(world: &mut State, place: &Place, content: &str) {
    let now = world.now();
    let Some((_, marker)) = content.lines().next().and_then(|words| markers::all(words).next()) else {
        return;
    };
    let room = world.talk.rooms.iter().filter(|room| room.token == place.room).flat_map(|room| &room.posts);
    let ids: Vec<_> = room.filter(|post| post.marker == Some(marker)).map(|post| post.id).collect();
    let records = ids.iter().filter_map(|id| world.ledger.records.get(&(place.room.clone(), *id)));
    let ended: Vec<_> = records.map(|record| record.lives.last().and_then(|life| life.end.clone())).collect();
    let over = |end: &Option<(Duration, End)>| matches!(end, Some((at, End::Stopped | End::Erased)) if *at + NOTICED < now);
    if !ended.is_empty() && ended.iter().all(over) {
        world.fail(format!("m{marker}x of {place:?} is asked after its end: {ended:?}"));
    }
}

fn check(world: &mut State, place: &Place, text: &str, what: &str) {
    let thread = place.thread.map(|thread| thread.0);
    let own: Vec<_> = markers::all(text).map(|(_, marker)| marker).collect();
    for marker in own {
        let (room, of) = world.people.markers[marker].clone();
        if room != place.room.as_str() || of != thread {
            world.fail(format!("m{marker}x of {room} {of:?} is in {what} of {place:?}"));
        }
    }
}

impl State {
    /// The first epoch of the place that must not know that message.
    fn forgotten(&mut self, place: &Place, marker: usize) -> Option<u64> {
        let thread = place.thread.map(|thread| thread.0);
        let of_marker = |id: &i64| {
            self.talk.rooms.iter().any(|room| {
                room.token == place.room
                    && room.posts.iter().any(|post| post.id == *id && post.marker == Some(marker))
            })
        };
        let turns =
            self.ledger.forgotten.iter().filter(|((room, of, _), _)| *room == place.room && *of == thread);
        // A question that was asked twice in the same words may be remembered once.
        let remembered = self.ledger.records.iter().any(|((room, id), record)| {
            *room == place.room
                && of_marker(id)
                && !self.ledger.forgotten.contains_key(&(room.clone(), thread, *id))
                && record.lives.iter().any(|life| life.reply.is_some())
        });
        let epochs: Vec<_> = turns.filter(|((_, _, id), _)| of_marker(id)).map(|(_, epoch)| *epoch).collect();
        if remembered { None } else { epochs.into_iter().max() }
    }

    /// Whether that message stands in a one-to-one room.
    pub(crate) fn is_one_to_one(&self, key: &(RoomToken, i64)) -> bool {
        self.talk.rooms.iter().any(|room| room.token == key.0 && room.pair.is_some())
    }
}
