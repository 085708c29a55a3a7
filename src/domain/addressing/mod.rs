//! Is a message meant for the bot, and what is left of it when the bot's name is taken out?
//! A bot cannot be picked from Talk's list of people, so `@Name` is plain text that has to be found here.

mod name;
mod note;
mod trigger;

use super::actor::{ActorId, ActorKind};
use super::markup;
use super::message::{Attachment, Message, Parent};
use super::text::{Parameter, RichText, Segment};
use trigger::{Piece, join, pieces};

/// By what the bot is called and recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name that `@` triggers.
    pub name: String,
    /// The bot's own actor ids, as far as they are known.
    pub own_actors: Vec<ActorId>,
}

impl Identity {
    /// Whether that message was the bot's: by its id, or by the name Talk gives to a bot's messages.
    fn wrote(&self, parent: &Parent) -> bool {
        let author = &parent.author;
        self.own_actors.contains(&author.id)
            || (self.own_actors.is_empty()
                && author.id.kind() == ActorKind::Bot
                && author.name.strip_suffix(" (Bot)") == Some(self.name.as_str()))
    }
}

/// What a message that is meant for the bot says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// The person's own words, the bot's name removed: what may be a command.
    pub words: String,
    /// The question, ready for the prompt: the words, the message that it replies to, and what is shared with it.
    pub question: String,
    /// Whether it refers to a file, its own or that of the message it replies to: the bot can open none.
    pub files: bool,
}

/// Reads a message that is meant for the bot: placeholders resolved, names and markup made harmless. `None` when it
/// is not meant.
#[must_use]
pub fn read(message: &Message, identity: &Identity) -> Option<Addressed> {
    let pieces = pieces(&message.text, &identity.name);
    let called = pieces.contains(&Piece::Trigger);
    let own = message.parent.as_ref().is_some_and(|parent| identity.wrote(parent));
    let meant = called || own || message.room.is_one_to_one_of(&message.author.id);
    if !meant || !has_words(&message.text) {
        return None;
    }
    let mut words = join(&pieces);
    if !words.chars().any(char::is_alphanumeric) {
        words = message.text.render(label);
    }
    let words = note::defuse(words.trim());
    let mut question = words.clone();
    let parent = message.parent.as_ref();
    let quoted = parent.map(|parent| Attachment::all_of(&parent.text)).unwrap_or_default();
    let quote = parent.map(|parent| note::quote(parent, own, &quoted));
    for note in quote.into_iter().chain(message.attachments.iter().map(note::attached)) {
        question.push('\n');
        question.push_str(&note);
    }
    Some(Addressed {
        words: markup::defuse(&words).into_owned(),
        question: markup::defuse(&question).into_owned(),
        files: quoted.iter().chain(&message.attachments).any(|attachment| attachment.kind.is_file()),
    })
}

/// What the prompt calls the person, group, room or thing behind a placeholder.
fn label(parameter: &Parameter) -> String {
    match parameter.kind.as_str() {
        "call" => "all".to_owned(),
        "user" | "guest" | "email" | "user-group" | "circle" | "highlight" => {
            markup::clean_name(parameter.label())
        }
        _ => markup::clean_file_name(parameter.label()),
    }
}

/// Whether a person wrote anything: a shared file alone is nobody's question.
fn has_words(text: &RichText) -> bool {
    text.segments().iter().any(|(_, segment)| match segment {
        Segment::Words(words) => !words.trim().is_empty(),
        Segment::Placeholder(key, _) => key.starts_with("mention-"),
    })
}

#[cfg(test)]
mod tests;
