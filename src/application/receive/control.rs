//! A reaction that steers: the asker reacts to the question, or to the answer, and it is stopped, asked again or
//! forgotten.

use super::{Ignored, ReactionControl, Receive, ReceiveError, Received};
use crate::application::talk_version::names_who_reacts;
use crate::domain::actor::{ActorId, ActorKind};
use crate::domain::control::Control;
use crate::domain::message::{MessageId, RoomToken};
use crate::ports::steering::{Asked, Pointer, Whose};

impl Receive {
    /// `Queued` when it changed something. The bot's own reactions come back as everybody's.
    pub(super) async fn reaction(
        &self,
        room: RoomToken,
        message: MessageId,
        text: String,
        actor: &ActorId,
        emoji: &str,
    ) -> Result<Received, ReceiveError> {
        const IGNORED: Received = Received::Ignored(Ignored::Reaction);
        let Some(control) = Control::parse(emoji) else { return Ok(IGNORED) };
        let may = actor.kind() != ActorKind::Bot && self.settings.access.admits(actor);
        if !may || !self.reactions_steer() {
            return Ok(IGNORED);
        }
        let pointer = Pointer::Message { room, id: message, text };
        let asked = self.around.steering.find(&pointer).await?.filter(|asked| asked.asker == *actor);
        let Some(asked) = asked else { return Ok(IGNORED) };
        let done = match control {
            Control::Stop => self.stop(&asked.place.room, &Whose::Message(asked.message)).await? > 0,
            Control::Again => {
                let received = self.again_by_reaction(&asked).await?;
                if received == Received::Queued {
                    self.tell_obeyed(control, &asked);
                }
                return Ok(received);
            }
            Control::ForgetTurn => {
                self.around.conversations.forget_turn(&asked.place.room, asked.message).await?
            }
        };
        if done {
            self.tell_obeyed(control, &asked);
        }
        Ok(if done { Received::Queued } else { IGNORED })
    }

    fn tell_obeyed(&self, control: Control, asked: &Asked) {
        let trace = self.around.traces.of(&asked.place.room, asked.message);
        let _inside = tracing::error_span!("reaction", %trace).entered();
        tracing::info!(control = control.as_str(), "reaction obeyed");
    }

    /// A question is a question, however it is asked.
    async fn again_by_reaction(&self, asked: &Asked) -> Result<Received, ReceiveError> {
        let (room, now) = (&asked.place.room, self.around.clock.now());
        if self.count(room, &asked.asker, now).await?.is_some() {
            return Ok(Received::Ignored(Ignored::Limited));
        }
        let opened = self.again(room, asked.message, &asked.asker, now).await?;
        Ok(if opened { Received::Queued } else { Received::Ignored(Ignored::Reaction) })
    }

    /// Where Talk names somebody else, anybody could steer in the name of the asker, whose message it is.
    pub(super) fn reactions_steer(&self) -> bool {
        match self.settings.reaction_control {
            ReactionControl::On => true,
            ReactionControl::Off => false,
            ReactionControl::Auto => self.around.talk_version.borrow().is_some_and(names_who_reacts),
        }
    }
}
