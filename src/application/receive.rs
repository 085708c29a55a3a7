//! One verified event in, at most one durable job out. The sender's own request waits for this, so nothing here
//! takes longer than one commit.

use std::sync::{Arc, PoisonError, RwLock};

use crate::domain::access::Access;
use crate::domain::actor::{ActorId, ActorKind};
use crate::domain::addressing::{self, Identity};
use crate::domain::event::Event;
use crate::domain::job::Question;
use crate::domain::message::{Message, Place};
use crate::ports::clock::Clock;
use crate::ports::conversations::{ConversationStore, StoreError};
use crate::ports::queue::{Enqueued, JobQueue, QueueError};

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is stored and will be answered.
    Queued,
    /// It was stored before.
    Duplicate,
    /// It needs no answer; nothing of it was stored.
    Ignored(Ignored),
}

/// Why an event needs no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// Nobody called the bot.
    NotAddressed,
    /// Somebody called who may not.
    NotAllowed,
    /// A bot did it, perhaps this one.
    FromBot,
    /// A message of the room itself.
    SystemMessage,
    /// A reaction.
    Reaction,
    /// The bot was enabled or disabled in a room; noted where it matters.
    Membership,
    /// An event type this version does not know.
    UnknownType,
}

impl Ignored {
    /// The word in the answer's `reason` and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAddressed => "not_addressed",
            Self::NotAllowed => "not_allowed",
            Self::FromBot => "from_bot",
            Self::SystemMessage => "system_message",
            Self::Reaction => "reaction",
            Self::Membership => "membership",
            Self::UnknownType => "unknown_type",
        }
    }
}

/// The store could not take it. Nothing was stored, and the sender must not be told otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The queue could not.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The memory could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The inbound use case.
pub struct Receive {
    queue: Arc<dyn JobQueue>,
    conversations: Arc<dyn ConversationStore>,
    clock: Arc<dyn Clock>,
    access: Access,
    identity: RwLock<Identity>,
}

impl Receive {
    /// `identity` holds what is known of the bot at the start; a Join adds to it.
    #[must_use]
    pub fn new(
        queue: Arc<dyn JobQueue>,
        conversations: Arc<dyn ConversationStore>,
        clock: Arc<dyn Clock>,
        access: Access,
        identity: Identity,
    ) -> Self {
        Self { queue, conversations, clock, access, identity: RwLock::new(identity) }
    }

    /// Decides about one event. `Queued` is returned after the question is durable.
    pub async fn handle(&self, event: Event) -> Result<Received, ReceiveError> {
        let reason = match event {
            Event::Message(message) => return self.message(*message).await,
            Event::Joined { bot, .. } => {
                self.learn(bot).await?;
                Ignored::Membership
            }
            Event::Left { .. } => Ignored::Membership,
            Event::System { .. } => Ignored::SystemMessage,
            Event::Reaction { .. } => Ignored::Reaction,
            Event::Unknown => Ignored::UnknownType,
        };
        Ok(Received::Ignored(reason))
    }

    async fn message(&self, message: Message) -> Result<Received, ReceiveError> {
        if message.author.id.kind() == ActorKind::Bot {
            return Ok(Received::Ignored(Ignored::FromBot));
        }
        let addressed = {
            let identity = self.identity.read().unwrap_or_else(PoisonError::into_inner);
            addressing::read(&message, &identity)
        };
        let Some(addressed) = addressed else { return Ok(Received::Ignored(Ignored::NotAddressed)) };
        if !self.access.admits(&message.author.id) {
            return Ok(Received::Ignored(Ignored::NotAllowed));
        }
        let question = Question {
            one_to_one: message.room.is_one_to_one_of(&message.author.id),
            place: Place { room: message.room.token, thread: message.thread },
            files: addressed.files,
            message: message.id,
            asker: message.author,
            text: addressed.question,
        };
        match self.queue.enqueue(&question, self.clock.now()).await? {
            Enqueued::New => Ok(Received::Queued),
            Enqueued::Duplicate => Ok(Received::Duplicate),
        }
    }

    /// Stores the id first: a Join is sent once.
    async fn learn(&self, bot: ActorId) -> Result<(), StoreError> {
        let known = self.identity.read().unwrap_or_else(PoisonError::into_inner).own_actors.contains(&bot);
        if known || bot.kind() != ActorKind::Bot {
            return Ok(());
        }
        self.conversations.add_own_actor(&bot).await?;
        let mut identity = self.identity.write().unwrap_or_else(PoisonError::into_inner);
        if !identity.own_actors.contains(&bot) {
            identity.own_actors.push(bot);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
