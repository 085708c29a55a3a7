//! One message as the page shows it.

use serde::Serialize;

use crate::adapters::demo::markdown;
use crate::adapters::demo::talk::{BOT_SUFFIX, Delivery, Message, MessageKind, Parameter, Room};

/// Code points of a message that is replied to.
const EXCERPT: usize = 140;

#[derive(Debug, Serialize)]
pub(super) struct Bubble {
    id: i64,
    kind: &'static str,
    author: String,
    name: String,
    at: i64,
    /// Safe to be shown as it is.
    html: String,
    shared: Option<Shared>,
    reply: Option<Quote>,
    thread: Option<i64>,
    takes_reactions: bool,
    reactions: Vec<(String, Vec<String>)>,
    webhook: Option<WebhookLine>,
}

/// Something shared.
#[derive(Debug, Serialize)]
struct Shared {
    kind: &'static str,
    name: String,
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

impl Bubble {
    pub(super) fn of(room: &Room, message: &Message) -> Self {
        let kind = match message.kind {
            MessageKind::Person => "person",
            MessageKind::Bot => "bot",
            MessageKind::System(_) => "system",
        };
        let shared = Shared::of(message);
        // What is shared without a word needs no words.
        let wordless = shared.is_some() && ["{file}", "{object}"].contains(&message.text.as_str());
        let html =
            if wordless { String::new() } else { markdown::render(&message.text, &message.parameters) };
        Self {
            id: message.id,
            kind,
            author: message.author.id.as_str().to_owned(),
            name: shown_name(message),
            at: message.at.as_millis(),
            html,
            shared,
            reply: message.reply_to.and_then(|id| room.message(id)).map(Quote::of),
            thread: message.thread,
            takes_reactions: message.takes_reactions(),
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

impl Shared {
    fn of(message: &Message) -> Option<Self> {
        let parameters = &message.parameters.0;
        let parameter = parameters.get("file").or_else(|| parameters.get("object"))?;
        Some(Self { kind: kind_of(parameter), name: parameter.name.clone() })
    }
}

fn kind_of(parameter: &Parameter) -> &'static str {
    match (parameter.kind, parameter.get("mimetype").unwrap_or("")) {
        ("geo-location", _) => "location",
        ("deck-card", _) => "deck_card",
        ("talk-poll", _) => "poll",
        (_, media_type) if media_type.starts_with("image/") => "image",
        (_, media_type) if media_type.starts_with("audio/") => "voice",
        _ => "file",
    }
}

impl Quote {
    fn of(message: &Message) -> Self {
        let plain = message.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = message.parameters.0.iter().fold(plain, |text, (key, parameter)| {
            let sign = if key.starts_with("mention-") { "@" } else { "" };
            text.replace(&format!("{{{key}}}"), &format!("{sign}{}", parameter.name))
        });
        let cut = plain.char_indices().nth(EXCERPT).map(|(at, _)| at);
        let excerpt = cut.map_or(plain.clone(), |at| format!("{}…", &plain[..at]));
        Self { id: message.id, name: shown_name(message), excerpt }
    }
}

impl WebhookLine {
    fn of(delivery: &Delivery) -> Self {
        let line = match delivery {
            Delivery::Pending => "webhook sent, waiting for the bot…".to_owned(),
            Delivery::Lost { took } => format!("webhook not answered within {} ms", took.as_millis()),
            Delivery::Answered { status, took, verdict, reason } => {
                let mut line = format!("webhook {status} in {} ms", took.as_millis());
                let words = [Some(verdict.as_str()), reason.as_deref()];
                for word in words.into_iter().flatten().filter(|word| !word.is_empty()) {
                    line.push_str(" · ");
                    line.push_str(&super::spelled(word));
                }
                line
            }
        };
        Self { ok: *delivery == Delivery::Pending || delivery.succeeded(), line }
    }
}
