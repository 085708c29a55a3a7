//! How much may be asked: by a person, in a room, and how much may wait there. Who is over it is told in one
//! sentence, and then left in silence until the window is over.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Ignored, Receive, ReceiveError, Received};
use crate::domain::actor::{ActorId, ActorKind};
use crate::domain::job::Question;
use crate::domain::limit::{Admission, Limit, Quota};
use crate::domain::message::{MessageId, Place, RoomToken};
use crate::domain::phrase::Phrase;
use crate::domain::time::Timestamp;
use crate::ports::queue::Enqueued;
use crate::ports::steering::SteeringError;

/// The administrator's numbers; 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuestionLimits {
    /// Over which time questions are counted.
    pub window: Duration,
    /// Of an account of this Nextcloud.
    pub per_user: u32,
    /// Of anybody else.
    pub per_guest: u32,
    /// Of one room.
    pub per_room: u32,
    /// Open questions of one room.
    pub queue: u32,
}

/// What was asked within the last window. Kept in memory: a new process counts anew.
#[derive(Debug)]
pub(super) struct Quotas(Mutex<Counts>);

#[derive(Debug)]
struct Counts {
    users: Quota,
    guests: Quota,
    rooms: Quota,
    /// Sentences about rooms where too much waits.
    full: Quota,
}

impl Counts {
    fn person(&mut self, person: &ActorId) -> &mut Quota {
        if person.kind() == ActorKind::User { &mut self.users } else { &mut self.guests }
    }
}

impl Quotas {
    pub(super) fn new(limits: QuestionLimits) -> Self {
        let quota = |limit| Quota::new(limit, limits.window);
        Self(Mutex::new(Counts {
            users: quota(limits.per_user),
            guests: quota(limits.per_guest),
            rooms: quota(limits.per_room),
            full: quota(1),
        }))
    }

    fn with<T>(&self, look: impl FnOnce(&mut Counts) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts one question, unless it would break a limit.
    fn take(&self, room: &RoomToken, person: &ActorId, now: Timestamp) -> Option<Limit> {
        self.with(|counts| {
            let wait = counts.person(person).wait(person.as_str(), now);
            if !wait.is_zero() {
                return Some(Limit::Person(wait));
            }
            let wait = counts.rooms.wait(room.as_str(), now);
            if !wait.is_zero() {
                return Some(Limit::Room(wait));
            }
            counts.person(person).admit(person.as_str(), now);
            counts.rooms.admit(room.as_str(), now);
            None
        })
    }

    /// The question that was counted was not taken after all.
    pub(super) fn give_back(&self, room: &RoomToken, person: &ActorId) {
        self.with(|counts| {
            counts.person(person).give_back(person.as_str());
            counts.rooms.give_back(room.as_str());
        });
    }

    /// Whether it is to be said, which is so once in a window.
    pub(super) fn first(&self, limit: Limit, room: &RoomToken, person: &ActorId, now: Timestamp) -> bool {
        self.with(|counts| match limit {
            Limit::Person(_) => counts.person(person).admit(person.as_str(), now) == Admission::First,
            Limit::Room(_) => counts.rooms.admit(room.as_str(), now) == Admission::First,
            Limit::Queue => counts.full.admit(room.as_str(), now) == Admission::Admitted,
        })
    }
}

impl Receive {
    /// Counts one more question of that person, before it is stored: many that come at once must not pass together.
    /// Counts nothing where it would break a limit, and says which. Asks the store only where the queue has a limit.
    pub(super) async fn count(
        &self,
        room: &RoomToken,
        person: &ActorId,
        now: Timestamp,
    ) -> Result<Option<Limit>, SteeringError> {
        let most = u64::from(self.settings.limits.queue);
        let used_up = self.quotas.take(room, person, now);
        if used_up.is_some() || most == 0 {
            return Ok(used_up);
        }
        let open = self.around.steering.open_in(room).await;
        if !open.as_ref().is_ok_and(|open| *open < most) {
            self.quotas.give_back(room, person);
        }
        Ok((open? >= most).then_some(Limit::Queue))
    }

    /// Notes the message, so that it is no question when its webhook comes again, and says why once in a window.
    pub(super) async fn refuse(
        &self,
        question: &Question,
        limit: Limit,
        now: Timestamp,
    ) -> Result<Received, ReceiveError> {
        let (place, message) = (&question.place, question.message);
        if self.around.steering.claim(place, message, now).await? == Enqueued::Duplicate {
            return Ok(Received::Duplicate);
        }
        self.tell_limit(limit, place, message, &question.asker.id, now).await
    }

    /// Says once in a window what is used up.
    pub(super) async fn tell_limit(
        &self,
        limit: Limit,
        place: &Place,
        message: MessageId,
        person: &ActorId,
        now: Timestamp,
    ) -> Result<Received, ReceiveError> {
        if self.quotas.first(limit, &place.room, person, now) {
            let sentence = self.phrase(&Phrase::Limited(limit));
            self.say(place.clone(), Some(message), &sentence, now).await?;
        }
        Ok(Received::Ignored(Ignored::Limited))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::testing::{START, room};

    #[test]
    fn questions_that_come_at_once_do_not_pass_together() {
        let limits = QuestionLimits {
            window: Duration::from_hours(1),
            per_user: 1,
            per_guest: 1,
            per_room: 0,
            queue: 0,
        };
        let (quotas, guest) = (Quotas::new(limits), ActorId::new("guests/1f"));
        assert_eq!(quotas.take(&room("a"), &guest, START), None);
        assert_eq!(quotas.take(&room("a"), &guest, START), Some(Limit::Person(limits.window)));
        quotas.give_back(&room("a"), &guest);
        assert_eq!(quotas.take(&room("a"), &guest, START), None);
    }
}
