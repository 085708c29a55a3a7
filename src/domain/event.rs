//! What a webhook can tell: the event types of Talk, reduced to what the bot acts on.

use super::actor::{ActorId, Person};
use super::message::{Message, MessageId, RoomToken};

/// One signed webhook, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A person wrote something (`Create`), or shared a file or object (`Activity`).
    Message(Box<Message>),
    /// The room itself tells something: a rename, a call, a cleared history (`Activity`).
    System {
        /// Where.
        room: RoomToken,
        /// Talk's identifier, for example `history_cleared`; empty when Talk itself did not know it.
        name: String,
    },
    /// A reaction was added or removed (`Like`, `Undo`).
    Reaction {
        /// Where.
        room: RoomToken,
        /// The message reacted to.
        message: MessageId,
        /// Its text at present, as people read it.
        text: String,
        /// Who reacted. Talk 21 and 22 before 22.0.9 name the message's author instead.
        actor: Person,
        /// The emoji.
        emoji: String,
        /// `false` when it was removed.
        added: bool,
    },
    /// The bot was enabled in a room. The actor is the bot itself: the way to learn its own id.
    Joined {
        /// Where.
        room: RoomToken,
        /// The bot's id on that server.
        bot: ActorId,
    },
    /// The bot was disabled in a room: posting there is refused from now on.
    Left {
        /// Where.
        room: RoomToken,
        /// The bot's id on that server.
        bot: ActorId,
    },
    /// A type that this version does not know.
    Unknown,
}
