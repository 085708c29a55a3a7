//! The webhook: Talk tells what happens in a room. The order is the protection: headers, body, signature, and
//! only then JSON. Talk takes 200 for success and never sends anything twice.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use super::activity::{self, WebhookEvent};
use super::problem::{Problem, Reason};
use super::replays::Replays;
use super::signed::{Opened, Signed};
use super::{Service, Tag};
use crate::adapters::clock::Stopwatch;
use crate::application::receive::{Ignored, Received};
use crate::domain::event::Event;
use crate::domain::time::Timestamp;
use crate::ports::with_causes;

/// How the doctor's own events count, the one that has to be refused as well: what is counted otherwise came from Talk or
/// from strangers.
const DOCTORS: &str = "doctor";

/// When a client may come again after 503. Talk does not; a person who sends again does.
const RETRY_AFTER_SECONDS: u64 = 5;

/// A wrong secret fails with every message, and strangers knock too: one line a minute tells enough.
const REFUSALS_LOGGED_EVERY: Duration = Duration::from_mins(1);

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// It is stored for good and will be answered; or it steered the bot, which is done.
    Queued,
    /// It needs no answer; nothing of its text was stored.
    Ignored,
    /// It was taken before.
    Duplicate,
}

/// The event was taken.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct Receipt {
    /// What became of it.
    status: Outcome,
    /// Why it was ignored: `not_addressed`, `not_allowed`, `limited`, `from_bot`, `system_message`, `reaction`,
    /// `membership` or `unknown_type`.
    reason: Option<String>,
}

impl From<Received> for Receipt {
    fn from(received: Received) -> Self {
        match received {
            Received::Queued => Self { status: Outcome::Queued, reason: None },
            Received::Duplicate => Self { status: Outcome::Duplicate, reason: None },
            Received::Ignored(why) => {
                Self { status: Outcome::Ignored, reason: Some(why.as_str().to_owned()) }
            }
        }
    }
}

/// The answers of the webhook. Talk reads the status only.
#[derive(ApiResponse)]
pub(super) enum WebhookAnswer {
    /// Taken. Everything that Talk sends is; most of it needs nothing.
    #[oai(status = 200, content_type = "application/json")]
    Received(Json<Receipt>),
    /// Signed, but no event of Talk: no JSON object with a `type`, or a known type without what it always has.
    #[oai(status = 400, content_type = "application/problem+json")]
    Malformed(Json<Problem>),
    /// The signature or its headers are missing or wrong. The answer does not tell which.
    #[oai(status = 401, content_type = "application/problem+json")]
    Unauthorized(Json<Problem>),
    /// The body did not arrive within 10 s.
    #[oai(status = 408, content_type = "application/problem+json")]
    Incomplete(Json<Problem>),
    /// The body is longer than 2 MiB.
    #[oai(status = 413, content_type = "application/problem+json")]
    TooLarge(Json<Problem>),
    /// The store could not take it, or did not say that it has: count it as not taken.
    #[oai(status = 503, content_type = "application/problem+json")]
    Unavailable(
        Json<Problem>,
        /// Seconds.
        #[oai(header = "Retry-After")]
        u64,
    ),
}

impl From<Problem> for WebhookAnswer {
    fn from(problem: Problem) -> Self {
        let (reason, problem) = (problem.reason, Json(problem));
        match reason {
            Reason::Malformed => Self::Malformed(problem),
            Reason::Unauthorized => Self::Unauthorized(problem),
            Reason::Incomplete => Self::Incomplete(problem),
            Reason::TooLarge => Self::TooLarge(problem),
            _ => Self::Unavailable(problem, RETRY_AFTER_SECONDS),
        }
    }
}

/// The operation that Talk calls.
pub(super) struct WebhookApi {
    desk: Arc<Desk>,
}

/// What a request is handled with, which may take longer than its sender waits.
struct Desk {
    service: Arc<Service>,
    replays: Replays,
    refusal_logged_at: AtomicI64,
}

#[OpenApi(tag = "Tag::Talk")]
impl WebhookApi {
    /// Take one event of Nextcloud Talk
    ///
    /// Talk sends every event of a room that the bot is enabled in, and the sender waits for the answer. `POST`
    /// on every other path is the same operation, so that the bot may be registered under any URL of this
    /// listener. Headers that are not listed here are ignored: nothing protects them.
    #[oai(path = "/webhook", method = "post", operation_id = "receiveEvent")]
    async fn receive(
        &self,
        /// Random text of Talk, new for every request.
        #[oai(name = "X-Nextcloud-Talk-Random")]
        request: Signed<WebhookEvent>,
    ) -> WebhookAnswer {
        match self.take(request).await {
            Ok(received) => WebhookAnswer::Received(Json(received.into())),
            Err(problem) => problem.into(),
        }
    }
}

impl WebhookApi {
    pub(super) fn new(service: Arc<Service>) -> Self {
        Self {
            desk: Arc::new(Desk {
                service,
                replays: Replays::default(),
                refusal_logged_at: AtomicI64::new(0),
            }),
        }
    }

    async fn take(&self, request: Signed<WebhookEvent>) -> Result<Received, Problem> {
        let sealed = request.read().await.map_err(|reason| self.desk.refuse(reason, false))?;
        let stopwatch = Stopwatch::start();
        let Service { secrets, clock, handling, .. } = &*self.desk.service;
        let now = clock.now();
        let stamped = sealed.is_stamped(secrets, now);
        let opened = sealed.open(secrets, now).map_err(|reason| self.desk.refuse(reason, stamped))?;
        // To its end, also when the sender hangs up before: what is noted and not done would be a duplicate for ever.
        let handling = handling.spawn(Arc::clone(&self.desk).handle(opened, stamped, stopwatch));
        handling.await.unwrap_or_else(|ended| match ended.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(Reason::Unavailable.into()),
        })
    }
}

impl Desk {
    async fn handle(
        self: Arc<Self>,
        opened: Opened,
        stamped: bool,
        since: Stopwatch,
    ) -> Result<Received, Problem> {
        let outcome = self.understand(&opened).await;
        let word = match &outcome {
            Ok(Received::Queued) => "queued",
            Ok(Received::Duplicate) => "duplicate",
            Ok(Received::Ignored(Ignored::UnknownType)) if stamped => DOCTORS,
            Ok(Received::Ignored(why)) => why.as_str(),
            Err(problem) => problem.reason.as_str(),
        };
        self.count(word, Some(since.elapsed()));
        outcome
    }

    /// One more with that outcome; of a genuine one with the time since its body was here.
    fn count(&self, word: &'static str, took: Option<Duration>) {
        self.service.metrics.webhook(word, took);
        tracing::debug!(outcome = word, "webhook answered");
    }

    async fn understand(&self, Opened { body, mark, .. }: &Opened) -> Result<Received, Problem> {
        let event = activity::read(body).map_err(|unreadable| {
            tracing::warn!(%unreadable, "a signed webhook is no event that Talk is known to send");
            Problem::new(Reason::Malformed, unreadable.to_string())
        })?;
        // The store knows messages by their numbers; nothing else has one.
        let is_message = matches!(event, Event::Message(_));
        if !is_message && self.replays.knows(*mark) {
            return Ok(Received::Duplicate);
        }
        let outcome = self.service.receive.handle(event).await;
        self.service.readiness.saw(&outcome);
        if !is_message && outcome.is_ok() {
            self.replays.remember(*mark);
        }
        outcome.map_err(|error| {
            tracing::error!(error = with_causes(&error), "a message could not be stored and is lost");
            Reason::Unavailable.into()
        })
    }

    fn refuse(&self, reason: Reason, stamped: bool) -> Problem {
        self.count(if stamped && reason == Reason::Unauthorized { DOCTORS } else { reason.as_str() }, None);
        let now = self.service.clock.now();
        let due = |logged_at| {
            let due = now.since(Timestamp::from_millis(logged_at)) >= REFUSALS_LOGGED_EVERY;
            due.then_some(now.as_millis())
        };
        if self.refusal_logged_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, due).is_ok() {
            tracing::warn!(
                reason = reason.as_str(),
                "a webhook was refused; if it came from Nextcloud and the reason is `unauthorized`, the secret here \
                 is not the one that the bot was installed with (more within a minute are not logged)"
            );
        }
        reason.into()
    }
}

#[cfg(test)]
mod tests;
