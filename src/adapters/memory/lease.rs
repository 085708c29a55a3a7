//! Which jobs are leased, and in which order.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::time::Duration;

use super::job::{Held, Row, State};
use super::state::{Room, Rows};
use crate::adapters::sql::{LONGEST_DELAY, LONGEST_PAUSE};
use crate::domain::actor::ActorId;
use crate::domain::job::{FollowUp, JobId, Lease, Stage};
use crate::domain::time::Timestamp;
use crate::ports::queue::Leased;

/// The oldest open job of a room.
struct Head<'a> {
    job: &'a Row,
    stage: Stage,
    /// From when on nothing holds it back.
    ready_at: Timestamp,
    /// Since when somebody stands in line in its room.
    line_at: Option<Timestamp>,
}

impl Room {
    /// A room's head may be older than a job that is leased already; then it waits, so that nobody answers two
    /// questions of a room at once.
    fn head(&self, server_paused_until: Option<Timestamp>) -> Option<Head<'_>> {
        let (job, stage) = self.jobs.values().find_map(|job| Some((job, job.stage()?)))?;
        // A lease holds until its end, that moment included.
        let after = |held: &Held| held.until + Duration::from_millis(1);
        let leases_end = self.jobs.values().filter_map(|job| job.lease.as_ref().map(after)).max();
        let server = server_paused_until.filter(|_| stage == Stage::Post);
        let ready_at = Some(job.due_at).max(leases_end).max(self.paused_until).max(server)?;
        let asking = self.jobs.values().filter(|job| job.state == State::Ask);
        Some(Head { job, stage, ready_at, line_at: asking.map(|job| job.line_at).min() })
    }

    /// What stands behind the head, up to the first that is no follow-up.
    fn follow_ups(&self, head: &Row) -> Vec<FollowUp> {
        let behind = self.jobs.range((Excluded(head.message), Unbounded)).map(|(_, job)| job);
        let follows = |job: &&Row| {
            job.waits()
                && job.asked_at >= head.asked_at
                && job.place == head.place
                && job.asker() == head.asker()
        };
        behind
            .filter(|job| job.is_open())
            .take_while(follows)
            .filter_map(|job| {
                Some(FollowUp {
                    job: job.id,
                    message: job.message,
                    text: job.text()?.to_owned(),
                    files: job.files,
                })
            })
            .collect()
    }
}

impl Rows {
    /// What an earlier service left.
    pub(super) fn take_over(&mut self, now: Timestamp) {
        let too_late = |due_at: Timestamp, since: Option<Timestamp>| {
            due_at > now && (due_at > now + LONGEST_DELAY || since.is_none_or(|since| since > now))
        };
        let lasts = |until: &Timestamp| *until <= now + LONGEST_PAUSE;
        self.server_paused_until = self.server_paused_until.filter(lasts);
        for room in self.rooms.values_mut() {
            room.paused_until = room.paused_until.filter(lasts);
        }
        for job in self.jobs_mut() {
            job.lease = None;
            if job.is_open() && too_late(job.due_at, job.trouble_since) {
                job.due_at = now;
            }
        }
        for notice in self.notices.values_mut().filter(|notice| too_late(notice.due_at, Some(notice.since))) {
            (notice.due_at, notice.since) = (now, notice.since.min(now));
        }
    }

    pub(super) fn lease(&mut self, stage: Stage, limit: usize, now: Timestamp, held: &Held) -> Vec<Leased> {
        let mut heads = self.heads().filter(|head| head.stage == stage && head.ready_at <= now).collect();
        match stage {
            Stage::Ask => line_up(&mut heads),
            Stage::Post => heads.sort_by_key(|head| (head.job.asked_at, head.job.id)),
        }
        let mut taken: Vec<_> =
            heads.iter().take(limit).map(|head| (head.job.asked_at, head.job.id)).collect();
        taken.sort_unstable();
        let leased = taken.into_iter().filter_map(|(_, id)| self.take(id, held)).collect::<Vec<_>>();
        if stage == Stage::Ask {
            self.move_back(&leased, now);
        }
        leased
    }

    pub(super) fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        self.heads().map(|head| head.ready_at).filter(|ready_at| *ready_at > now).min()
    }

    fn heads(&self) -> impl Iterator<Item = Head<'_>> {
        self.rooms.values().filter_map(|room| room.head(self.server_paused_until))
    }

    fn take(&mut self, id: JobId, held: &Held) -> Option<Leased> {
        let job = self.job_mut(id)?;
        let Held { token, until } = held;
        job.lease = Some(Held { token: token.clone(), until: *until });
        job.attempts += 1;
        let job = self.job(id)?;
        let follow_ups = match job.state {
            State::Ask => self.rooms.get(&job.place.room)?.follow_ups(job),
            _ => Vec::new(),
        };
        Some(Leased { lease: Lease { job: id, token: token.clone() }, job: job.job(follow_ups)? })
    }

    /// Who gets an answer stands behind all others who wait.
    fn move_back(&mut self, leased: &[Leased], now: Timestamp) {
        let is_served = |asker: &ActorId| leased.iter().any(|one| one.job.question.asker.id == *asker);
        for job in self.jobs_mut().filter(|job| job.state == State::Ask) {
            if job.asker().is_some_and(is_served) {
                job.line_at = now;
            }
        }
    }
}

/// The first heads of all askers go before anybody's second one.
fn line_up(heads: &mut Vec<Head<'_>>) {
    heads.sort_by_key(|head| (head.line_at, head.job.asked_at, head.job.id));
    let mut rounds = BTreeMap::<&str, u32>::new();
    let mut of_round = BTreeMap::<u32, Vec<Head<'_>>>::new();
    for head in heads.drain(..) {
        let round = rounds.entry(head.job.asker().map_or("", ActorId::as_str)).or_default();
        of_round.entry(*round).or_default().push(head);
        *round += 1;
    }
    heads.extend(of_round.into_values().flatten());
}
