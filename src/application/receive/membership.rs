//! The bot comes into a room and leaves it, and what the room itself tells.

use std::sync::PoisonError;

use super::{Ignored, Receive, ReceiveError, Received};
use crate::domain::actor::{ActorId, ActorKind};
use crate::domain::message::{Place, RoomToken};
use crate::domain::phrase::Phrase;
use crate::ports::conversations::StoreError;

/// Talk's name of the message that says so.
const HISTORY_CLEARED: &str = "history_cleared";

impl Receive {
    /// Learns the bot's own id and, the first time, says who it is. That it is enabled now ends what a refused signature
    /// began.
    pub(super) async fn joined(&self, room: RoomToken, bot: ActorId) -> Result<Received, ReceiveError> {
        if bot.kind() == ActorKind::Bot {
            self.learn(bot).await?;
            self.around.poster.resume(&room).await?;
            if self.settings.welcome && self.around.upkeep.welcome(&room).await? {
                let welcome = self.phrase(&Phrase::Welcome { name: &self.identity().name });
                self.say(Place::from(room), None, &welcome, self.around.clock.now()).await?;
            }
        }
        Ok(Received::Ignored(Ignored::Membership))
    }

    /// Erases the room, unless that is not wanted.
    pub(super) async fn left(&self, room: &RoomToken, bot: &ActorId) -> Result<Received, ReceiveError> {
        if bot.kind() == ActorKind::Bot && !self.settings.retain_on_leave {
            let ended = self.around.upkeep.erase_room(room).await?;
            self.around.running.cancel(&ended);
        }
        Ok(Received::Ignored(Ignored::Membership))
    }

    /// Forgets what people have cleared.
    pub(super) async fn told(&self, room: &RoomToken, name: &str) -> Result<Received, ReceiveError> {
        if name == HISTORY_CLEARED {
            self.around.upkeep.clear_room(room).await?;
        }
        Ok(Received::Ignored(Ignored::SystemMessage))
    }

    /// Stores the id first: a Join is sent once.
    async fn learn(&self, bot: ActorId) -> Result<(), StoreError> {
        if self.identity().own_actors.contains(&bot) {
            return Ok(());
        }
        self.around.conversations.add_own_actor(&bot).await?;
        self.answer_to(bot);
        Ok(())
    }

    /// The bot has that id as well.
    pub(super) fn answer_to(&self, bot: ActorId) {
        let mut identity = self.identity.write().unwrap_or_else(PoisonError::into_inner);
        if !identity.own_actors.contains(&bot) {
            identity.own_actors.push(bot);
        }
    }
}
