//! Questions that are stopped or asked again.

use nextcloud_opencode_bot::domain::message::{MessageId, RoomToken};
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::steering::Whose;

use super::{Reference, State};

impl Reference {
    /// How many were stopped.
    pub(in super::super) fn stop(&mut self, room: &RoomToken, whose: &Whose) -> usize {
        let mut stopped = 0;
        for entry in self.entries.iter_mut().filter(|entry| entry.state == State::Open) {
            let question = &entry.job.question;
            let meant = match whose {
                Whose::Everybody => true,
                Whose::Person(asker) => question.asker.id == *asker,
                Whose::Message(message) => question.message == *message,
            };
            if meant && question.place.room == *room {
                (entry.state, entry.lease, entry.job.reply) = (State::Done, None, None);
                stopped += 1;
            }
        }
        stopped
    }

    pub(in super::super) fn again(&mut self, room: &RoomToken, message: MessageId, now: Timestamp) -> bool {
        let is_meant =
            |question: &super::Question| question.place.room == *room && question.message == message;
        let entry = self.entries.iter_mut().find(|entry| is_meant(&entry.job.question));
        let Some(entry) = entry.filter(|entry| entry.state != State::Open) else { return false };
        let turn = self.memory.take_turn(room.as_str(), message);
        let question = &mut entry.job.question;
        match (entry.state, turn) {
            (State::Done, None) => return false,
            (State::Done, Some(turn)) => {
                question.text = turn.question;
                question.asker.name = turn.speaker.unwrap_or_default();
            }
            _ => {}
        }
        entry.job.reply = None;
        entry.open_again(now);
        true
    }
}
