//! Who is connected, and since when each one keeps the service waiting. Where places or memory run short, who has kept
//! it waiting for longest gives way: strangers may take all there is, but never keep Talk out with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

/// One of so many places is spare: there a newcomer need not wait until who was dismissed has really left.
const SPARE: usize = 8;

/// All places of one listener.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    most_unanswered: usize,
    book: Mutex<Book>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Book {
    seats: HashMap<u64, Seat>,
    /// Of all seats.
    unanswered: usize,
    events: u64,
}

#[derive(Debug)]
struct Seat {
    /// The event after which the service began to wait for this client.
    since: u64,
    /// Bytes heard since the last answer.
    unanswered: usize,
    /// Whether it is the client who waits, by right.
    kept: bool,
    leave: CancellationToken,
}

impl Places {
    /// `most` connections, which together hold at most `most_unanswered` bytes of requests, besides those that are
    /// kept.
    pub(super) fn new(most: usize, most_unanswered: usize) -> Arc<Self> {
        Arc::new(Self { most, most_unanswered, book: Mutex::default(), changed: Notify::new() })
    }

    /// A place for one more connection, if need be that of the client who has kept the service waiting for longest.
    /// Waits while all are kept, or until somebody has left. For one caller at a time.
    pub(super) async fn take(self: &Arc<Self>) -> Place {
        loop {
            if let Some(place) = self.try_take() {
                return place;
            }
            self.changed.notified().await;
        }
    }

    fn try_take(self: &Arc<Self>) -> Option<Place> {
        let mut book = self.book();
        let staying = book.seats.values().filter(|seat| !seat.leaves()).count();
        if staying >= self.most - self.most / SPARE {
            book.dismiss(|_| true);
        }
        if book.seats.len() >= self.most {
            return None;
        }
        let (number, leave) = (book.next_event(), CancellationToken::new());
        let seat = Seat { since: number, unanswered: 0, kept: false, leave: leave.clone() };
        book.seats.insert(number, seat);
        Some(Place { places: Arc::clone(self), number, leave })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn next_event(&mut self) -> u64 {
        self.events += 1;
        self.events
    }

    /// Tells the one to leave who has kept the service waiting for longest, of those that are `meant`.
    fn dismiss(&mut self, meant: impl Fn(&Seat) -> bool) {
        let waited_for = self.seats.values().filter(|seat| !seat.kept && !seat.leaves() && meant(seat));
        if let Some(seat) = waited_for.min_by_key(|seat| seat.since) {
            seat.leave.cancel();
        }
    }

    /// Bytes that stay when everybody is gone who was told to leave.
    fn staying(&self) -> usize {
        let leaving: usize =
            self.seats.values().filter(|seat| seat.leaves()).map(|seat| seat.unanswered).sum();
        self.unanswered - leaving
    }
}

impl Seat {
    fn leaves(&self) -> bool {
        self.leave.is_cancelled()
    }
}

/// One connection's place, free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    leave: CancellationToken,
}

impl Place {
    /// So many bytes more have come, all of one request. Where that is too much for all of them, one client leaves who
    /// has more than its share.
    pub(super) fn heard(&self, bytes: usize) {
        let share = self.places.most_unanswered / self.places.most;
        let mut book = self.places.book();
        book.unanswered += bytes;
        if let Some(seat) = book.seats.get_mut(&self.number) {
            seat.unanswered += bytes;
        }
        if book.unanswered > self.places.most_unanswered && book.staying() > self.places.most_unanswered {
            book.dismiss(|seat| seat.unanswered > share);
        }
    }

    /// What the client asks is known to be genuine: its place is its own until the answer.
    pub(super) fn keep(&self) {
        if let Some(seat) = self.places.book().seats.get_mut(&self.number) {
            seat.kept = true;
        }
    }

    /// The client gets an answer; from now on the service waits for it. More of the same answer makes no difference, or
    /// who takes it slowly would always seem to have come last.
    pub(super) fn answered(&self) {
        let mut book = self.places.book();
        let now = book.next_event();
        let Some(seat) = book.seats.get_mut(&self.number) else { return };
        seat.kept = false;
        let bytes = std::mem::take(&mut seat.unanswered);
        if bytes > 0 {
            seat.since = now;
        }
        book.unanswered -= bytes;
        self.places.changed.notify_one();
    }

    /// Resolves when the connection has to be closed for others.
    pub(super) fn given_up(&self) -> WaitForCancellationFuture<'_> {
        self.leave.cancelled()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut book = self.places.book();
        let left = book.seats.remove(&self.number);
        book.unanswered -= left.map_or(0, |seat| seat.unanswered);
        self.places.changed.notify_one();
    }
}

#[cfg(test)]
mod tests;
