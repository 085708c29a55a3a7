//! What workers do.

use nextcloud_opencode_bot::domain::job::{Failure, JobId, Lease, PartState, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::{MessageId, Place};
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::queue::{Leased, NewReply, NewTurn, QueueError};

use super::{History, alike};
use crate::contract::store::new_turn;

/// Tokens differ, all the rest must not.
fn without_tokens(leased: &[Leased]) -> Vec<Leased> {
    let without =
        |one: &Leased| Leased { lease: Lease { job: one.lease.job, token: String::new() }, ..one.clone() };
    leased.iter().map(without).collect()
}

impl History {
    pub(super) async fn lease(&mut self) {
        let stage = self.pick(&[Stage::Ask, Stage::Post]);
        let (limit, now, until) = (self.limit(), self.now(), self.soon());
        let by_sql = self.sqlite.queue.lease(stage, limit, now, until).await.expect("leased");
        let by_memory = self.memory.queue.lease(stage, limit, now, until).await.expect("leased");
        assert_eq!(
            without_tokens(&by_memory),
            without_tokens(&by_sql),
            "seed {} step {}",
            self.seed,
            self.step
        );
        let pairs =
            by_sql.iter().zip(&by_memory).map(|(sql, memory)| [sql.lease.clone(), memory.lease.clone()]);
        self.leases.extend(pairs);
        if stage == Stage::Ask {
            self.asked = by_sql;
        }
    }

    /// Something that needs a lease, mostly one of the last.
    pub(super) async fn write(&mut self) {
        if self.leases.is_empty() {
            return;
        }
        let back = self.random.index(self.leases.len().min(4)) + 1;
        let [sql, memory] = self.leases[self.leases.len() - back].clone();
        let by_sql;
        let by_memory;
        let (sqlite_queue, memory_queue) = (self.sqlite.queue.clone(), self.memory.queue.clone());
        match self.below(9) {
            0 => {
                let until = self.soon();
                by_sql = sqlite_queue.renew(&sql, until).await;
                by_memory = memory_queue.renew(&memory, until).await;
            }
            1..=3 => {
                let reply = self.reply(sql.job).await;
                by_sql = sqlite_queue.save_reply(&sql, &reply).await;
                by_memory = memory_queue.save_reply(&memory, &reply).await;
            }
            4 => {
                let state = self.pick(&[PartState::Waiting, PartState::Posted]);
                let (index, uncertain) = (self.pick(&[0, 1, 5]), self.pick(&[0, 1]));
                by_sql = sqlite_queue.mark_part(&sql, index, state, uncertain).await;
                by_memory = memory_queue.mark_part(&memory, index, state, uncertain).await;
            }
            5 => {
                let (index, texts) = (self.pick(&[0, 1]), [self.text(), self.text()]);
                by_sql = sqlite_queue.split_part(&sql, index, &texts).await;
                by_memory = memory_queue.split_part(&memory, index, &texts).await;
            }
            _ => {
                let (now, settlement) = (self.now(), self.settlement());
                by_sql = sqlite_queue.settle(&sql, settlement, now).await;
                by_memory = memory_queue.settle(&memory, settlement, now).await;
            }
        }
        let words = |result: Result<(), QueueError>| result.map_err(|error| error.to_string());
        assert_eq!(words(by_memory), words(by_sql), "seed {} step {}", self.seed, self.step);
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
    async fn reply(&mut self, job: JobId) -> NewReply {
        let parts = vec![self.text(), self.text()];
        let leased = self.asked.iter().find(|leased| leased.job.id == job).map(|leased| leased.job.clone());
        let Some(job) = leased else {
            return NewReply { failure: None, parts, turn: None, joined: Vec::new() };
        };
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
        NewTurn { epoch, window_start, at: Timestamp::from_millis(self.now), ..new_turn(message.0) }
    }
}
