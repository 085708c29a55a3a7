//! Questions that one answer is for.

use nextcloud_opencode_bot::domain::job::{FollowUp, JobId, Stage};
use nextcloud_opencode_bot::ports::queue::NewReply;

use super::{Entry, Reference, State};

impl Entry {
    fn waits(&self) -> bool {
        self.state == State::Open && self.stage() == Stage::Ask && self.lease.is_none()
    }

    /// Whether it has the same asker in the same place.
    fn is_beside(&self, other: &Self) -> bool {
        let (own, others) = (&self.job.question, &other.job.question);
        own.place == others.place && own.asker.id == others.asker.id
    }
}

impl Reference {
    /// Those behind a head, up to the first that does not follow it. Their numbers are learnt.
    pub(super) fn compare_follow_ups(&mut self, head: usize, found: &[FollowUp]) {
        if self.entries[head].stage() == Stage::Post {
            return assert_eq!(found, []);
        }
        let head = &self.entries[head];
        let behind = |nth: &usize| {
            let entry = &self.entries[*nth];
            entry.state == State::Open
                && entry.room() == head.room()
                && entry.job.question.message > head.job.question.message
        };
        let mut behind: Vec<_> = (0..self.entries.len()).filter(behind).collect();
        behind.sort_by_key(|&nth| self.entries[nth].job.question.message);
        let follows = |nth: &usize| {
            let entry = &self.entries[*nth];
            entry.waits() && entry.is_beside(head) && entry.job.asked_at >= head.job.asked_at
        };
        let expected: Vec<_> = behind.into_iter().take_while(follows).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (one, nth) in found.iter().zip(expected) {
            let job = &mut self.entries[nth].job;
            assert_eq!((&one.text, one.files), (&job.question.text, job.question.files));
            job.id = one.job;
        }
    }

    pub(super) fn end_those_it_is_for(&mut self, answered: JobId, reply: &NewReply) {
        let nth_of = |job: &JobId| self.entries.iter().position(|entry| entry.job.id == *job);
        let head = nth_of(&answered).expect("leased once");
        let named: Vec<_> = reply.joined.iter().filter_map(nth_of).collect();
        let answered: Vec<_> = std::iter::once(head).chain(named.iter().copied()).collect();
        let identical = |nth: usize| {
            reply.failure.is_none()
                && answered.iter().any(|&other| {
                    let (one, other) = (&self.entries[nth], &self.entries[other]);
                    one.is_beside(other) && one.job.question.text == other.job.question.text
                })
        };
        let joined = |nth: usize| {
            named.contains(&nth)
                && self.entries[nth].job.question.place == self.entries[head].job.question.place
        };
        let ends = |nth: &usize| self.entries[*nth].waits() && (joined(*nth) || identical(*nth));
        let ended: Vec<_> = (0..self.entries.len()).filter(ends).collect();
        for nth in ended {
            self.entries[nth].state = State::Done;
        }
    }
}
