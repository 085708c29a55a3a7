//! Which servers a question is taken to, and in which order: where the room's cache is warm, then as the settings
//! list them, or, where the servers share the questions, to the one that has least to do.

use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::message::Place;

/// How a server stands when a question comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Whether its circuit lets a question through.
    pub(super) admitted: bool,
    /// Whether it seems well again after it failed, so that one question may prove it.
    pub(super) due: bool,
    /// Requests that it works on.
    pub(super) running: u32,
    /// Of so many at once.
    pub(super) slots: u32,
}

impl Standing {
    fn full(self) -> bool {
        self.running >= self.slots
    }

    /// How much of it is taken, the next question counted by half: so neither large nor small servers are preferred.
    fn load(self) -> u64 {
        ((2 * u64::from(self.running) + 1) << 24) / u64::from(self.slots.max(1))
    }
}

/// Places of the servers to ask, one after the other. Those that are left alone are asked only where all are:
/// a question that has nowhere else to go had better try.
pub(super) fn in_order(servers: &[Standing], home: Option<usize>) -> Vec<usize> {
    let mut order = candidates(servers);
    order.sort_by_key(|at| (servers[*at].full(), home != Some(*at), *at));
    order
}

/// The same where all servers are as good. One that seems well again comes first, or it would stay alone for as long as
/// every room has its home elsewhere. What `place` tells decides between servers that have as little to do: it is the
/// same in every process, so that services that do not know of each other find the same cache, and differs from room
/// to room, so that they do not all begin with the same server.
pub(super) fn spread(servers: &[Standing], home: Option<usize>, place: &Place) -> Vec<usize> {
    let mut order = candidates(servers);
    order.sort_by_cached_key(|at| {
        let server = servers[*at];
        (server.full(), Reverse(server.due), home != Some(*at), server.load(), draw(place, *at))
    });
    order
}

fn candidates(servers: &[Standing]) -> Vec<usize> {
    let anybody = servers.iter().any(|server| server.admitted);
    (0..servers.len()).filter(|at| servers[*at].admitted || !anybody).collect()
}

fn draw(place: &Place, at: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    (place, at).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::RoomToken;

    const FREE: Standing = Standing { admitted: true, due: false, running: 0, slots: 2 };
    const HALF: Standing = Standing { running: 1, ..FREE };
    const FULL: Standing = Standing { running: 2, ..FREE };
    const AWAY: Standing = Standing { admitted: false, ..FREE };
    const DUE: Standing = Standing { due: true, ..FREE };

    fn place(number: usize) -> Place {
        RoomToken::parse(&format!("room{number}")).expect("a token").into()
    }

    #[test]
    fn the_order_is_that_of_the_settings() {
        assert_eq!(in_order(&[HALF, FREE, FREE], None), [0, 1, 2]);
    }

    #[test]
    fn a_room_stays_where_its_cache_is_warm_while_that_server_is_well() {
        assert_eq!(in_order(&[FREE, HALF], Some(1)), [1, 0]);
        assert_eq!(in_order(&[FREE, AWAY], Some(1)), [0]);
        assert_eq!(spread(&[FREE, HALF], Some(1), &place(1)), [1, 0]);
        assert_eq!(spread(&[FREE, AWAY], Some(1), &place(1)), [0]);
    }

    #[test]
    fn a_server_without_a_free_slot_comes_last() {
        assert_eq!(in_order(&[FULL, FREE], None), [1, 0]);
        assert_eq!(in_order(&[FREE, FULL], Some(1)), [0, 1]);
        assert_eq!(in_order(&[FULL, FULL], Some(1)), [1, 0]);
        assert_eq!(spread(&[HALF, FULL], Some(1), &place(1)), [0, 1]);
    }

    #[test]
    fn a_server_that_is_left_alone_is_asked_where_all_are() {
        assert_eq!(in_order(&[AWAY, FREE], None), [1]);
        assert_eq!(in_order(&[AWAY, AWAY], Some(1)), [1, 0]);
        assert_eq!(in_order(&[AWAY], None), [0]);
        assert_eq!(spread(&[AWAY, AWAY], Some(1), &place(1)), [1, 0]);
    }

    #[test]
    fn one_that_seems_well_again_is_tried_before_the_warm_one_where_they_share() {
        assert_eq!(spread(&[DUE, FREE], Some(1), &place(1)), [0, 1]);
        assert_eq!(in_order(&[DUE, FREE], Some(1)), [1, 0]);
    }

    #[test]
    fn who_has_least_to_do_for_its_size_comes_first() {
        let large = |running| Standing { running, slots: 8, ..FREE };
        assert_eq!(spread(&[HALF, FREE], None, &place(1)), [1, 0]);
        assert_eq!(spread(&[FREE, large(0)], None, &place(1)), [1, 0]);
        assert_eq!(spread(&[FREE, large(3)], None, &place(1)), [0, 1]);
    }

    #[test]
    fn servers_that_have_as_little_to_do_share_the_rooms_and_each_room_has_its_own() {
        let firsts: Vec<usize> = (0..300).map(|room| spread(&[FREE; 3], None, &place(room))[0]).collect();
        for server in 0..3 {
            let rooms = firsts.iter().filter(|first| **first == server).count();
            assert!((70..130).contains(&rooms), "{rooms} of 300 rooms on server {server}");
        }
        assert_eq!(firsts[7], spread(&[FREE; 3], None, &place(7))[0]);
    }
}
