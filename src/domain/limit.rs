//! How much may be asked.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::time::Timestamp;

/// What is used up, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The person's questions; again after that time.
    Person(Duration),
    /// The room's questions; again after that time.
    Room(Duration),
    /// Too many questions of the room wait.
    Queue,
}

/// What a quota says to one more question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may be asked, and is counted.
    Admitted,
    /// It may not, which nobody was told within the last window.
    First,
    /// It may not, and who asks was told.
    Over,
}

/// So many keys are counted; beyond, the one that was used longest ago is forgotten.
const KEYS: usize = 10_000;

/// Counts questions by key, of a person or of a room: within any window of time at most so many.
#[derive(Debug)]
pub struct Quota {
    limit: u32,
    window: Duration,
    uses: HashMap<String, Use>,
}

/// What one key has used.
#[derive(Debug, Default)]
struct Use {
    /// When it was admitted within the last window, oldest first.
    admitted: VecDeque<Timestamp>,
    told: Option<Timestamp>,
}

impl Quota {
    /// A `limit` of 0 admits everything.
    #[must_use]
    pub fn new(limit: u32, window: Duration) -> Self {
        Self { limit, window, uses: HashMap::new() }
    }

    /// Counts one question, unless it is over the limit.
    pub fn admit(&mut self, key: &str, now: Timestamp) -> Admission {
        if self.limit == 0 {
            return Admission::Admitted;
        }
        self.make_room(key, now);
        let used = self.uses.entry(key.to_owned()).or_default();
        used.expire(now, self.window);
        if used.admitted.len() < self.limit as usize {
            used.admitted.push_back(now);
            Admission::Admitted
        } else if used.told.is_none() {
            used.told = Some(now);
            Admission::First
        } else {
            Admission::Over
        }
    }

    /// What was admitted last came to nothing, and does not count.
    pub fn give_back(&mut self, key: &str) {
        if let Some(used) = self.uses.get_mut(key) {
            used.admitted.pop_back();
        }
    }

    /// How long until that key is admitted again; zero when it would be now.
    #[must_use]
    pub fn wait(&self, key: &str, now: Timestamp) -> Duration {
        let used = self.uses.get(key).filter(|used| used.admitted.len() >= self.limit as usize);
        let oldest = used.and_then(|used| used.admitted.front());
        oldest.map_or(Duration::ZERO, |oldest| self.window.saturating_sub(now.since(*oldest)))
    }

    fn make_room(&mut self, key: &str, now: Timestamp) {
        if self.uses.len() < KEYS || self.uses.contains_key(key) {
            return;
        }
        let window = self.window;
        self.uses.retain(|_, used| {
            used.expire(now, window);
            used.last().is_some()
        });
        if self.uses.len() >= KEYS {
            let idle = self.uses.iter().min_by_key(|(_, used)| used.last()).map(|(key, _)| key.clone());
            self.uses.remove(&idle.unwrap_or_default());
        }
    }
}

impl Use {
    /// Drops what is older than the window. After the clock was set back, what seems to lie ahead counts from now, so
    /// that nobody waits for longer than a window.
    fn expire(&mut self, now: Timestamp, window: Duration) {
        for at in &mut self.admitted {
            *at = now.min(*at);
        }
        self.admitted.retain(|at| now.since(*at) < window);
        self.told = self.told.map(|at| now.min(at)).filter(|at| now.since(*at) < window);
    }

    fn last(&self) -> Option<Timestamp> {
        self.admitted.back().copied().max(self.told)
    }
}

#[cfg(test)]
mod tests;
