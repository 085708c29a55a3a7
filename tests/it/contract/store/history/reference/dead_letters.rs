//! Questions that were given up.

use nextcloud_opencode_bot::domain::job::Job;
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::dead_letters::{DeadLetter, Selection};

use super::{Entry, Reference, State};

impl Reference {
    fn dead(&mut self, which: Selection) -> impl Iterator<Item = &mut Entry> {
        self.entries.iter_mut().filter(move |entry| {
            matches!(entry.state, State::Dead(..))
                && (which == Selection::All || which == Selection::One(entry.job.id))
        })
    }

    pub(in super::super) fn drop(&mut self, which: Selection) -> u64 {
        self.dead(which).map(|entry| entry.state = State::Done).map(|()| 1).sum()
    }

    pub(in super::super) fn retry(&mut self, which: Selection, now: Timestamp) -> u64 {
        let mut count = 0;
        for entry in self.dead(which) {
            count += 1;
            entry.open_again(now);
            let job = &mut entry.job;
            job.reply = job.reply.take().filter(|reply| reply.failure.is_none());
            for part in job.reply.iter_mut().flat_map(|reply| &mut reply.parts) {
                part.uncertain = 0;
            }
        }
        count
    }

    pub(in super::super) fn dead_letters(&self) -> Vec<DeadLetter> {
        let letter = |entry: &Entry| {
            let State::Dead(failure, died_at) = entry.state else { return None };
            let Job { id, ref question, asked_at, attempts, .. } = entry.job;
            let (room, message) = (question.place.room.clone(), question.message);
            Some(DeadLetter { job: id, room, message, failure, asked_at, died_at, attempts })
        };
        let mut letters: Vec<_> = self.entries.iter().filter_map(letter).collect();
        letters.sort_by_key(|letter| letter.died_at);
        letters
    }
}
