//! Stand-in.

use tokio::sync::mpsc;

use crate::domain::message::{MessageId, RoomToken};

/// What the task is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Show.
    Show(RoomToken, MessageId),
    /// Look.
    Look,
}

/// Calls the task.
#[derive(Debug, Clone)]
pub struct SignsHandle(mpsc::UnboundedSender<Call>);

impl SignsHandle {
    /// The two ends.
    #[must_use]
    pub fn channel() -> (Self, mpsc::UnboundedReceiver<Call>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// A new question.
    pub fn show(&self, room: RoomToken, message: MessageId) {
        let _ = self.0.send(Call::Show(room, message));
    }

    /// Something changed.
    pub fn look(&self) {
        let _ = self.0.send(Call::Look);
    }
}
