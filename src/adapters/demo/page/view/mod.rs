//! What the page shows, in one JSON text.

mod bubble;

use serde::Serialize;

use crate::adapters::demo::live::{DemoTalk, ModelSide};
use crate::adapters::demo::model::ModelFault;
use crate::adapters::demo::talk::cast::{PEOPLE, RoomKind};
use crate::adapters::demo::talk::{Progress, Release, Room, TalkFault};
use bubble::Bubble;

/// Messages of a room that are shown.
const SHOWN: usize = 300;

/// Everything.
#[derive(Debug, Serialize)]
pub(super) struct View {
    revision: u64,
    bot: String,
    model: Source,
    people: Vec<Person>,
    rooms: Vec<RoomLine>,
    threads: Vec<ThreadLine>,
    messages: Vec<Bubble>,
    faults: Faults,
    release: Release,
    releases: [Release; 4],
    has_threads: bool,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Source {
    Scripted,
    Real { address: String },
}

#[derive(Debug, Serialize)]
struct Person {
    id: &'static str,
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct RoomLine {
    token: String,
    name: String,
    kind: &'static str,
    members: Vec<&'static str>,
    moderators: Vec<&'static str>,
    has_bot: bool,
    state: State,
}

#[derive(Debug, Serialize)]
struct Faults {
    talk: TalkFault,
    model: Option<ModelFault>,
}

/// How far the bot is, in a word and a sentence.
#[derive(Debug, Serialize)]
struct State {
    word: &'static str,
    detail: String,
}

/// A thread of the room, and how many messages it has.
#[derive(Debug, Serialize)]
struct ThreadLine {
    id: i64,
    title: String,
    messages: usize,
}

impl View {
    /// The rooms, and the messages of the one with that token.
    pub(super) fn of(talk: &DemoTalk, token: &str) -> Self {
        // Read first: what changes in between is told again, never missed.
        let revision = talk.changes().revision();
        let progress = talk.progress();
        let (model, model_fault) = match talk.model() {
            ModelSide::Scripted(model) => (Source::Scripted, Some(model.fault())),
            ModelSide::Real(address) => (Source::Real { address: address.clone() }, None),
        };
        let server = talk.server();
        let lines = server.rooms().iter().zip(&progress).map(|(room, progress)| RoomLine::of(room, progress));
        Self {
            revision,
            bot: talk.bot_name().to_owned(),
            model,
            people: PEOPLE.iter().map(|person| Person { id: person.actor, name: person.name }).collect(),
            rooms: lines.collect(),
            threads: server.room(token).map(threads).unwrap_or_default(),
            messages: server.room(token).map(bubbles).unwrap_or_default(),
            faults: Faults { talk: server.fault(), model: model_fault },
            release: server.release(),
            releases: Release::ALL,
            has_threads: server.release().has_threads(),
        }
    }
}

impl RoomLine {
    fn of(room: &Room, progress: &Progress) -> Self {
        let kind = match room.kind {
            RoomKind::OneToOne => "one_to_one",
            RoomKind::Group => "group",
            RoomKind::Public => "public",
            RoomKind::NoteToSelf => "note_to_self",
        };
        let members: Vec<&str> = room.members.iter().map(|(actor, _)| *actor).collect();
        Self {
            token: room.token.clone(),
            name: room.name.clone(),
            kind,
            moderators: members.iter().copied().filter(|actor| room.is_moderated_by(actor)).collect(),
            members,
            has_bot: room.bot_enabled,
            state: State::of(progress),
        }
    }
}

impl State {
    fn of(progress: &Progress) -> Self {
        let (word, detail) = match progress {
            Progress::Quiet => ("quiet", String::new()),
            Progress::Asked => ("asked", "Talk waits for the bot to take the message".to_owned()),
            Progress::NotDelivered => {
                ("failed", "The bot did not take the message; Talk does not try again".to_owned())
            }
            Progress::Ignored(None) => ("ignored", "The bot took note and does not answer".to_owned()),
            Progress::Ignored(Some(why)) => ("ignored", format!("The bot does not answer: {}", spelled(why))),
            Progress::Waiting => ("waiting", "The question is safe with the bot".to_owned()),
            Progress::Answering => ("answering", "The model writes".to_owned()),
            Progress::Refused(status @ (401 | 429)) => {
                ("refused", format!("Talk refused it with {status}; the bot tries again in half an hour"))
            }
            Progress::Refused(status) => {
                ("refused", format!("Talk refused it with {status}; the bot tries again"))
            }
            Progress::Answered(took) => {
                ("answered", format!("{:.1} s after the question", took.as_secs_f64()))
            }
            Progress::Ended => ("ended", "The bot works on it no more".to_owned()),
            Progress::Failed => ("failed", "The bot said why there is no answer".to_owned()),
        };
        Self { word, detail }
    }
}

fn bubbles(room: &Room) -> Vec<Bubble> {
    let shown: Vec<_> = room.messages.iter().filter(|message| !message.is_hidden()).collect();
    let skipped = shown.len().saturating_sub(SHOWN);
    shown[skipped..].iter().map(|message| Bubble::of(room, message)).collect()
}

fn threads(room: &Room) -> Vec<ThreadLine> {
    let count = |id| room.messages.iter().filter(|message| message.thread == Some(id)).count();
    let line = room.threads.iter().map(|thread| ThreadLine {
        id: thread.id,
        title: thread.title.clone(),
        messages: count(thread.id),
    });
    line.collect()
}

/// The bot's words as people write them.
fn spelled(word: &str) -> String {
    word.replace('_', " ")
}
