//! Commands: obeyed at once and without the model. Each is noted before it is obeyed, so that a repeated webhook
//! does nothing, and what it has to say goes through the outbox.

use super::{Receive, ReceiveError, Received, RoomCommands};
use crate::domain::actor::{ActorId, ActorKind};
use crate::domain::command::Command;
use crate::domain::message::{Message, MessageId, Place, Role, RoomToken};
use crate::domain::phrase::{Memory, Phrase};
use crate::domain::time::Timestamp;
use crate::ports::queue::Enqueued;
use crate::ports::steering::{Pointer, Progress, Whose};

/// Of this service.
const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Receive {
    /// Obeys, and answers in the place of the command.
    pub(super) async fn command(
        &self,
        message: &Message,
        command: Command,
    ) -> Result<Received, ReceiveError> {
        let place = Place { room: message.room.token.clone(), thread: message.thread };
        let now = self.around.clock.now();
        if self.around.steering.claim(&place, message.id, now).await? == Enqueued::Duplicate {
            return Ok(Received::Duplicate);
        }
        let person = &message.author.id;
        // Whoever is no account of this Nextcloud could have the bot fill a room.
        if command.only_tells()
            && person.kind() != ActorKind::User
            && let Some(limit) = self.count(&place.room, person, now).await?
        {
            return self.tell_limit(limit, &place, message.id, person, now).await;
        }
        let name = command.as_str();
        if let Some(text) = self.obey(message, &place, command, now).await? {
            self.say(place, Some(message.id), &text, now).await?;
        }
        tracing::info!(command = name, "command obeyed");
        Ok(Received::Queued)
    }

    /// What there is to say to it; `None` when what it did will show.
    async fn obey(
        &self,
        message: &Message,
        place: &Place,
        command: Command,
        now: Timestamp,
    ) -> Result<Option<String>, ReceiveError> {
        let phrase = match command {
            Command::Help => {
                let reactions = self.reactions_steer();
                self.phrase(&Phrase::Help { name: &self.identity().name, reactions })
            }
            command if command.changes_room() && !self.may_change_room(message) => {
                self.phrase(&Phrase::ModeratorsOnly)
            }
            Command::Reset => {
                self.around.conversations.forget(place).await?;
                self.phrase(&Phrase::Forgotten)
            }
            Command::Stop => self.stop_for(message).await?,
            Command::Retry => return self.retry(place, &message.author.id, now).await,
            Command::Status => self.status(place, now).await?,
            Command::Context => self.context(place, now).await?,
            Command::Privacy => self.phrase(&Phrase::Privacy(Memory {
                // A window grows to twice what is kept of it at least.
                turns: 2 * self.settings.answer.context_turns,
                retention_days: self.settings.retention_days,
                retain_on_leave: self.settings.retain_on_leave,
            })),
            Command::ForgetMe => {
                let ended = self.around.upkeep.erase_person(&message.author.id).await?;
                self.end(&ended);
                // What was given up has gone as well, and its sign with it.
                self.around.signs.look();
                self.phrase(&Phrase::PersonForgotten)
            }
            Command::Version => self.phrase(&Phrase::Version(VERSION)),
            Command::Unknown(word) => self.phrase(&Phrase::UnknownCommand(&word)),
        };
        Ok(Some(phrase))
    }

    /// Talk never tells the role of who shares a file, so a command in a caption is taken for a member's.
    fn may_change_room(&self, message: &Message) -> bool {
        self.settings.room_commands == RoomCommands::Everyone
            || match message.role {
                Some(Role::Moderator) => true,
                Some(Role::Member) => false,
                None => message.attachments.is_empty(),
            }
    }

    /// Stops everybody's questions for who may, and the person's own for anybody else.
    async fn stop_for(&self, message: &Message) -> Result<String, ReceiveError> {
        let (room, person) = (&message.room.token, message.author.id.clone());
        if self.may_change_room(message) {
            let stopped = self.stop(room, &Whose::Everybody).await?;
            return Ok(self.phrase(&Phrase::Stopped(stopped)));
        }
        let stopped = self.stop(room, &Whose::Person(person)).await?;
        let only_others = stopped == 0 && self.around.steering.open_in(room).await? > 0;
        Ok(self.phrase(&if only_others { Phrase::ModeratorsOnly } else { Phrase::Stopped(stopped) }))
    }

    /// Asks the newest question of the place again, whoever asked it.
    async fn retry(
        &self,
        place: &Place,
        person: &ActorId,
        now: Timestamp,
    ) -> Result<Option<String>, ReceiveError> {
        let phrase = match self.around.steering.find(&Pointer::Newest(place.clone())).await? {
            None => Phrase::NothingToRepeat,
            Some(asked) if asked.progress == Progress::Open => Phrase::StillOpen,
            Some(asked) => match self.count(&place.room, person, now).await? {
                Some(limit) if self.quotas.first(limit, &place.room, person, now) => Phrase::Limited(limit),
                Some(_) => return Ok(None),
                None if self.again(&place.room, asked.message, person, now).await? => return Ok(None),
                None => Phrase::NothingToRepeat,
            },
        };
        Ok(Some(self.phrase(&phrase)))
    }

    /// Ends these questions and frees the model. Returns how many there were.
    pub(super) async fn stop(&self, room: &RoomToken, whose: &Whose) -> Result<usize, ReceiveError> {
        let stopped = self.around.steering.stop(room, whose).await?;
        self.end(&stopped);
        Ok(stopped.len())
    }

    /// Opens the question again, which was counted as one of who wants it.
    pub(super) async fn again(
        &self,
        room: &RoomToken,
        message: MessageId,
        person: &ActorId,
        now: Timestamp,
    ) -> Result<bool, ReceiveError> {
        let opened = self.around.steering.again(room, message, now).await;
        if matches!(opened, Ok(true)) {
            self.around.signs.look();
        } else {
            self.quotas.give_back(room, person);
        }
        Ok(opened?)
    }
}
