//! How the others call the keeper of signs. Nothing here waits or fails: a sign is worth less than what it is about.

use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::{Notify, mpsc};

use crate::domain::message::{MessageId, RoomToken};

/// New questions whose sign is not on them yet. Of more, the newest get none.
const SHOWS: usize = 256;

/// Calls the keeper.
#[derive(Debug, Clone)]
pub struct SignsHandle(Option<Caller>);

#[derive(Debug, Clone)]
struct Caller {
    /// `None` where nothing is recorded before it is on its message.
    shows: Option<mpsc::Sender<(RoomToken, MessageId)>>,
    looks: Arc<Notify>,
}

/// What the keeper hears.
#[derive(Debug)]
pub(crate) struct Calls {
    shows: mpsc::Receiver<(RoomToken, MessageId)>,
    looks: Arc<Notify>,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    /// Of `show`.
    Show(RoomToken, MessageId),
    /// Of `look`, once for all that came since the last.
    Look,
}

impl SignsHandle {
    /// Calls nobody: without reactions.
    #[must_use]
    pub fn off() -> Self {
        Self(None)
    }

    /// The two ends.
    pub(crate) fn channel() -> (Self, Calls) {
        let (sender, shows) = mpsc::channel(SHOWS);
        let looks = Arc::new(Notify::new());
        (Self(Some(Caller { shows: Some(sender), looks: Arc::clone(&looks) })), Calls { shows, looks })
    }

    /// For a store that records no sign of a new question: it has to be looked for like every other that is missing,
    /// since which process puts it on is known to nobody.
    #[must_use]
    pub fn looking(self) -> Self {
        Self(self.0.map(|caller| Caller { shows: None, ..caller }))
    }

    /// A question was stored that is recorded as showing `Sign::Thinking`: it is put on the message.
    pub fn show(&self, room: RoomToken, message: MessageId) {
        let Some(caller) = &self.0 else { return };
        let Some(shows) = &caller.shows else { return self.look() };
        if shows.try_send((room, message)).is_err() {
            tracing::debug!("too many questions at once; one of them gets no sign");
        }
    }

    /// A question has ended or was opened again: its sign may be the wrong one now.
    pub fn look(&self) {
        if let Some(caller) = &self.0 {
            caller.looks.notify_one();
        }
    }
}

impl Calls {
    /// Of nobody.
    pub(super) fn none() -> Self {
        SignsHandle::channel().1
    }

    /// The next call; never, when nobody can call. Shows come first, so that a look finds them all heard.
    pub(crate) async fn next(&mut self) -> Call {
        let shown = async {
            match self.shows.recv().await {
                Some((room, message)) => Call::Show(room, message),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            call = shown => call,
            () = self.looks.notified() => Call::Look,
        }
    }

    /// What was called already.
    pub(super) fn heard(&mut self) -> Option<Call> {
        match self.shows.try_recv() {
            Ok((room, message)) => Some(Call::Show(room, message)),
            Err(_) => self.looks.notified().now_or_never().map(|()| Call::Look),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::testing::room;

    #[tokio::test(start_paused = true)]
    async fn shows_are_heard_in_order_and_looks_as_one() {
        let (handle, mut calls) = SignsHandle::channel();
        handle.look();
        handle.look();
        handle.show(room("a"), MessageId(1));
        handle.show(room("b"), MessageId(2));
        assert_eq!(calls.next().await, Call::Show(room("a"), MessageId(1)));
        assert_eq!(calls.next().await, Call::Show(room("b"), MessageId(2)));
        assert_eq!(calls.next().await, Call::Look);
        assert_eq!(calls.heard(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_show_too_many_is_dropped_and_waits_for_nobody() {
        let (handle, mut calls) = SignsHandle::channel();
        (1..1000).for_each(|message| handle.show(room("a"), MessageId(message)));
        let heard = std::iter::from_fn(|| calls.heard()).count();
        assert_eq!(heard, SHOWS);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_only_looking_hears_of_no_message() {
        let (handle, mut calls) = SignsHandle::channel();
        let handle = handle.looking();
        handle.show(room("a"), MessageId(1));
        assert_eq!((calls.next().await, calls.heard()), (Call::Look, None));
    }

    #[test]
    fn what_is_off_hears_nothing() {
        let handle = SignsHandle::off();
        handle.show(room("a"), MessageId(1));
        handle.look();
    }
}
