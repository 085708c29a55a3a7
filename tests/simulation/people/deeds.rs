//! The single things that people do.

use nextcloud_opencode_bot::domain::actor::{ActorId, Person};
use nextcloud_opencode_bot::domain::event::Event;
use nextcloud_opencode_bot::domain::message::{
    Attachment, AttachmentKind, Message, MessageId, Parent, Role, Room, ThreadId,
};
use nextcloud_opencode_bot::domain::text::RichText;

use super::{About, BOT, BOT_NAME, PEOPLE, person, tell};
use crate::talk::Post;
use crate::world::State;

const COMMANDS: [(&str, &str); 10] = [
    ("/stop", "command: stop"),
    ("/retry", "command: retry"),
    ("/reset", "command: reset"),
    ("/forget-me", "command: forget-me"),
    ("/status", "command: status"),
    ("/context", "command: context"),
    ("/help", "command: help"),
    ("/privacy", "command: privacy"),
    ("/version", "command: version"),
    ("/frobnicate", "command: unknown"),
];

/// Who writes where.
struct Seat {
    room: usize,
    thread: Option<i64>,
    who: usize,
}

fn seat(world: &mut State) -> Seat {
    let chance = &mut world.people.chance;
    let room = chance.index(world.talk.rooms.len());
    let state = &world.talk.rooms[room];
    let who = match state.pair {
        Some(pair) => {
            let id = format!("users/{}", chance.pick(&pair));
            PEOPLE.iter().position(|(known, _)| *known == id).expect("one of the people")
        }
        None => chance.weighted(&[(30, 0), (30, 1), (15, 2), (10, 3), (8, 4), (3, 5), (4, 6)]),
    };
    let in_thread = !state.threads.is_empty() && chance.percent(50);
    let thread = in_thread.then(|| *chance.pick(&state.threads));
    Seat { room, thread, who }
}

pub(super) fn question(world: &mut State) {
    let seat = seat(world);
    if world.people.chance.percent(35) {
        world.people.follow_ups = world.people.chance.count(1, 3);
    }
    ask(world, &seat, None);
}

/// The person of the last question asks one more, or the same again.
pub(super) fn follow_up(world: &mut State) {
    let Some((room, thread, who, words)) = world.people.last.clone() else { return question(world) };
    let again = world.people.chance.percent(25).then_some(words);
    world.coverage.saw(if again.is_some() { "people: repeat a question" } else { "people: ask a follow-up" });
    ask(world, &Seat { room, thread, who }, again);
}

fn ask(world: &mut State, seat: &Seat, words: Option<String>) {
    let words = words.unwrap_or_else(|| words_of(world, seat));
    world.people.last = Some((seat.room, seat.thread, seat.who, words.clone()));
    let mut parent = None;
    let way = world.people.chance.weighted(&[(40, 0), (15, 1), (15, 2), (15, 3), (15, 4)]);
    let pair = world.talk.rooms[seat.room].pair.is_some();
    let text = match way {
        0 if pair => words,
        1 => format!("{words}, @halo"),
        2 => {
            parent = quoted(world, seat, true);
            if parent.is_some() { words } else { format!("@Halo {words}") }
        }
        3 => {
            parent = quoted(world, seat, false);
            format!("Well, @Halo: {words}")
        }
        _ => format!("@Halo {words}"),
    };
    world.coverage.saw("people: ask a question");
    if parent.is_some() {
        world.coverage.saw("people: ask about a message");
    }
    write(world, seat, text, parent, About::Question);
}

fn words_of(world: &mut State, seat: &Seat) -> String {
    let token = world.talk.rooms[seat.room].token.as_str().to_owned();
    let marker = world.people.new_marker(&token, seat.thread);
    let length = world.people.chance.weighted(&[(88, 3), (8, 80), (4, 700)]);
    format!("m{marker}x {}?", vec!["why"; length].join(" "))
}

/// A message of the place to reply to: the bot's, or a person's.
fn quoted(world: &mut State, seat: &Seat, own: bool) -> Option<Parent> {
    let posts = &world.talk.rooms[seat.room].posts;
    let fits = |post: &&Post| post.thread == seat.thread && (post.author == BOT) == own;
    let fitting: Vec<_> = posts.iter().filter(fits).collect();
    if fitting.is_empty() {
        return None;
    }
    let post = *world.people.chance.pick(&fitting);
    let author = if own {
        Person { id: ActorId::new(BOT), name: BOT_NAME.to_owned() }
    } else {
        Person { id: ActorId::new(post.author.as_str()), name: "Somebody".to_owned() }
    };
    Some(Parent { id: Some(MessageId(post.id)), author, text: RichText::plain(post.text.as_str()) })
}

/// A message stands in the room, and the bot is told where it may be.
fn write(
    world: &mut State,
    seat: &Seat,
    text: String,
    parent: Option<Parent>,
    about: impl FnOnce((nextcloud_opencode_bot::domain::message::RoomToken, i64)) -> About,
) {
    let id = world.talk.next_message();
    let author = person(seat.who);
    let marker = crate::markers::all(&text).next().map(|(_, marker)| marker);
    let attachments = if world.people.chance.percent(6) {
        vec![Attachment { kind: AttachmentKind::File, name: "plan.pdf".to_owned() }]
    } else {
        Vec::new()
    };
    let role = *world.people.chance.pick(&[None, Some(Role::Member), Some(Role::Moderator)]);
    let room = &mut world.talk.rooms[seat.room];
    let (writer, thread) = (author.id.as_str().to_owned(), seat.thread);
    let (token, told) = (room.token.clone(), room.enabled && !room.gone);
    let message = Message {
        id: MessageId(id),
        room: Room { token: token.clone(), pair: room.pair.map(|pair| pair.map(str::to_owned)) },
        thread: seat.thread.map(ThreadId),
        author,
        role,
        text: RichText::plain(text.as_str()),
        attachments,
        parent,
    };
    let short: String = text.chars().take(60).collect();
    world.talk.rooms[seat.room].posts.push(Post { id, thread, author: writer, text, marker });
    world.say(format_args!("{} writes {id} in {token} {:?}: {short}", PEOPLE[seat.who].0, seat.thread));
    if told {
        tell(world, Event::Message(Box::new(message)), about((token, id)));
    }
}

pub(super) fn chatter(world: &mut State) {
    let seat = seat(world);
    world.coverage.saw("people: talk among themselves");
    let words = words_of(world, &seat);
    write(world, &seat, words, None, About::Chatter);
}

pub(super) fn command(world: &mut State) {
    let seat = match world.people.last.clone() {
        Some((room, thread, who, _)) if world.people.chance.percent(60) => Seat { room, thread, who },
        _ => seat(world),
    };
    let (order, name) = world.people.chance.weighted(&[
        (20, COMMANDS[0]),
        (22, COMMANDS[1]),
        (12, COMMANDS[2]),
        (12, COMMANDS[3]),
        (6, COMMANDS[4]),
        (6, COMMANDS[5]),
        (4, COMMANDS[6]),
        (4, COMMANDS[7]),
        (4, COMMANDS[8]),
        (4, COMMANDS[9]),
    ]);
    world.coverage.saw(name);
    write(world, &seat, format!("@Halo {order}"), None, |key| About::Command(key, name));
}

pub(super) fn reaction(world: &mut State) {
    let room = world.people.chance.index(world.talk.rooms.len());
    let state = &world.talk.rooms[room];
    let (posts, token) = (&state.posts[state.posts.len().saturating_sub(8)..], state.token.clone());
    if posts.is_empty() || !state.enabled || state.gone {
        return chatter(world);
    }
    let post = world.people.chance.pick(posts).clone();
    let asker = posts.iter().rev().find(|other| other.id < post.id && other.author != BOT);
    let likely = if post.author == BOT { asker.map(|other| other.author.clone()) } else { Some(post.author) };
    let likely = likely.and_then(|id| PEOPLE.iter().position(|(known, _)| *known == id));
    let any = world.people.chance.index(PEOPLE.len());
    let who = likely.filter(|_| world.people.chance.percent(85)).unwrap_or(any);
    let (emoji, name) = *world.people.chance.pick(&[
        ("🛑", "reaction: stop"),
        ("🔁", "reaction: again"),
        ("🔁", "reaction: again"),
        ("🗑️", "reaction: forget"),
        ("👍", "reaction: means nothing"),
    ]);
    let added = world.people.chance.percent(90);
    world.say(format_args!("{} reacts to {} in {token}: {name}", PEOPLE[who].0, post.id));
    world.coverage.saw(if added { name } else { "reaction: taken back" });
    let (message, text, emoji) = (MessageId(post.id), post.text, emoji.to_owned());
    let event = Event::Reaction { room: token, message, text, actor: person(who), emoji, added };
    tell(world, event, About::Other(name));
}

pub(super) fn membership(world: &mut State) {
    let room = world.people.chance.index(world.talk.rooms.len());
    let leaves = world.people.chance.percent(40);
    let state = &mut world.talk.rooms[room];
    if state.gone {
        return;
    }
    let (token, bot) = (state.token.clone(), ActorId::new(BOT));
    let leaves = leaves && state.enabled;
    state.enabled = !leaves;
    let name = if leaves { "people: disable the bot" } else { "people: enable the bot" };
    world.say(format_args!("{name} in {token}"));
    world.coverage.saw(name);
    let event = if leaves { Event::Left { room: token, bot } } else { Event::Joined { room: token, bot } };
    tell(world, event, About::Other(name));
}

pub(super) fn other(world: &mut State) {
    let room = world.people.chance.index(world.talk.rooms.len());
    let state = &world.talk.rooms[room];
    if !state.enabled || state.gone {
        return;
    }
    let room = state.token.clone();
    let (event, name) = match world.people.chance.below(4) {
        0 | 1 => (Event::System { room, name: "history_cleared".to_owned() }, "people: clear the history"),
        2 => (Event::System { room, name: "user_added".to_owned() }, "people: something that is only told"),
        _ => (Event::Unknown, "people: something unknown"),
    };
    world.say(format_args!("{name}"));
    world.coverage.saw(name);
    tell(world, event, About::Other(name));
}
