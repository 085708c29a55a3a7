//! What is known of a room, or of the server, and the gates that let one thing through at a time while that is little.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use crate::domain::time::Timestamp;

/// What is known.
#[derive(Debug, Default)]
pub(super) struct Trust<G> {
    /// The last thing whose fate depended on the signature was taken.
    pub(super) trusted: bool,
    /// Nothing is sent before.
    pub(super) held_until: Option<Timestamp>,
    /// Whether the store knows that as well.
    pub(super) stored: bool,
    pub(super) gate: Arc<G>,
}

/// Of a room: held by what goes alone.
pub(super) type RoomGate = Mutex<()>;

/// Of the server: what goes alone waits for all that is on its way.
pub(super) type ServerGate = RwLock<()>;

impl<G> Trust<G> {
    pub(super) fn held(&self, now: Timestamp) -> Option<Timestamp> {
        self.held_until.filter(|until| *until > now)
    }

    pub(super) fn hold(&mut self, until: Timestamp) {
        (self.trusted, self.held_until, self.stored) = (false, Some(until), false);
    }

    /// The store has a hold, which may be longer than what was known here.
    pub(super) fn learn(&mut self, until: Timestamp) {
        if self.held_until.is_none_or(|known| known < until) {
            self.hold(until);
        }
        self.stored(until);
    }

    /// The store has that hold, if it is still the one.
    pub(super) fn stored(&mut self, until: Timestamp) {
        self.stored |= self.held_until == Some(until);
    }

    pub(super) fn resume(&mut self) {
        (self.held_until, self.stored) = (None, false);
    }

    /// What was on its way before a pause began shows nothing of the time after it.
    pub(super) fn taken(&mut self, now: Timestamp) {
        self.trusted = self.held(now).is_none();
    }

    /// Whether it must be kept. Who is met anew is not trusted, and that is all that is lost otherwise.
    pub(super) fn is_used(&self, now: Timestamp) -> bool {
        self.held(now).is_some() || Arc::strong_count(&self.gate) > 1
    }
}

/// The right to send one thing now. What goes alone lets nothing else go until this is dropped.
#[derive(Debug)]
pub(in crate::application) struct Turn {
    pub(super) _room: Option<OwnedMutexGuard<()>>,
    pub(super) server: Way,
}

impl Turn {
    /// Whether nothing else is on its way to the server.
    pub(in crate::application) fn is_alone(&self) -> bool {
        matches!(self.server, Way::Alone { .. })
    }
}

/// How something goes to the server.
#[derive(Debug)]
pub(super) enum Way {
    Together { _with: OwnedRwLockReadGuard<()> },
    Alone { _before: OwnedRwLockWriteGuard<()> },
}
