//! What is still to be put on or corrected. Plain bookkeeping: the keeper does it.

use std::collections::{HashMap, VecDeque};

use crate::domain::job::JobId;
use crate::domain::message::{MessageId, RoomToken};
use crate::domain::sign::Sign;
use crate::domain::time::Timestamp;
use crate::ports::signs::WrongSign;

/// So many signs wait to be put on at most; a newer one is dropped then.
const WAITING: usize = 256;

/// A sign that is recorded and has to be put on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PutOn {
    pub(super) room: RoomToken,
    pub(super) message: MessageId,
    pub(super) sign: Sign,
    /// How often it failed.
    pub(super) tries: usize,
    pub(super) not_before: Timestamp,
}

impl PutOn {
    pub(super) fn new(room: RoomToken, message: MessageId, sign: Sign) -> Self {
        Self { room, message, sign, tries: 0, not_before: Timestamp::default() }
    }

    fn is_on(&self, wrong: &WrongSign) -> bool {
        self.message == wrong.message && self.room == wrong.room
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Put a sign on.
    PutOn(PutOn),
    /// Take a sign off and record what is to be there; it failed so often before.
    Correct { wrong: WrongSign, tries: usize },
}

impl Step {
    fn room(&self) -> &RoomToken {
        match self {
            Self::PutOn(sign) => &sign.room,
            Self::Correct { wrong, .. } => &wrong.room,
        }
    }
}

/// A correction that failed.
#[derive(Debug)]
struct Failed {
    tries: usize,
    not_before: Timestamp,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    put_on: VecDeque<PutOn>,
    wrong: VecDeque<WrongSign>,
    /// Also of corrections that are not in the list at present.
    failed: HashMap<JobId, Failed>,
    /// The store had more than it was asked for.
    more: bool,
}

impl Agenda {
    /// A sign has to be put on; unless one waits for that message already, or is known to be the wrong one.
    pub(super) fn put_on(&mut self, sign: PutOn) {
        let waits = |other: &PutOn| other.message == sign.message && other.room == sign.room;
        let known = self.put_on.iter().any(waits) || self.wrong.iter().any(|wrong| sign.is_on(wrong));
        if self.put_on.len() < WAITING && !known {
            self.put_on.push_back(sign);
        }
    }

    /// Nothing is put on any more.
    pub(super) fn put_on_nothing(&mut self) {
        self.put_on.clear();
    }

    /// Puts these in the place of all corrections. A sign that waits to be put on a message of these is dropped.
    /// `full` tells that there may be more.
    pub(super) fn correct(&mut self, wrong: Vec<WrongSign>, full: bool, now: Timestamp) {
        self.put_on.retain(|sign| !wrong.iter().any(|wrong| sign.is_on(wrong)));
        if !full {
            self.failed.retain(|job, _| wrong.iter().any(|wrong| wrong.job == *job));
        }
        let ready = |wrong: &WrongSign| self.failed.get(&wrong.job).is_none_or(|it| it.not_before <= now);
        self.wrong = wrong.into_iter().filter(ready).collect();
        self.more = full && !self.wrong.is_empty();
    }

    /// Whether all that the store gave is begun and it has more.
    pub(super) fn wants_more(&self) -> bool {
        self.more && self.wrong.is_empty()
    }

    /// That correction is not needed any more.
    pub(super) fn corrected(&mut self, job: JobId) {
        self.failed.remove(&job);
    }

    /// That correction is to be begun again then, when it is still needed.
    pub(super) fn correct_again(&mut self, job: JobId, tries: usize, not_before: Timestamp) {
        self.failed.insert(job, Failed { tries, not_before });
    }

    /// Takes up to `limit` steps that can be begun, each in another room: signs of new questions first, since people
    /// wait for these.
    pub(super) fn take(&mut self, limit: usize, now: Timestamp) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let free = |steps: &[Step], room: &RoomToken| steps.iter().all(|step| step.room() != room);
        let ready = |sign: &PutOn| sign.not_before <= now;
        while steps.len() < limit
            && let Some(at) = self.put_on.iter().position(|sign| ready(sign) && free(&steps, &sign.room))
        {
            steps.extend(self.put_on.remove(at).map(Step::PutOn));
        }
        while steps.len() < limit
            && let Some(at) = self.wrong.iter().position(|wrong| free(&steps, &wrong.room))
            && let Some(wrong) = self.wrong.remove(at)
        {
            let tries = self.failed.get(&wrong.job).map_or(0, |failed| failed.tries);
            steps.push(Step::Correct { wrong, tries });
        }
        steps
    }

    /// Whether something is to be corrected as soon as anything can be begun.
    pub(super) fn has_corrections(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// When the next sign can be put on that cannot be now.
    pub(super) fn next_put_on(&self) -> Option<Timestamp> {
        self.put_on.iter().map(|sign| sign.not_before).min()
    }

    /// When the next correction that failed is to be begun again.
    pub(super) fn next_correction(&self, now: Timestamp) -> Option<Timestamp> {
        self.failed.values().map(|failed| failed.not_before).filter(|at| *at > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::testing::{START, at, room};

    fn sign(room_name: &str, message: i64) -> PutOn {
        PutOn::new(room(room_name), MessageId(message), Sign::Thinking)
    }

    fn wrong(room_name: &str, message: i64) -> WrongSign {
        WrongSign {
            job: JobId(message),
            room: room(room_name),
            message: MessageId(message),
            shown: Some(Sign::Thinking),
            wanted: None,
        }
    }

    fn correct(room_name: &str, message: i64, tries: usize) -> Step {
        Step::Correct { wrong: wrong(room_name, message), tries }
    }

    #[test]
    fn new_questions_come_first_and_no_room_twice_at_once() {
        let mut agenda = Agenda::default();
        agenda.correct(vec![wrong("a", 1), wrong("b", 2), wrong("c", 3)], false, START);
        for message in [4, 5] {
            agenda.put_on(sign("a", message));
        }
        assert_eq!(
            agenda.take(3, START),
            [Step::PutOn(sign("a", 4)), correct("b", 2, 0), correct("c", 3, 0)]
        );
        assert_eq!(agenda.take(3, START), [Step::PutOn(sign("a", 5))]);
        assert_eq!(agenda.take(3, START), [correct("a", 1, 0)]);
        assert_eq!(agenda.take(3, START), []);
    }

    #[test]
    fn a_sign_is_not_put_on_that_is_known_to_be_wrong() {
        let mut agenda = Agenda::default();
        agenda.put_on(sign("a", 1));
        agenda.correct(vec![wrong("a", 1), wrong("a", 2)], false, START);
        agenda.put_on(sign("a", 2));
        assert_eq!(agenda.take(1, START), [correct("a", 1, 0)]);
        assert_eq!(agenda.take(1, START), [correct("a", 2, 0)]);
        assert_eq!(agenda.take(1, START), []);
    }

    #[test]
    fn the_same_number_in_another_room_is_another_message() {
        let mut agenda = Agenda::default();
        agenda.correct(vec![wrong("a", 1)], false, START);
        agenda.put_on(sign("b", 1));
        assert_eq!(agenda.take(1, START), [Step::PutOn(sign("b", 1))]);
    }

    #[test]
    fn what_failed_waits_for_its_time_and_knows_how_often() {
        let mut agenda = Agenda::default();
        agenda.correct_again(JobId(1), 2, at(10));
        agenda.correct(vec![wrong("a", 1)], true, START);
        assert_eq!((agenda.take(1, START), agenda.wants_more()), (Vec::new(), false));
        assert_eq!((agenda.next_correction(START), agenda.next_correction(at(10))), (Some(at(10)), None));
        agenda.correct(vec![wrong("a", 1)], true, at(10));
        assert_eq!((agenda.take(1, at(10)), agenda.wants_more()), (vec![correct("a", 1, 2)], true));
    }

    #[test]
    fn what_is_right_again_is_forgotten() {
        let mut agenda = Agenda::default();
        agenda.correct_again(JobId(1), 2, at(10));
        agenda.correct(Vec::new(), false, START);
        assert_eq!(agenda.next_correction(START), None);
    }

    #[test]
    fn a_sign_that_failed_is_put_on_when_it_is_time() {
        let mut agenda = Agenda::default();
        agenda.put_on(PutOn { not_before: at(5), ..sign("a", 1) });
        assert_eq!((agenda.take(1, START), agenda.next_put_on()), (Vec::new(), Some(at(5))));
        assert_eq!(agenda.take(1, at(5)).len(), 1);
    }
}
