//! The webhook: Talk tells what happens in a room. The order is the protection: headers, body, signature, and
//! only then JSON. Talk takes 200 for success and never sends anything twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use super::activity::{self, WebhookEvent};
use super::problem::{Problem, Reason};
use super::replays::{Mark, Replays};
use super::signed::Signed;
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
    /// The store could not take it: nothing was stored.
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

/// What became of a request.
struct Taken {
    outcome: Result<Received, Problem>,
    /// Of a genuine one, the time since its body was here.
    took: Option<Duration>,
    /// Whether the doctor sent it.
    stamped: bool,
}

/// The operation that Talk calls.
pub(super) struct WebhookApi {
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
        let Taken { outcome, took, stamped } = self.take(request).await;
        let word = match &outcome {
            Ok(Received::Queued) => "queued",
            Ok(Received::Duplicate) => "duplicate",
            Ok(Received::Ignored(Ignored::UnknownType)) if stamped => DOCTORS,
            Ok(Received::Ignored(why)) => why.as_str(),
            Err(problem) if stamped && problem.reason == Reason::Unauthorized => DOCTORS,
            Err(problem) => problem.reason.as_str(),
        };
        self.service.metrics.webhook(word, took);
        tracing::debug!(outcome = word, "webhook answered");
        match outcome {
            Ok(received) => WebhookAnswer::Received(Json(received.into())),
            Err(problem) => problem.into(),
        }
    }
}

impl WebhookApi {
    pub(super) fn new(service: Arc<Service>) -> Self {
        Self { service, replays: Replays::default(), refusal_logged_at: AtomicI64::new(0) }
    }

    async fn take(&self, request: Signed<WebhookEvent>) -> Taken {
        let sealed = match request.read().await {
            Ok(sealed) => sealed,
            Err(reason) => return Taken { outcome: Err(self.refuse(reason)), took: None, stamped: false },
        };
        let stopwatch = Stopwatch::start();
        let (secrets, now) = (&self.service.secrets, self.service.clock.now());
        let (outcome, took) = match sealed.open(secrets, now) {
            Ok(body) => (self.understand(body, sealed.mark()).await, Some(stopwatch.elapsed())),
            Err(reason) => (Err(self.refuse(reason)), None),
        };
        Taken { outcome, took, stamped: sealed.is_stamped(secrets, now) }
    }

    async fn understand(&self, body: &[u8], mark: Mark) -> Result<Received, Problem> {
        let event = activity::read(body).map_err(|unreadable| {
            tracing::warn!(%unreadable, "a signed webhook is no event that Talk is known to send");
            Problem::new(Reason::Malformed, unreadable.to_string())
        })?;
        // The store knows messages by their numbers; nothing else has one.
        let is_message = matches!(event, Event::Message(_));
        if !is_message && self.replays.knows(mark) {
            return Ok(Received::Duplicate);
        }
        let outcome = self.service.receive.handle(event).await;
        self.service.readiness.saw(&outcome);
        if !is_message && outcome.is_ok() {
            self.replays.remember(mark);
        }
        outcome.map_err(|error| {
            tracing::error!(error = with_causes(&error), "a message could not be stored and is lost");
            Reason::Unavailable.into()
        })
    }

    fn refuse(&self, reason: Reason) -> Problem {
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
