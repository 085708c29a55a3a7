//! What the page shows, in one JSON text.

use serde::Serialize;

use crate::adapters::demo::live::{DemoTalk, ModelSide};
use crate::adapters::demo::markdown;
use crate::adapters::demo::model::ModelFault;
use crate::adapters::demo::talk::cast::{PEOPLE, RoomKind};
use crate::adapters::demo::talk::{BOT_SUFFIX, Delivery, Message, MessageKind, Progress, Room, TalkFault};

/// Messages of a room that are shown.
const SHOWN: usize = 300;

/// Code points of a message that is replied to.
const EXCERPT: usize = 140;

/// Everything.
#[derive(Debug, Serialize)]
pub(super) struct View {
    revision: u64,
    bot: String,
    model: Source,
    people: Vec<Person>,
    rooms: Vec<RoomLine>,
    messages: Vec<Bubble>,
    faults: Faults,
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

#[derive(Debug, Serialize)]
struct Bubble {
    id: i64,
    kind: &'static str,
    author: String,
    name: String,
    at: i64,
    html: String,
    reply: Option<Quote>,
    reactions: Vec<(String, Vec<String>)>,
    webhook: Option<WebhookLine>,
}

#[derive(Debug, Serialize)]
struct Quote {
    id: i64,
    name: String,
    excerpt: String,
}

#[derive(Debug, Serialize)]
struct WebhookLine {
    ok: bool,
    line: String,
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
            messages: server.room(token).map(bubbles).unwrap_or_default(),
            faults: Faults { talk: server.fault(), model: model_fault },
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
        let members = room.members.iter().map(|(actor, _)| *actor).collect();
        Self { token: room.token.clone(), name: room.name.clone(), kind, members, state: State::of(progress) }
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
            Progress::Refused(status) => ("refused", format!("Talk refused the bot's answer with {status}")),
            Progress::Answered(took) => {
                ("answered", format!("{:.1} s after the question", took.as_secs_f64()))
            }
            Progress::Failed => ("failed", "The bot said why there is no answer".to_owned()),
        };
        Self { word, detail }
    }
}

fn bubbles(room: &Room) -> Vec<Bubble> {
    let skipped = room.messages.len().saturating_sub(SHOWN);
    room.messages[skipped..].iter().map(|message| Bubble::of(room, message)).collect()
}

impl Bubble {
    fn of(room: &Room, message: &Message) -> Self {
        let kind = match message.kind {
            MessageKind::Person => "person",
            MessageKind::Bot => "bot",
            MessageKind::System(_) => "system",
        };
        Self {
            id: message.id,
            kind,
            author: message.author.id.as_str().to_owned(),
            name: shown_name(message),
            at: message.at.as_millis(),
            html: markdown::render(&message.text, &message.parameters),
            reply: message.reply_to.and_then(|id| room.message(id)).map(Quote::of),
            reactions: reactions(message),
            webhook: message.delivery.as_ref().map(WebhookLine::of),
        }
    }
}

fn shown_name(message: &Message) -> String {
    let name = &message.author.name;
    name.strip_suffix(BOT_SUFFIX).unwrap_or(name).to_owned()
}

/// Each emoji with the actors behind it, in the order in which they came up.
fn reactions(message: &Message) -> Vec<(String, Vec<String>)> {
    let mut grouped: Vec<(String, Vec<String>)> = Vec::new();
    for (emoji, actor) in &message.reactions.0 {
        let actor = actor.as_str().to_owned();
        match grouped.iter_mut().find(|(used, _)| used == emoji) {
            Some((_, actors)) => actors.push(actor),
            None => grouped.push((emoji.clone(), vec![actor])),
        }
    }
    grouped
}

impl Quote {
    fn of(message: &Message) -> Self {
        let plain = message.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = message.parameters.0.iter().fold(plain, |text, (key, parameter)| {
            text.replace(&format!("{{{key}}}"), &format!("@{}", parameter.name))
        });
        let cut = plain.char_indices().nth(EXCERPT).map(|(at, _)| at);
        let excerpt = cut.map_or(plain.clone(), |at| format!("{}…", &plain[..at]));
        Self { id: message.id, name: shown_name(message), excerpt }
    }
}

/// The bot's words as people write them.
fn spelled(word: &str) -> String {
    word.replace('_', " ")
}

impl WebhookLine {
    fn of(delivery: &Delivery) -> Self {
        let line = match delivery {
            Delivery::Pending => "webhook sent, waiting for the bot…".to_owned(),
            Delivery::Lost { took } => format!("webhook not answered within {} ms", took.as_millis()),
            Delivery::Answered { status, took, verdict, reason } => {
                let mut line = format!("webhook {status} in {} ms", took.as_millis());
                for word in [Some(verdict.as_str()), reason.as_deref()].into_iter().flatten() {
                    line.push_str(" · ");
                    line.push_str(&spelled(word));
                }
                line
            }
        };
        Self { ok: *delivery == Delivery::Pending || delivery.succeeded(), line }
    }
}
