//! From the wire to the domain: what each type of event has to have.

use super::content::rich_text;
use super::tolerant;
use super::{Actor, Conversation, EventObject, Quote, WebhookEvent};
use crate::domain::actor::{ActorId, Person};
use crate::domain::event::Event;
use crate::domain::message::{Attachment, Message, MessageId, Parent, Role, Room, RoomToken, ThreadId};
use crate::domain::text::RichText;

/// A body that is signed and is no event of Talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// No JSON, no object, no `type`, or a key twice.
    #[error("the body is not a JSON object with a `type` and each key once")]
    NoEvent,
    /// A known type lacks what it always has.
    #[error("`{0}` is missing or odd")]
    Part(&'static str),
}

/// Reads one body. A type that this version does not know is an event too.
pub fn read(body: &[u8]) -> Result<Event, Unreadable> {
    let event = tolerant::whole::<WebhookEvent>(body).ok().flatten().ok_or(Unreadable::NoEvent)?;
    event.try_into()
}

impl TryFrom<WebhookEvent> for Event {
    type Error = Unreadable;

    fn try_from(event: WebhookEvent) -> Result<Self, Unreadable> {
        match event.kind.as_str() {
            "Create" => message(event),
            "Activity" => activity(event),
            "Like" => like(&event),
            "Undo" => undo(&event),
            "Join" => Ok(Event::Joined { room: own_room(&event)?, bot: person(event.actor)?.id }),
            "Leave" => Ok(Event::Left { room: own_room(&event)?, bot: person(event.actor)?.id }),
            _ => Ok(Event::Unknown),
        }
    }
}

fn message(event: WebhookEvent) -> Result<Event, Unreadable> {
    let object = event.object.ok_or(Unreadable::Part("object"))?;
    let text = text(&object);
    Ok(Event::Message(Box::new(Message {
        id: message_id(&object)?,
        room: room(event.target.as_ref())?,
        role: event.actor.as_ref().and_then(role),
        author: person(event.actor)?,
        attachments: Attachment::all_of(&text),
        text,
        thread: object.thread_id.filter(|id| *id > 0).map(ThreadId),
        parent: object.in_reply_to.and_then(|quote| parent(*quote)),
    })))
}

/// Talk sends shared files and objects and its own messages with the same type; only what was shared tells them
/// apart, since the name of either may be empty.
fn activity(event: WebhookEvent) -> Result<Event, Unreadable> {
    let object = event.object.as_ref().ok_or(Unreadable::Part("object"))?;
    let parameters = text(object).parameters;
    if Attachment::KEYS.iter().any(|key| parameters.contains_key(*key)) {
        return message(event);
    }
    Ok(Event::System {
        room: room(event.target.as_ref())?.token,
        name: object.name.clone().unwrap_or_default(),
    })
}

fn like(event: &WebhookEvent) -> Result<Event, Unreadable> {
    let object = event.object.as_ref().ok_or(Unreadable::Part("object"))?;
    reaction(event, object, event.content.as_ref(), true)
}

fn undo(event: &WebhookEvent) -> Result<Event, Unreadable> {
    let like = event.object.as_ref().ok_or(Unreadable::Part("object"))?;
    let object = like.object.as_ref().ok_or(Unreadable::Part("object.object"))?;
    reaction(event, object, like.content.as_ref(), false)
}

fn reaction(
    event: &WebhookEvent,
    object: &EventObject,
    emoji: Option<&String>,
    added: bool,
) -> Result<Event, Unreadable> {
    Ok(Event::Reaction {
        room: room(event.target.as_ref())?.token,
        message: message_id(object)?,
        text: text(object).render(|parameter| parameter.label().to_owned()),
        actor: person(event.actor.clone())?,
        emoji: emoji.ok_or(Unreadable::Part("content"))?.clone(),
        added,
    })
}

/// The room of `Join` and `Leave`.
fn own_room(event: &WebhookEvent) -> Result<RoomToken, Unreadable> {
    let token = event.object.as_ref().and_then(|object| object.id.as_deref());
    RoomToken::parse(token.unwrap_or_default()).map_err(|_| Unreadable::Part("object.id"))
}

fn room(target: Option<&Conversation>) -> Result<Room, Unreadable> {
    let target = target.ok_or(Unreadable::Part("target"))?;
    let token = RoomToken::parse(target.id.as_deref().unwrap_or_default())
        .map_err(|_| Unreadable::Part("target.id"))?;
    let pair = target.name.as_deref().and_then(|name| serde_json::from_str(name).ok());
    Ok(Room { token, pair })
}

fn person(actor: Option<Actor>) -> Result<Person, Unreadable> {
    let actor = actor.ok_or(Unreadable::Part("actor"))?;
    let id = actor.id.filter(|id| !id.is_empty()).ok_or(Unreadable::Part("actor.id"))?;
    Ok(Person { id: ActorId::new(id), name: actor.name.unwrap_or_default() })
}

/// What Talk's number for the part that somebody has in a room stands for.
fn role(actor: &Actor) -> Option<Role> {
    match actor.talk_participant_type.as_deref()? {
        "1" | "2" | "6" => Some(Role::Moderator),
        "3" | "4" | "5" => Some(Role::Member),
        _ => None,
    }
}

/// Digits of a positive number, nothing else: the id is the job's identity.
fn message_id(object: &EventObject) -> Result<MessageId, Unreadable> {
    let digits = object.id.as_deref().filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|digits| digits.parse().ok()).filter(|number| *number > 0);
    number.map(MessageId).ok_or(Unreadable::Part("object.id"))
}

fn text(object: &EventObject) -> RichText {
    object.content.as_deref().map(rich_text).unwrap_or_default()
}

fn parent(quote: Quote) -> Option<Parent> {
    let object = quote.object?;
    Some(Parent { id: message_id(&object).ok(), author: person(quote.actor).ok()?, text: text(&object) })
}
