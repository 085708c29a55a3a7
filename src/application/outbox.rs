//! What the bot itself has to say, from the outbox into the rooms: in order in each room, a few rooms at a time, and
//! never two tries of one message at once.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio_util::sync::CancellationToken;

use super::caution::NOTICES_AT_ONCE;
use super::insist::insist;
use super::poster::{Poster, Unsent};
use super::shifts::Shifts;
use crate::domain::retry::TALK_FAILED;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::outbox::{Notice, NoticeEnd, NoticeId, Outbox, OutboxError};
use crate::ports::queue::QueueError;
use crate::ports::talk::TalkError;
use crate::ports::with_causes;

/// What could not be said for so long helps nobody any more. Long enough for the end of one pause, and not of two.
const TOO_LATE: Duration = Duration::from_hours(1);

/// The outbox is looked at this often at least.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// And not more often than this for the sake of time alone.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);

/// After an outbox that cannot be read.
const ERROR_WAIT: Duration = Duration::from_secs(5);

/// What is under way at the end of a shift may take so long.
pub const DRAIN: Duration = Duration::from_secs(10);

/// The loop that empties the outbox.
pub struct Speaker {
    outbox: Arc<dyn Outbox>,
    poster: Arc<Poster>,
    clock: Arc<dyn Clock>,
}

impl Speaker {
    /// A loop that has not started.
    #[must_use]
    pub fn new(outbox: Arc<dyn Outbox>, poster: Arc<Poster>, clock: Arc<dyn Clock>) -> Self {
        Self { outbox, poster, clock }
    }

    /// Posts in each of the `shifts`, at the end of which only what is under way.
    pub async fn run(self, shifts: impl Into<Shifts>) {
        let mut shifts = shifts.into();
        while let Some(end) = shifts.next().await {
            self.poster.caution().doubt();
            self.speak(end).await;
        }
    }

    async fn speak(&self, stop: CancellationToken) {
        let mut under_way: Vec<NoticeId> = Vec::new();
        let mut running = FuturesUnordered::new();
        while !stop.is_cancelled() {
            let now = self.clock.now();
            let due = self.due(&under_way, now).await;
            let readable = due.is_ok();
            for notice in due.unwrap_or_default() {
                under_way.push(notice.id);
                running.push(self.say(notice));
            }
            let wait = if readable { self.time_to_next(now).await } else { ERROR_WAIT };
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                // Before the bell: what runs goes on only here.
                Some(said) = running.next() => under_way.retain(|notice| *notice != said),
                () = self.outbox.noticed(), if readable => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        let rest = async { while running.next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, rest).await.is_err() {
            tracing::warn!("a message is still under way; it may be posted again after the next start");
        }
    }

    /// What can be begun now.
    async fn due(&self, under_way: &[NoticeId], now: Timestamp) -> Result<Vec<Notice>, OutboxError> {
        let free = NOTICES_AT_ONCE.saturating_sub(under_way.len());
        if free == 0 {
            return Ok(Vec::new());
        }
        let due = self.outbox.due(now, NOTICES_AT_ONCE + under_way.len()).await;
        let mut due = due.inspect_err(|error| {
            tracing::error!(error = with_causes(error), "the outbox cannot be read");
        })?;
        due.retain(|notice| !under_way.contains(&notice.id));
        due.truncate(free);
        Ok(due)
    }

    async fn time_to_next(&self, now: Timestamp) -> Duration {
        match self.outbox.next_notice(now).await {
            Ok(Some(due)) => due.since(self.clock.now()).clamp(SHORTEST_WAIT, LONGEST_WAIT),
            Ok(None) | Err(_) => LONGEST_WAIT,
        }
    }

    /// Tries once and records what became of it. While that cannot be recorded the notice stays under way, since it
    /// would be found due, and posted again.
    async fn say(&self, notice: Notice) -> NoticeId {
        let end = self.try_once(&notice).await;
        let record = || async {
            let ended = self.outbox.end(notice.id, end).await;
            ended.map_err(|error| QueueError::Unavailable(Box::new(error)))
        };
        while let Err(error) = insist(record).await {
            let error = with_causes(&error);
            tracing::error!(error, "what became of a message cannot be recorded; its room waits");
        }
        notice.id
    }

    async fn try_once(&self, notice: &Notice) -> NoticeEnd {
        if self.clock.now().since(notice.since) > TOO_LATE {
            tracing::warn!(notice = notice.id.0, "too late to be said; dropped");
            return NoticeEnd::Gone;
        }
        let mut quote = notice.notice.reply_to;
        let Err(error) = self.poster.post(&notice.notice.place, &notice.notice.text, &mut quote).await else {
            return NoticeEnd::Gone;
        };
        let next = self.next_try(notice, &error);
        let error = with_causes(&error);
        if next.is_some() {
            tracing::info!(notice = notice.id.0, error, "not said; it is tried again");
        } else {
            tracing::warn!(notice = notice.id.0, error, "not said, or it is not known; dropped");
        }
        next.map_or(NoticeEnd::Gone, NoticeEnd::RetryAt)
    }

    /// A second post of unknown outcome would be worse than a sentence that is missing.
    fn next_try(&self, notice: &Notice, error: &Unsent) -> Option<Timestamp> {
        let now = self.clock.now();
        let next = match error {
            Unsent::Held(until) => *until,
            Unsent::Talk(TalkError::Unauthorized | TalkError::LockedOut { .. }) => {
                self.poster.held_until(&notice.notice.place.room)?
            }
            Unsent::Talk(TalkError::Unavailable(_) | TalkError::Failed(_)) => {
                now + TALK_FAILED.next_pause(now, notice.since, 0.0)?
            }
            Unsent::Talk(
                TalkError::Uncertain(_) | TalkError::RoomGone | TalkError::TooLong | TalkError::Refused(_),
            ) => return None,
        };
        (next.since(notice.since) < TOO_LATE).then_some(next)
    }
}

#[cfg(test)]
mod tests;
