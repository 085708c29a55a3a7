//! What is known of the rooms that asked last, for as many as are worth it.

use std::collections::HashMap;

use crate::domain::message::RoomToken;
use crate::domain::time::Timestamp;

/// More rooms than this share no cache with anybody.
const ROOMS: usize = 1024;

/// One value a room; the room that was silent longest gives way to a new one.
#[derive(Debug)]
pub(super) struct Recent<V> {
    rooms: HashMap<RoomToken, (V, Timestamp)>,
}

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Self { rooms: HashMap::new() }
    }
}

impl<V> Recent<V> {
    pub(super) fn get(&self, room: &RoomToken) -> Option<&V> {
        self.rooms.get(room).map(|(value, _)| value)
    }

    pub(super) fn set(&mut self, room: &RoomToken, value: V, now: Timestamp) {
        if self.rooms.len() >= ROOMS && !self.rooms.contains_key(room) {
            let silent = self.rooms.iter().min_by_key(|(_, (_, at))| *at).map(|(room, _)| room.clone());
            silent.map(|room| self.rooms.remove(&room));
        }
        self.rooms.insert(room.clone(), (value, now));
    }

    /// Every room, its value, and when that was set.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&RoomToken, &V, Timestamp)> {
        self.rooms.iter().map(|(room, (value, at))| (room, value, *at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_that_was_silent_longest_is_forgotten_first() {
        let room = |n: usize| RoomToken::parse(&format!("r{n}")).expect("a token");
        let at = |n: usize| Timestamp::from_millis(i64::try_from(n).expect("small"));
        let mut recent = Recent::default();
        for n in 0..ROOMS {
            recent.set(&room(n), n, at(n));
        }
        recent.set(&room(0), 7, at(ROOMS));
        recent.set(&room(ROOMS), ROOMS, at(ROOMS + 1));
        assert_eq!(recent.iter().count(), ROOMS);
        assert_eq!((recent.get(&room(0)), recent.get(&room(1))), (Some(&7), None));
    }
}
