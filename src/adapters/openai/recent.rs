//! What is known of the places that were asked in last, for as many as are worth it.

use std::collections::HashMap;

use crate::domain::message::Place;
use crate::domain::time::Timestamp;

/// More places than this share no cache with anybody.
const PLACES: usize = 1024;

/// One value a place; the place that was silent longest gives way to a new one.
#[derive(Debug)]
pub(super) struct Recent<V> {
    places: HashMap<Place, (V, Timestamp)>,
}

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Self { places: HashMap::new() }
    }
}

impl<V> Recent<V> {
    pub(super) fn get(&self, place: &Place) -> Option<&V> {
        self.places.get(place).map(|(value, _)| value)
    }

    pub(super) fn set(&mut self, place: &Place, value: V, now: Timestamp) {
        if self.places.len() >= PLACES && !self.places.contains_key(place) {
            let silent = self.places.iter().min_by_key(|(_, (_, at))| *at).map(|(place, _)| place.clone());
            silent.map(|place| self.places.remove(&place));
        }
        self.places.insert(place.clone(), (value, now));
    }

    /// Every place, its value, and when that was set.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Place, &V, Timestamp)> {
        self.places.iter().map(|(place, (value, at))| (place, value, *at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::RoomToken;

    #[test]
    fn the_place_that_was_silent_longest_is_forgotten_first() {
        let place = |n: usize| Place::from(RoomToken::parse(&format!("r{n}")).expect("a token"));
        let at = |n: usize| Timestamp::from_millis(i64::try_from(n).expect("small"));
        let mut recent = Recent::default();
        for n in 0..PLACES {
            recent.set(&place(n), n, at(n));
        }
        recent.set(&place(0), 7, at(PLACES));
        recent.set(&place(PLACES), PLACES, at(PLACES + 1));
        assert_eq!(recent.iter().count(), PLACES);
        assert_eq!((recent.get(&place(0)), recent.get(&place(1))), (Some(&7), None));
    }
}
