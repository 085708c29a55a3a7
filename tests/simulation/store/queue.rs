//! The queue with trouble in between.

use async_trait::async_trait;
use nextcloud_opencode_bot::domain::job::{JobId, Lease, PartState, PauseScope, Question, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::RoomToken;
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::queue::{Depth, Enqueued, JobQueue, Leased, NewReply, QueueError};

use super::StorePort;
use crate::ledger::{Cause, End, Part};
use crate::world::State;

const AWAY: fn(nextcloud_opencode_bot::ports::Cause) -> QueueError = QueueError::Unavailable;

#[async_trait]
impl JobQueue for StorePort {
    async fn enqueue(&self, question: &Question, now: Timestamp) -> Result<Enqueued, QueueError> {
        let effect = self.inner.enqueue(question, now);
        self.write("enqueue", AWAY, effect, |world, enqueued| {
            world.say(format_args!("enqueue {} {}: {enqueued:?}", question.place.room, question.message.0));
            if *enqueued == Enqueued::New {
                let now = world.now();
                world.ledger.asked(question, now);
            }
        })
        .await
    }

    async fn lease(
        &self,
        stage: Stage,
        limit: usize,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Leased>, QueueError> {
        let effect = self.inner.lease(stage, limit, now, until);
        self.write("lease", AWAY, effect, |world, leased| {
            for job in leased {
                see_lease(world, stage, job);
            }
        })
        .await
    }

    async fn renew(&self, lease: &Lease, until: Timestamp) -> Result<(), QueueError> {
        let result = self.write("renew", AWAY, self.inner.renew(lease, until), |_, ()| {}).await;
        self.see_loss(lease, &result);
        result
    }

    async fn save_reply(&self, lease: &Lease, reply: &NewReply) -> Result<(), QueueError> {
        let effect = self.inner.save_reply(lease, reply);
        let result = self
            .write("save_reply", AWAY, effect, |world, ()| {
                world.say(format_args!(
                    "reply to {}: {:?}, {} parts, for {:?} as well",
                    lease.job,
                    reply.failure,
                    reply.parts.len(),
                    reply.joined
                ));
                world.ledger.replied(lease.job, reply);
                if let Some(key) = world.ledger.jobs.get(&lease.job).cloned() {
                    remember(world, &key, reply);
                    self.compare(world, &Cause::Reply(key));
                }
            })
            .await;
        self.see_loss(lease, &result);
        result
    }

    async fn mark_part(
        &self,
        lease: &Lease,
        index: u32,
        state: PartState,
        uncertain: u32,
    ) -> Result<(), QueueError> {
        let effect = self.inner.mark_part(lease, index, state, uncertain);
        let result = self
            .write("mark_part", AWAY, effect, |world, ()| {
                world.say(format_args!("part {index} of {}: {state:?}, {uncertain} unknown", lease.job));
                let now = world.now();
                if let Some(part) = part(world, lease.job, index)
                    && state == PartState::Posted
                {
                    part.marked = Some(now);
                }
            })
            .await;
        self.see_unwritten(lease, &result);
        self.see_loss(lease, &result);
        result
    }

    async fn split_part(&self, lease: &Lease, index: u32, texts: &[String]) -> Result<(), QueueError> {
        let effect = self.inner.split_part(lease, index, texts);
        let result = self
            .write("split_part", AWAY, effect, |world, ()| {
                world.say(format_args!("part {index} of {} becomes {}", lease.job, texts.len()));
                let part = |text: &String| Part { text: text.clone(), calls: Vec::new(), marked: None };
                let new: Vec<_> = texts.iter().map(part).collect();
                if let Some(reply) =
                    world.ledger.of_job(lease.job).and_then(|record| record.life().reply.as_mut())
                {
                    let at = index as usize;
                    reply.parts.splice(at..=at, new);
                }
            })
            .await;
        self.see_loss(lease, &result);
        result
    }

    async fn settle(&self, lease: &Lease, settlement: Settlement, now: Timestamp) -> Result<(), QueueError> {
        let effect = self.inner.settle(lease, settlement, now);
        let result = self
            .write("settle", AWAY, effect, |world, ()| {
                world.say(format_args!("settle {}: {settlement:?}", lease.job));
                let now = world.now();
                let end = match settlement {
                    Settlement::Done => End::Answered,
                    Settlement::Dead(failure) => End::Dead(failure),
                    Settlement::RetryAt { .. } | Settlement::HandBack => return,
                };
                if let Some(key) = world.ledger.jobs.get(&lease.job).cloned() {
                    world.ledger.ended(&key, end, now);
                }
            })
            .await;
        self.see_unwritten(lease, &result);
        self.see_loss(lease, &result);
        result
    }

    async fn pause(&self, scope: &PauseScope, until: Timestamp) -> Result<(), QueueError> {
        let paused = self
            .write("pause", AWAY, self.inner.pause(scope, until), |world, ()| {
                world.say(format_args!("pause {scope:?}"));
                world.talk.pause_is_stored(scope);
            })
            .await;
        if paused.is_err() {
            self.process.world.with(|world| world.talk.pause_is_refused(scope));
        }
        paused
    }

    async fn resume(&self, room: &RoomToken, now: Timestamp) -> Result<(), QueueError> {
        self.write("resume", AWAY, self.inner.resume(room, now), |world, ()| {
            world.say(format_args!("resume {room}"));
        })
        .await
    }

    async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, QueueError> {
        self.read(AWAY, self.inner.next_due(now)).await
    }

    async fn changed(&self, stage: Stage) {
        self.inner.changed(stage).await;
        self.process.alive().await;
    }

    async fn depth(&self, now: Timestamp) -> Result<Depth, QueueError> {
        self.read(AWAY, self.inner.depth(now)).await
    }
}

impl StorePort {
    fn see_loss(&self, lease: &Lease, result: &Result<(), QueueError>) {
        if !matches!(result, Err(QueueError::LeaseLost(_))) {
            return;
        }
        self.process.world.with(|world| {
            world.say(format_args!("the lease of {} is lost", lease.job));
            world.coverage.saw("lease: lost");
            if let Some(record) = world.ledger.of_job(lease.job) {
                record.life().lost += 1;
            }
        });
    }

    fn see_unwritten(&self, lease: &Lease, result: &Result<(), QueueError>) {
        if matches!(result, Err(QueueError::Unavailable(_))) {
            self.process.world.with(|world| {
                if let Some(record) = world.ledger.of_job(lease.job) {
                    record.life().unwritten += 1;
                }
            });
        }
    }
}

fn part(world: &mut State, job: JobId, index: u32) -> Option<&mut Part> {
    world.ledger.of_job(job)?.life().reply.as_mut()?.parts.get_mut(index as usize)
}

fn see_lease(world: &mut State, stage: Stage, leased: &Leased) {
    let (now, question) = (world.now(), &leased.job.question);
    let key = (question.place.room.clone(), question.message.0);
    world.say(format_args!("lease {} to {stage:?}: {} {}", leased.job.id, key.0, key.1));
    world.ledger.jobs.insert(leased.job.id, key.clone());
    for follow_up in &leased.job.follow_ups {
        world.say(format_args!("  with {}", follow_up.job));
    }
    let older = |(other, record): (&crate::ledger::Key, &crate::ledger::Record)| {
        other.0 == key.0 && other.1 < key.1 && record.is_open()
    };
    if world.ledger.records.iter().any(older) {
        world.fail(format!("{key:?} is leased before an older question of its room"));
    }
    if stage == Stage::Post {
        world.ledger.posting.insert(key.0.clone(), key.clone());
        if let Some(record) = world.ledger.records.get_mut(&key) {
            record.life().leased_to_post.get_or_insert(now);
        }
    }
}

/// A turn that is stored anew is not forgotten any more.
fn remember(world: &mut State, key: &crate::ledger::Key, reply: &NewReply) {
    if reply.turn.is_some() {
        world.ledger.forgotten.retain(|(room, _, message), _| *room != key.0 || *message != key.1);
    }
}
