//! Questions that one answer is for.

use super::{Row, Rows};
use crate::domain::job::{FollowUp, JobId, Settlement, Stage};
use crate::ports::queue::NewReply;

impl Row {
    fn waits(&self) -> bool {
        self.end.is_none() && self.lease.is_none() && self.stage() == Stage::Ask
    }

    /// Whether it has the same asker in the same place.
    fn is_beside(&self, other: &Self) -> bool {
        let (own, others) = (&self.job.question, &other.job.question);
        own.place == others.place && own.asker.id == others.asker.id
    }
}

impl Rows {
    /// What stands behind that head, up to the first that does not follow it.
    pub(super) fn follow_ups(&self, head: usize) -> Vec<FollowUp> {
        let head = &self.jobs[head];
        if head.stage() == Stage::Post {
            return Vec::new();
        }
        let (room, message) = (&head.job.question.place.room, head.job.question.message);
        let is_behind = |row: &&Row| {
            let question = &row.job.question;
            row.end.is_none() && question.place.room == *room && question.message > message
        };
        let mut behind: Vec<_> = self.jobs.iter().filter(is_behind).collect();
        behind.sort_by_key(|row| row.job.question.message);
        let follows =
            |row: &&Row| row.waits() && row.is_beside(head) && row.job.asked_at >= head.job.asked_at;
        let follow_up = |row: &Row| {
            let question = &row.job.question;
            FollowUp {
                job: row.job.id,
                message: question.message,
                text: question.text.clone(),
                files: question.files,
            }
        };
        behind.into_iter().take_while(follows).map(follow_up).collect()
    }

    pub(super) fn end_those_it_is_for(&mut self, answered: JobId, reply: &NewReply) {
        let is_answered = |row: &&Row| row.job.id == answered || reply.joined.contains(&row.job.id);
        let repeats = |row: &Row| {
            let same = |other: &Row| row.is_beside(other) && row.job.question.text == other.job.question.text;
            reply.failure.is_none() && self.jobs.iter().filter(is_answered).any(same)
        };
        let ends = |row: &Row| row.waits() && (reply.joined.contains(&row.job.id) || repeats(row));
        let ended: Vec<_> = self.jobs.iter().map(ends).collect();
        for (row, ends) in self.jobs.iter_mut().zip(ended) {
            if ends {
                row.end = Some(Settlement::Done);
            }
        }
    }
}
