//! What people say in the stand-in's rooms, share, edit and delete, and the webhooks that follow from it.

use super::cast::PEOPLE;
use super::parameter::Parameter;
use super::room::{Message, MessageKind, Reactions, Room, Thread};
use super::thing::Share;
use super::webhook::Webhook;
use super::{Draft, MAX_MESSAGE, TalkServer, trimmed};
use crate::domain::actor::{ActorId, Person};
use crate::domain::time::Timestamp;

/// The longest title of a thread, in code points.
const MAX_TITLE: usize = 200;

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSaid {
    /// No such room, or the person is not in it.
    #[error("that person is in no such room")]
    NoSuchRoom,
    /// Nothing to read in it, or too long.
    #[error("a message has 1 to 32,000 characters, and a thread's title 1 to 200")]
    BadLength,
    /// No such message or thread in the room.
    #[error("the room has no such message")]
    NoSuchMessage,
    /// The reaction is there already, or not there.
    #[error("nothing changed")]
    Unchanged,
    /// It is somebody else's, or moderators' business.
    #[error("that person may not do that here")]
    NotAllowed,
    /// This version of Talk has no threads.
    #[error("this version of Talk has no threads")]
    NoThreads,
}

/// What a person did, and what Talk has to tell the bot about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The message.
    pub message: i64,
    /// `None` when the bot is not enabled in the room.
    pub webhook: Option<Webhook>,
    /// The system message that Talk adds, told after it.
    pub system: Option<Webhook>,
}

impl Said {
    /// The webhooks, in Talk's order.
    pub fn webhooks(self) -> impl Iterator<Item = Webhook> {
        self.webhook.into_iter().chain(self.system)
    }
}

impl TalkServer {
    /// A person writes, perhaps in reply to a message of the room; then it stands in that message's thread.
    pub fn say(
        &mut self,
        token: &str,
        actor: &str,
        text: &str,
        reply_to: Option<i64>,
        now: Timestamp,
    ) -> Result<Said, NotSaid> {
        let draft = self.words(token, actor, text, now)?;
        let message = self.put(token, Draft { reply_to, ..draft })?;
        self.tell_words(token, &message)
    }

    /// A person writes in a thread.
    pub fn say_in_thread(
        &mut self,
        token: &str,
        actor: &str,
        text: &str,
        thread: i64,
        now: Timestamp,
    ) -> Result<Said, NotSaid> {
        let draft = self.words(token, actor, text, now)?;
        let message = self.put(token, Draft { thread: Some(thread), ..draft })?;
        self.tell_words(token, &message)
    }

    /// A person opens a thread with its first message, whose number becomes the thread's.
    pub fn open_thread(
        &mut self,
        token: &str,
        actor: &str,
        title: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<Said, NotSaid> {
        let title = trimmed(title);
        if !self.release().has_threads() {
            return Err(NotSaid::NoThreads);
        }
        if title.is_empty() || title.chars().count() > MAX_TITLE {
            return Err(NotSaid::BadLength);
        }
        let draft = self.words(token, actor, text, now)?;
        let author = draft.author.clone();
        let id = self.put(token, draft)?.id;
        let room = self.room_mut(token).ok_or(NotSaid::NoSuchRoom)?;
        room.threads.push(Thread { id, title: title.to_owned() });
        let message = room.message_mut(id).ok_or(NotSaid::NoSuchMessage)?;
        message.thread = Some(id);
        let message = message.clone();
        let about = Parameter::new("highlight", &format!("thread/{id}"), title);
        let system = System { name: "thread_created", text: "{actor} created thread {title}" };
        let system = self.tell_system(token, &author, &system, vec![("title", about)], now)?;
        Ok(Said { system, ..self.tell_words(token, &message)? })
    }

    /// A person shares something. Talk tells it as an Activity.
    pub fn share(
        &mut self,
        token: &str,
        actor: &str,
        share: &Share,
        now: Timestamp,
    ) -> Result<Said, NotSaid> {
        let author = self.member(token, actor)?;
        let caption = if share.takes_caption() { trimmed(&share.caption) } else { "" };
        if caption.chars().count() > MAX_MESSAGE {
            return Err(NotSaid::BadLength);
        }
        let placeholder = format!("{{{}}}", share.key());
        let text = if caption.is_empty() { placeholder.as_str() } else { caption };
        let (_, by) = Parameter::actor(&author.id, &author.name);
        let parameters = vec![("actor", by), (share.key(), share.parameter(self.backend()))];
        let (reply_to, thread) = (share.reply_to, share.thread);
        let draft =
            Draft { reply_to, thread, parameters, ..Draft::new(MessageKind::Person, author, text, now) };
        let message = self.put(token, draft)?;
        let name = share.event_name().unwrap_or(self.release().name_of_shared());
        self.tell(token, message.id, |room| Webhook::activity(room, &message, name))
    }

    /// A person edits a message. The bot is told neither which nor the new words.
    pub fn edit(
        &mut self,
        token: &str,
        actor: &str,
        message: i64,
        text: &str,
        now: Timestamp,
    ) -> Result<Said, NotSaid> {
        let draft = self.words(token, actor, text, now)?;
        let (room, backend) = self.room_and_backend(token).ok_or(NotSaid::NoSuchRoom)?;
        let (text, mentioned) = super::mention::resolve(draft.text, room, backend);
        let edited = self.own(token, &draft.author, message)?;
        edited.parameters.0.retain(|key, _| !key.starts_with("mention-"));
        edited.parameters.0.extend(mentioned.0);
        edited.text = text;
        let system = System { name: "message_edited", text: "{actor} edited a message" };
        let webhook = self.tell_system(token, &draft.author, &system, vec![], now)?;
        Ok(Said { message, webhook, system: None })
    }

    /// A person deletes a message. The bot is not told which.
    pub fn delete(
        &mut self,
        token: &str,
        actor: &str,
        message: i64,
        now: Timestamp,
    ) -> Result<Said, NotSaid> {
        let who = self.member(token, actor)?;
        let deleted = self.own(token, &who, message)?;
        let by_author = deleted.author.id == who.id;
        let text = if by_author { "Message deleted by author" } else { "Message deleted by {actor}" };
        text.clone_into(&mut deleted.text);
        deleted.deleted = true;
        deleted.reactions = Reactions::default();
        deleted.parameters.0.clear();
        deleted.parameters.0.insert("actor".to_owned(), Parameter::actor(&who.id, &who.name).1);
        let system = System { name: "message_deleted", text: "{actor} deleted a message" };
        let webhook = self.tell_system(token, &who, &system, vec![], now)?;
        Ok(Said { message, webhook, system: None })
    }

    fn words<'a>(
        &self,
        token: &str,
        actor: &str,
        text: &'a str,
        now: Timestamp,
    ) -> Result<Draft<'a>, NotSaid> {
        let author = self.member(token, actor)?;
        let text = trimmed(text);
        if text.is_empty() || text.chars().count() > MAX_MESSAGE {
            return Err(NotSaid::BadLength);
        }
        Ok(Draft::new(MessageKind::Person, author, text, now))
    }

    /// Stores a message, if what it refers to is there.
    fn put(&mut self, token: &str, draft: Draft<'_>) -> Result<Message, NotSaid> {
        let room = self.room(token).ok_or(NotSaid::NoSuchRoom)?;
        let no_parent = draft.reply_to.is_some_and(|id| room.message(id).is_none());
        if no_parent || draft.thread.is_some_and(|id| !room.has_thread(id)) {
            return Err(NotSaid::NoSuchMessage);
        }
        self.store(token, draft).ok_or(NotSaid::NoSuchRoom)
    }

    fn tell_words(&self, token: &str, message: &Message) -> Result<Said, NotSaid> {
        self.tell(token, message.id, |room| {
            let parent = message.reply_to.and_then(|id| room.message(id));
            Webhook::create(room, message, parent, self.release())
        })
    }

    /// Nextcloud tells the bot only where it is enabled.
    pub(super) fn tell(
        &self,
        token: &str,
        message: i64,
        webhook: impl FnOnce(&Room) -> Webhook,
    ) -> Result<Said, NotSaid> {
        let room = self.room(token).ok_or(NotSaid::NoSuchRoom)?;
        Ok(Said { message, webhook: room.bot_enabled.then(|| webhook(room)), system: None })
    }

    /// Stores a system message about what `who` did, and tells it where the bot is enabled.
    pub(super) fn tell_system(
        &mut self,
        token: &str,
        who: &Person,
        system: &System,
        mut parameters: Vec<(&'static str, Parameter)>,
        now: Timestamp,
    ) -> Result<Option<Webhook>, NotSaid> {
        parameters.push(("actor", Parameter::actor(&who.id, &who.name).1));
        let draft = Draft::new(MessageKind::System(system.name), who.clone(), system.text, now);
        let message = self.store(token, Draft { parameters, ..draft }).ok_or(NotSaid::NoSuchRoom)?;
        Ok(self.tell(token, message.id, |room| Webhook::activity(room, &message, system.name))?.webhook)
    }

    pub(super) fn member(&self, token: &str, actor: &str) -> Result<Person, NotSaid> {
        let room = self.room(token).ok_or(NotSaid::NoSuchRoom)?;
        let account = PEOPLE.iter().find(|account| account.actor == actor && room.role(actor).is_some());
        let account = account.ok_or(NotSaid::NoSuchRoom)?;
        Ok(Person { id: ActorId::new(account.actor), name: account.name.to_owned() })
    }

    /// A message that this person may change: the own one, or any where the person is a moderator.
    fn own(&mut self, token: &str, who: &Person, message: i64) -> Result<&mut Message, NotSaid> {
        let room = self.room_mut(token).ok_or(NotSaid::NoSuchRoom)?;
        let moderates = room.is_moderated_by(who.id.as_str());
        let message = room.message_mut(message).ok_or(NotSaid::NoSuchMessage)?;
        let may = message.takes_reactions() && (moderates || message.author.id == who.id);
        if may { Ok(message) } else { Err(NotSaid::NotAllowed) }
    }
}

/// A system message: Talk's name for it, and its sentence.
pub(super) struct System {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}
