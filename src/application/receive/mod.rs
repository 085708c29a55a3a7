//! One verified event in: a question for the queue, a command or a reaction that is obeyed at once, or nothing. The
//! sender's own request waits for this, so an ordinary question takes one commit and nothing else.

mod command;
mod control;
mod limits;
mod membership;
mod neighbours;
mod report;
mod settings;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::watch;
use tracing::Instrument;

use super::measure::Measure;
use super::poster::Poster;
use super::running::Running;
use super::signs::SignsHandle;
use crate::domain::actor::{ActorId, ActorKind};
use crate::domain::addressing::{self, Identity};
use crate::domain::command::Command;
use crate::domain::event::Event;
use crate::domain::job::{JobId, Question};
use crate::domain::message::{Message, MessageId, Place};
use crate::domain::phrase::Phrase;
use crate::domain::reply;
use crate::domain::time::Timestamp;
use crate::domain::trace::Trace;
use crate::ports::clock::Clock;
use crate::ports::conversations::{ConversationStore, StoreError};
use crate::ports::model::{ChatModel, Limits};
use crate::ports::outbox::{NewNotice, Outbox, OutboxError};
use crate::ports::queue::{Enqueued, JobQueue, QueueError};
use crate::ports::steering::{Steering, SteeringError};
use crate::ports::talk::TalkVersion;
use crate::ports::upkeep::{Upkeep, UpkeepError};
use crate::telemetry::traces::{Span, Step, Traces};

pub use limits::QuestionLimits;
use limits::Quotas;
pub use settings::{ReactionControl, ReceiveSettings, RoomCommands};

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is stored and will be answered, or it was obeyed.
    Queued,
    /// It was taken before.
    Duplicate,
    /// It needs no answer; nothing was asked.
    Ignored(Ignored),
}

/// Why an event needs no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// Nobody called the bot.
    NotAddressed,
    /// Somebody called who may not.
    NotAllowed,
    /// Somebody asked more than they may; they were told once.
    Limited,
    /// A bot did it, perhaps this one.
    FromBot,
    /// A message of the room itself.
    SystemMessage,
    /// A reaction that steers nothing.
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
            Self::Limited => "limited",
            Self::FromBot => "from_bot",
            Self::SystemMessage => "system_message",
            Self::Reaction => "reaction",
            Self::Membership => "membership",
            Self::UnknownType => "unknown_type",
        }
    }
}

/// The store could not take it, and the sender must not be told otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The queue could not.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The memory could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What people steer could not.
    #[error(transparent)]
    Steering(#[from] SteeringError),
    /// What is erased could not be.
    #[error(transparent)]
    Upkeep(#[from] UpkeepError),
    /// What the bot says could not be kept.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

/// All that an event can reach.
pub struct Surroundings {
    /// Takes questions.
    pub queue: Arc<dyn JobQueue>,
    /// Stops them and opens them again.
    pub steering: Arc<dyn Steering>,
    /// What was said before.
    pub conversations: Arc<dyn ConversationStore>,
    /// Erases.
    pub upkeep: Arc<dyn Upkeep>,
    /// Takes what the bot says itself.
    pub outbox: Arc<dyn Outbox>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Looked at for `status`.
    pub model: Arc<dyn ChatModel>,
    /// The model's limits at present.
    pub limits: watch::Receiver<Limits>,
    /// How the model counts, and how fast it is.
    pub measure: Arc<Measure>,
    /// What runs, so that it can be cancelled.
    pub running: Arc<Running>,
    /// Shows how far questions are.
    pub signs: SignsHandle,
    /// Leaves rooms alone that refuse what the bot sends.
    pub poster: Arc<Poster>,
    /// Names what comes of a message.
    pub traces: Arc<Traces>,
    /// The version of Talk, as far as it is known.
    pub talk_version: watch::Receiver<Option<TalkVersion>>,
}

/// The inbound use case.
pub struct Receive {
    around: Surroundings,
    settings: ReceiveSettings,
    identity: RwLock<Identity>,
    quotas: Quotas,
}

impl Receive {
    /// `identity` holds what is known of the bot at the start; a Join adds to it.
    #[must_use]
    pub fn new(around: Surroundings, settings: ReceiveSettings, identity: Identity) -> Self {
        let quotas = Quotas::new(settings.limits);
        Self { around, settings, identity: RwLock::new(identity), quotas }
    }

    /// Decides about one event. `Queued` is returned after the question is durable, or the command obeyed.
    pub async fn handle(&self, event: Event) -> Result<Received, ReceiveError> {
        match event {
            Event::Message(message) => self.message(*message).await,
            Event::Reaction { room, message, text, actor, emoji, added: true } => {
                self.reaction(room, message, text, &actor.id, &emoji).await
            }
            Event::Reaction { added: false, .. } => Ok(Received::Ignored(Ignored::Reaction)),
            Event::Joined { room, bot } => self.joined(room, bot).await,
            Event::Left { room, bot } => self.left(&room, &bot).await,
            Event::System { room, name } => self.told(&room, &name).await,
            Event::Unknown => Ok(Received::Ignored(Ignored::UnknownType)),
        }
    }

    async fn message(&self, message: Message) -> Result<Received, ReceiveError> {
        if message.author.id.kind() == ActorKind::Bot {
            return Ok(Received::Ignored(Ignored::FromBot));
        }
        let Some(addressed) = addressing::read(&message, &self.identity()) else {
            return Ok(Received::Ignored(Ignored::NotAddressed));
        };
        let command = Command::parse(&addressed.words);
        if !self.may(&message.author.id, command.as_ref()) {
            return Ok(Received::Ignored(Ignored::NotAllowed));
        }
        let trace = self.around.traces.of(&message.room.token, message.id);
        if let Some(command) = command {
            let span = tracing::error_span!("command", %trace);
            return self.command(&message, command).instrument(span).await;
        }
        let question = Question {
            one_to_one: message.room.is_one_to_one_of(&message.author.id),
            place: Place { room: message.room.token, thread: message.thread },
            files: addressed.files,
            message: message.id,
            asker: message.author,
            text: addressed.question,
        };
        self.ask(question, trace).instrument(tracing::error_span!("question", %trace)).await
    }

    /// What bridges and unknown kinds of actors write is never obeyed: nobody knows who is behind it.
    fn may(&self, person: &ActorId, command: Option<&Command>) -> bool {
        self.settings.access.admits(person)
            || (person.kind() != ActorKind::Other && command.is_some_and(Command::is_for_all))
    }

    /// Counts only what is new: a repeated webhook uses up nothing.
    async fn ask(&self, question: Question, trace: Trace) -> Result<Received, ReceiveError> {
        let now = self.around.clock.now();
        let (place, asker) = (&question.place, &question.asker.id);
        if let Some(limit) = self.count(&place.room, asker, now).await? {
            return self.refuse(&question, limit, now).await;
        }
        let enqueued = self.around.queue.enqueue(&question, now).await;
        if matches!(enqueued, Ok(Enqueued::New)) {
            self.around.signs.show(place.room.clone(), question.message);
            tracing::debug!("question stored");
            self.around.traces.record(|| Span {
                trace,
                step: Step::Webhook,
                nth: 0,
                began: now,
                ended: self.around.clock.now(),
                error: None,
                attributes: Vec::new(),
            });
            return Ok(Received::Queued);
        }
        self.quotas.give_back(&place.room, asker);
        enqueued?;
        Ok(Received::Duplicate)
    }

    fn identity(&self) -> RwLockReadGuard<'_, Identity> {
        self.identity.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// These questions have ended: nobody needs to work on them, nor to see that somebody does.
    fn end(&self, jobs: &[JobId]) {
        if !jobs.is_empty() {
            self.around.running.cancel(jobs);
            self.around.signs.look();
        }
    }

    fn phrase(&self, phrase: &Phrase<'_>) -> String {
        phrase.text(self.settings.answer.language)
    }

    /// Keeps a sentence for the outbox, made harmless: it may repeat words of people.
    async fn say(
        &self,
        place: Place,
        reply_to: Option<MessageId>,
        text: &str,
        now: Timestamp,
    ) -> Result<(), OutboxError> {
        let harmless = reply::compose(text, None, reply::LIMIT).into_iter().next();
        let notice = NewNotice { place, reply_to, text: harmless.unwrap_or_default() };
        self.around.outbox.add(&notice, now).await
    }
}

#[cfg(test)]
mod tests;
