//! Notices, signs, waits and steering, with trouble in between.

use async_trait::async_trait;
use nextcloud_opencode_bot::domain::job::JobId;
use nextcloud_opencode_bot::domain::message::{MessageId, Place, RoomToken};
use nextcloud_opencode_bot::domain::sign::Sign;
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::neighbours::Neighbours;
use nextcloud_opencode_bot::ports::outbox::{NewNotice, Notice, NoticeEnd, NoticeId, Outbox, OutboxError};
use nextcloud_opencode_bot::ports::queue::Enqueued;
use nextcloud_opencode_bot::ports::signs::{SignError, Signs, WrongSign};
use nextcloud_opencode_bot::ports::steering::{Asked, Pointer, Steering, SteeringError, Whose};
use nextcloud_opencode_bot::ports::waits::{WaitError, Waiting, Waits};

use super::StorePort;
use crate::ledger::Cause;

type Away<E> = fn(nextcloud_opencode_bot::ports::Cause) -> E;

const OUTBOX: Away<OutboxError> = OutboxError::Unavailable;
const SIGNS: Away<SignError> = SignError::Unavailable;
const STEERING: Away<SteeringError> = SteeringError::Unavailable;
const WAITS: Away<WaitError> = WaitError::Unavailable;

#[async_trait]
impl Outbox for StorePort {
    async fn add(&self, notice: &NewNotice, now: Timestamp) -> Result<(), OutboxError> {
        self.write("add a notice", OUTBOX, self.inner.add(notice, now), |world, ()| {
            world.say(format_args!("notice for {:?}: {}", notice.place, first_words(&notice.text)));
            world.coverage.saw("notice: stored");
        })
        .await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Notice>, OutboxError> {
        self.read(OUTBOX, self.inner.due(now, limit)).await
    }

    async fn end(&self, notice: NoticeId, end: NoticeEnd) -> Result<(), OutboxError> {
        self.write("end a notice", OUTBOX, self.inner.end(notice, end), |world, ()| {
            world.say(format_args!("notice {}: {end:?}", notice.0));
            world.coverage.saw(match end {
                NoticeEnd::Gone => "notice: posted or given up",
                NoticeEnd::RetryAt(_) => "notice: tried again",
            });
        })
        .await
    }

    async fn next_notice(&self, now: Timestamp) -> Result<Option<Timestamp>, OutboxError> {
        self.read(OUTBOX, self.inner.next_notice(now)).await
    }

    async fn noticed(&self) {
        self.inner.noticed().await;
        self.process.alive().await;
    }
}

#[async_trait]
impl Signs for StorePort {
    async fn wrong(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError> {
        self.read(SIGNS, self.inner.wrong(now, limit)).await
    }

    async fn wrongly_shown(&self, now: Timestamp, limit: usize) -> Result<Vec<WrongSign>, SignError> {
        self.read(SIGNS, self.inner.wrongly_shown(now, limit)).await
    }

    async fn record(&self, job: JobId, shown: Option<Sign>) -> Result<(), SignError> {
        let number = self.process.number;
        self.write("record a sign", SIGNS, self.inner.record(job, shown), |world, ()| {
            world.say(format_args!("sign of {job}: {shown:?}"));
            let now = world.now();
            if shown == Some(Sign::Failed)
                && let Some(record) = world.ledger.of_job(job)
            {
                record.failed_sign.push((now, number));
            }
        })
        .await
    }

    async fn thinking(&self, limit: usize) -> Result<Vec<(RoomToken, MessageId)>, SignError> {
        self.read(SIGNS, self.inner.thinking(limit)).await
    }
}

#[async_trait]
impl Neighbours for StorePort {}

#[async_trait]
impl Waits for StorePort {
    async fn waiting(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Waiting>, WaitError> {
        self.read(WAITS, self.inner.waiting(before, now, limit)).await
    }

    async fn oldest_waiting(&self) -> Result<Option<Timestamp>, WaitError> {
        self.read(WAITS, self.inner.oldest_waiting()).await
    }

    async fn tell(&self, job: JobId, notice: &NewNotice, now: Timestamp) -> Result<bool, WaitError> {
        self.write("tell", WAITS, self.inner.tell(job, notice, now), |world, told| {
            world.say(format_args!("tell that {job} waits: {told}"));
            world.coverage.saw("notice: of a wait");
        })
        .await
    }
}

#[async_trait]
impl Steering for StorePort {
    async fn claim(
        &self,
        place: &Place,
        message: MessageId,
        now: Timestamp,
    ) -> Result<Enqueued, SteeringError> {
        self.write("claim", STEERING, self.inner.claim(place, message, now), |world, claimed| {
            world.say(format_args!("claim {} {}: {claimed:?}", place.room, message.0));
            if *claimed == Enqueued::New {
                world.ledger.claimed.insert((place.room.clone(), message.0));
            }
        })
        .await
    }

    async fn find(&self, pointer: &Pointer) -> Result<Option<Asked>, SteeringError> {
        self.read(STEERING, self.inner.find(pointer)).await
    }

    async fn stop(&self, room: &RoomToken, whose: &Whose) -> Result<Vec<JobId>, SteeringError> {
        self.write("stop", STEERING, self.inner.stop(room, whose), |world, stopped| {
            world.say(format_args!("stop in {room}, of {whose:?}: {stopped:?}"));
            if !stopped.is_empty() {
                self.compare(world, &Cause::Stop);
            }
        })
        .await
    }

    async fn again(
        &self,
        room: &RoomToken,
        message: MessageId,
        now: Timestamp,
    ) -> Result<bool, SteeringError> {
        self.write("again", STEERING, self.inner.again(room, message, now), |world, opened| {
            world.say(format_args!("again {room} {}: {opened}", message.0));
            if *opened {
                world.coverage.saw("question: asked again");
                self.compare(world, &Cause::Again);
            }
        })
        .await
    }

    async fn open_in(&self, room: &RoomToken) -> Result<u64, SteeringError> {
        self.read(STEERING, self.inner.open_in(room)).await
    }
}

fn first_words(text: &str) -> String {
    text.chars().take(40).collect::<String>().replace('\n', " ")
}
