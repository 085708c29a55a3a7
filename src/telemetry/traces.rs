//! The spans of questions: what was done for one, when, and how it ended. Attributes are numbers and words of the
//! program, so that nothing that somebody wrote can get into a trace.

use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::domain::message::{MessageId, RoomToken};
use crate::domain::signature::BotSecret;
use crate::domain::time::Timestamp;
use crate::domain::trace::{Trace, TraceKey};

/// Spans that wait to be sent. What does not fit is dropped: a collector that is away must not cost memory.
const WAITING: usize = 2048;

/// A value in a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// A number.
    Number(u64),
    /// A word of the program.
    Word(&'static str),
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The webhook was taken; the root of the trace.
    Webhook,
    /// The question waited to be leased.
    Wait,
    /// The model was asked.
    Model,
    /// A part of the reply was posted.
    Post,
    /// The end of a lease was stored.
    Settle,
}

impl Step {
    /// The name of its spans.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Wait => "wait",
            Self::Model => "model",
            Self::Post => "post",
            Self::Settle => "settle",
        }
    }
}

/// One step of a trace that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Whose.
    pub trace: Trace,
    /// What was done.
    pub step: Step,
    /// Tells steps apart that began in the same millisecond.
    pub nth: u32,
    /// From when.
    pub began: Timestamp,
    /// Until when.
    pub ended: Timestamp,
    /// The kind of the error that it ended with.
    pub error: Option<&'static str>,
    /// What else is known.
    pub attributes: Vec<(&'static str, Attribute)>,
}

/// Names the trace of each message, and takes its spans.
#[derive(Debug)]
pub struct Traces {
    key: TraceKey,
    spans: Option<mpsc::Sender<Span>>,
    taken: Mutex<Option<mpsc::Receiver<Span>>>,
}

impl Traces {
    /// Keeps spans only when they are `exported`.
    #[must_use]
    pub fn new(secret: &BotSecret, exported: bool) -> Self {
        let (spans, taken) = exported.then(|| mpsc::channel(WAITING)).unzip();
        Self { key: TraceKey::of(secret), spans, taken: Mutex::new(taken) }
    }

    /// The trace of that message.
    #[must_use]
    pub fn of(&self, room: &RoomToken, message: MessageId) -> Trace {
        self.key.trace(room, message)
    }

    /// Takes a span, which is made only when somebody wants it. Never waits.
    pub fn record(&self, span: impl FnOnce() -> Span) {
        if let Some(spans) = &self.spans {
            let _dropped_when_full = spans.try_send(span());
        }
    }

    /// The spans, for the one who exports them; `None` when nobody does, and the second time.
    #[must_use]
    pub fn take(&self) -> Option<mpsc::Receiver<Span>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
