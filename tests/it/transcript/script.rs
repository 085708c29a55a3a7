//! The file of events: one a line, in words. Its head explains how a line is written.

use nextcloud_opencode_bot::adapters::demo::talk::Thing;

use crate::support::talk::{ACME, GROUP, GUEST, LENA, MIRA, NOTES, ODA, ONE_TO_ONE, PUBLIC, TOMAS, WORKSHOP};

/// What the file calls the rooms.
pub(super) const ROOMS: [(&str, &str); 5] =
    [("pair", ONE_TO_ONE), ("launch", GROUP), ("house", PUBLIC), ("notes", NOTES), ("workshop", WORKSHOP)];

/// What the file calls the people.
pub(super) const PEOPLE: [(&str, &str); 6] =
    [("mira", MIRA), ("tomas", TOMAS), ("oda", ODA), ("lena", LENA), ("pat", GUEST), ("acme", ACME)];

const THINGS: [(&str, Thing); 6] = [
    ("file", Thing::File),
    ("picture", Thing::Image),
    ("voice message", Thing::Voice),
    ("place", Thing::Location),
    ("card", Thing::DeckCard),
    ("poll", Thing::Poll),
];

/// The whole file.
pub(super) struct Script {
    pub(super) lines: Vec<Line>,
}

/// One line.
pub(super) enum Line {
    /// Somebody does something.
    Deed(Deed),
    /// The model behaves otherwise.
    Model(Model),
}

/// What somebody does.
pub(super) struct Deed {
    /// By which later lines name the message.
    pub(super) name: Option<String>,
    pub(super) room: &'static str,
    pub(super) actor: &'static str,
    pub(super) act: Act,
    /// The line without its name and room.
    pub(super) words: String,
}

pub(super) enum Act {
    Says(String),
    SaysIn(Target, String),
    OpensThread(String, String),
    Replies(Target, String),
    Shares(Thing, String),
    Reacts(String, Target),
    TakesBack(String, Target),
    Edits(Target, String),
    Deletes(Target),
    Clears,
    EnablesBot,
    DisablesBot,
}

/// A message that a line is about.
pub(super) enum Target {
    Message(String),
    /// The bot's newest reply to it.
    AnswerTo(String),
}

pub(super) enum Model {
    /// Its next chat is held.
    Waits,
    /// What is held goes on.
    GoesOn,
    /// It refuses its next chat.
    Refuses,
    /// That is its next answer.
    Says(String),
}

impl Line {
    pub(super) fn deed(&self) -> Option<&Deed> {
        match self {
            Self::Deed(deed) => Some(deed),
            Self::Model(_) => None,
        }
    }
}

impl Script {
    pub(super) fn parse(text: &str) -> Self {
        let numbered = (1..).zip(text.lines().map(str::trim));
        let told = numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let lines = told.map(|(number, line)| {
            let read = line.strip_prefix("model ").map_or_else(|| deed(line), model);
            read.unwrap_or_else(|| panic!("line {number} of the events is not understood: {line}"))
        });
        Self { lines: lines.collect() }
    }
}

fn model(line: &str) -> Option<Line> {
    Some(Line::Model(match line {
        "waits" => Model::Waits,
        "goes on" => Model::GoesOn,
        "refuses" => Model::Refuses,
        says => Model::Says(unescaped(says.strip_prefix("says: ")?)),
    }))
}

fn deed(line: &str) -> Option<Line> {
    let (name, line) = match line.split_once(" = ") {
        Some((name, rest)) if !name.contains(' ') => (Some(name.to_owned()), rest),
        _ => (None, line),
    };
    let (room, words) = line.split_once(' ')?;
    let (actor, rest) = words.split_once(' ')?;
    let (room, actor) = (called(&ROOMS, room)?, called(&PEOPLE, actor)?);
    let (head, text) = rest.split_once(": ").unwrap_or((rest, ""));
    let act = act(head, unescaped(text))?;
    Some(Line::Deed(Deed { name, room, actor, act, words: words.to_owned() }))
}

fn act(head: &str, text: String) -> Option<Act> {
    let (verb, rest) = head.split_once(' ').unwrap_or((head, ""));
    Some(match (verb, rest) {
        ("says", "") => Act::Says(text),
        ("clears", "the room") => Act::Clears,
        ("enables", "the bot") => Act::EnablesBot,
        ("disables", "the bot") => Act::DisablesBot,
        ("edits", message) => Act::Edits(target(message), text),
        ("deletes", message) => Act::Deletes(target(message)),
        ("says", thread) => Act::SaysIn(target(thread.strip_prefix("in ")?), text),
        ("replies", message) => Act::Replies(target(message.strip_prefix("to ")?), text),
        ("opens", title) => Act::OpensThread(title.strip_prefix("the thread ")?.to_owned(), text),
        ("shares", thing) => Act::Shares(called(&THINGS, thing.strip_prefix("a ")?)?, text),
        ("reacts", how) => {
            let (emoji, message) = how.split_once(" to ")?;
            Act::Reacts(emoji.to_owned(), target(message))
        }
        ("takes", how) => {
            let (emoji, message) = how.split_once(" back from ")?;
            Act::TakesBack(emoji.to_owned(), target(message))
        }
        _ => return None,
    })
}

fn target(words: &str) -> Target {
    match words.strip_prefix("the answer to ") {
        Some(name) => Target::AnswerTo(name.to_owned()),
        None => Target::Message(words.to_owned()),
    }
}

fn called<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    names.iter().find(|(known, _)| *known == name).map(|(_, meant)| *meant)
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n")
}
