//! Is a message meant for the bot, and what is left of it when the bot's name is taken out?
//! A bot cannot be picked from Talk's list of people, so `@Name` is plain text that has to be found here.

mod name;
mod trigger;

use super::actor::{ActorId, ActorKind};
use super::markup;
use super::message::{Message, Parent};
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

/// The question in a message that is meant for the bot, ready for the prompt: placeholders and file names
/// resolved, the bot's name removed, a message of others that it replies to quoted, names and markup made harmless.
/// `None` when it is not meant.
#[must_use]
pub fn question(message: &Message, identity: &Identity) -> Option<String> {
    let pieces = pieces(&message.text, &identity.name);
    let called = pieces.contains(&Piece::Trigger);
    let meant = called
        || message.room.is_one_to_one_of(&message.author.id)
        || message.parent.as_ref().is_some_and(|parent| identity.wrote(parent));
    if !meant || !has_words(&message.text) {
        return None;
    }
    let mut words = join(&pieces);
    if !words.chars().any(char::is_alphanumeric) {
        words = message.text.render(label);
    }
    if let Some(parent) = message.parent.as_ref().filter(|parent| !identity.wrote(parent)) {
        words.push_str(&quote(parent));
    }
    for attachment in &message.attachments {
        words.push_str("\n[attached: ");
        words.push_str(&markup::clean_file_name(&attachment.name));
        words.push(']');
    }
    Some(markup::defuse(words.trim()).into_owned())
}

/// Longest quote of a message that is replied to, in code points.
const LONGEST_QUOTE: usize = 1_000;

/// The message that the question is about: it called nobody, so the model has never seen it.
fn quote(parent: &Parent) -> String {
    let text = parent.text.render(label);
    let text = text.trim();
    let end = text.char_indices().nth(LONGEST_QUOTE).map(|(at, _)| at);
    let (shown, gap) = end.map_or((text, ""), |end| (&text[..end], " …"));
    format!("\n[in reply to {}: {shown}{gap}]", markup::clean_name(&parent.author.name))
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
