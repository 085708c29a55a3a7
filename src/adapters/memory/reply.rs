//! Stored replies: parts and turn at once, then part by part.

use super::conversations::Remembered;
use super::job::{State, new_parts};
use super::state::Rows;
use crate::adapters::sql::print;
use crate::domain::job::{JobId, Lease, Part, PartState};
use crate::domain::message::Place;
use crate::domain::time::Timestamp;
use crate::ports::queue::{NewReply, QueueError};

impl Rows {
    pub(super) fn save_reply(&mut self, lease: &Lease, reply: &NewReply) -> Result<(), QueueError> {
        let lost = QueueError::LeaseLost(lease.job);
        let job = self.held(lease)?;
        let (State::Ask, Some(words)) = (job.state, &job.words) else { return Err(lost) };
        let (asker, one_to_one, files) = (words.asker.id.clone(), job.one_to_one, job.files);
        (job.state, job.reply_failure, job.due_at) = (State::Post, reply.failure, Timestamp::default());
        (job.trouble_since, job.lease) = (None, None);
        job.parts = new_parts(&reply.parts).collect();
        let (place, message) = (job.place.clone(), job.message);
        self.erase_notices_to(&place.room, message);
        if let Some(new) = &reply.turn {
            let prints = reply.parts.iter().map(|part| print::of(part)).collect();
            let turn = new.turn.clone();
            let turn = Remembered { turn, asker, one_to_one, files, at: new.at, prints };
            let memory = self.room(&place.room).memories.entry(place.thread).or_default();
            memory.add(turn, new.epoch, new.window_start);
        }
        self.end_those_it_is_for(lease.job, &place, reply);
        Ok(())
    }

    /// The identical ones first: their text is known only as long as what they repeat is open.
    fn end_those_it_is_for(&mut self, job: JobId, place: &Place, reply: &NewReply) {
        if reply.failure.is_none() {
            for answered in std::iter::once(&job).chain(&reply.joined) {
                self.end_identical(*answered);
            }
        }
        for joined in &reply.joined {
            if let Some(job) = self.job_mut(*joined).filter(|job| job.waits() && job.place == *place) {
                job.end();
            }
        }
    }

    /// Ends the questions that wait in the same place with the same asker and the same text.
    fn end_identical(&mut self, answered: JobId) {
        let Some(job) = self.job(answered) else { return };
        let Some(words) = &job.words else { return };
        let (place, asker, text) = (job.place.clone(), words.asker.id.clone(), words.text.clone());
        for job in self.room(&place.room).jobs.values_mut() {
            let is_same = job.place == place && job.asker() == Some(&asker) && job.text() == Some(&text);
            if is_same && job.id != answered && job.waits() {
                job.end();
            }
        }
    }

    pub(super) fn mark_part(
        &mut self,
        lease: &Lease,
        index: u32,
        state: PartState,
        uncertain: u32,
    ) -> Result<(), QueueError> {
        let (parts, at) = self.part(lease, index)?;
        (parts[at].state, parts[at].uncertain) = (state, uncertain);
        Ok(())
    }

    pub(super) fn split_part(
        &mut self,
        lease: &Lease,
        index: u32,
        texts: &[String],
    ) -> Result<(), QueueError> {
        let (parts, at) = self.part(lease, index)?;
        parts.splice(at..=at, new_parts(texts));
        for (index, part) in (0..).zip(parts) {
            part.index = index;
        }
        let job = self.held(lease)?;
        let (place, message) = (job.place.clone(), job.message);
        let memory = self.room(&place.room).memories.get_mut(&place.thread);
        if let Some(turn) = memory.and_then(|memory| memory.turns.get_mut(&message)) {
            turn.prints.extend(texts.iter().map(|text| print::of(text)));
        }
        Ok(())
    }

    /// The parts, and where among them that one is. One that is not there counts as lost with its lease.
    fn part(&mut self, lease: &Lease, index: u32) -> Result<(&mut Vec<Part>, usize), QueueError> {
        let parts = &mut self.held(lease)?.parts;
        let at = parts.iter().position(|part| part.index == index);
        at.map(|at| (parts, at)).ok_or(QueueError::LeaseLost(lease.job))
    }
}
