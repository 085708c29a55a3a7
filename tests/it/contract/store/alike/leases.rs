//! What workers do.

use nextcloud_opencode_bot::domain::job::{Failure, Job, Lease, PartState, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::{MessageId, Place};
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::queue::{JobQueue, Leased, NewReply, NewTurn};

use super::{History, alike};
use crate::contract::store::new_turn;

/// A write that names a lease.
enum Write {
    Renew(Timestamp),
    Save(NewReply),
    Mark(u32, PartState, u32),
    Split(u32, [String; 2]),
    Settle(Settlement, Timestamp),
}

impl Write {
    async fn make(&self, queue: &dyn JobQueue, lease: &Lease) -> Result<(), String> {
        let made = match self {
            Self::Renew(until) => queue.renew(lease, *until).await,
            Self::Save(reply) => queue.save_reply(lease, reply).await,
            Self::Mark(index, state, uncertain) => queue.mark_part(lease, *index, *state, *uncertain).await,
            Self::Split(index, texts) => queue.split_part(lease, *index, texts).await,
            Self::Settle(settlement, now) => queue.settle(lease, *settlement, *now).await,
        };
        made.map_err(|error| error.to_string())
    }
}

/// Tokens differ, all the rest must not.
fn without_token(leased: &Leased) -> Leased {
    Leased { lease: Lease { job: leased.lease.job, token: String::new() }, job: leased.job.clone() }
}

impl History {
    pub(super) async fn lease(&mut self) {
        let stage = self.pick(&[Stage::Ask, Stage::Post]);
        let (limit, now, until) = (self.limit(), self.now(), self.soon());
        let by_sql = self.sqlite.queue.lease(stage, limit, now, until).await.expect("leased");
        let by_memory = self.memory.queue.lease(stage, limit, now, until).await.expect("leased");
        let without_tokens = |leased: &[Leased]| leased.iter().map(without_token).collect::<Vec<_>>();
        let (known, found) = (without_tokens(&by_sql), without_tokens(&by_memory));
        assert_eq!(found, known, "seed {} step {}", self.seed, self.step);
        self.jobs.extend(by_sql.iter().map(|leased| leased.job.id));
        self.leased.extend(by_sql.into_iter().zip(by_memory).map(<[Leased; 2]>::from));
    }

    /// Something that needs a lease, which may be over.
    pub(super) async fn write(&mut self) {
        if self.leased.is_empty() {
            return;
        }
        let nth = self.random.index(self.leased.len());
        let [by_sql, by_memory] = self.leased.swap_remove(nth);
        let write = self.any_write(&by_sql.job).await;
        let known = write.make(&*self.sqlite.queue, &by_sql.lease).await;
        let found = write.make(&*self.memory.queue, &by_memory.lease).await;
        assert_eq!(found, known, "seed {} step {}", self.seed, self.step);
        let is_over = known.is_err() || matches!(write, Write::Save(_) | Write::Settle(..));
        if !is_over || self.below(4) == 0 {
            self.leased.push([by_sql, by_memory]);
        }
    }

    async fn any_write(&mut self, job: &Job) -> Write {
        match (self.below(10), &job.reply) {
            (0, _) => Write::Renew(self.soon()),
            (1, _) => Write::Mark(self.pick(&[0, 1, 5]), PartState::Posted, self.pick(&[0, 1])),
            (2, _) => Write::Split(self.pick(&[0, 1]), [self.text(), self.text()]),
            (3, _) | (4..=6, None) => Write::Save(self.reply(job).await),
            _ => Write::Settle(self.settlement(), self.now()),
        }
    }

    fn settlement(&mut self) -> Settlement {
        let (at, now) = (self.soon(), self.now());
        match self.below(8) {
            0..=2 => Settlement::Done,
            3..=4 => Settlement::Dead(self.failure()),
            5 => Settlement::HandBack,
            6 => Settlement::RetryAt { at, trouble_since: None },
            _ => Settlement::RetryAt { at, trouble_since: Some(now) },
        }
    }

    fn failure(&mut self) -> Failure {
        self.pick(&[Failure::ModelTimedOut, Failure::TalkUncertain])
    }

    /// A failure, or an answer made in the present epoch or the one before, which may move the window.
    async fn reply(&mut self, job: &Job) -> NewReply {
        let parts = vec![self.text(), self.text()];
        let joined = match self.below(3) {
            0 => Vec::new(),
            1 => vec![self.job()],
            _ => job.follow_ups.iter().map(|follow_up| follow_up.job).collect(),
        };
        let failure = (self.below(4) == 0).then(|| self.failure());
        let turn = self.turn(&job.question.place, job.question.message).await;
        NewReply { failure, parts, turn: Some(turn).filter(|_| failure.is_none()), joined }
    }

    async fn turn(&mut self, place: &Place, message: MessageId) -> NewTurn {
        let epoch = alike!(self, store => store.conversations.recent(place)).expect("read").id.epoch;
        let epoch = if self.below(5) == 0 { epoch.saturating_sub(1) } else { epoch };
        let start = MessageId(message.0 + self.below(9) - 6);
        let window_start = (self.below(4) == 0).then_some(start);
        NewTurn { epoch, window_start, at: self.now(), ..new_turn(message.0) }
    }
}
