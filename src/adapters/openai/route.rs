//! Which servers a question is taken to, and in which order: where the room's cache is warm, then as the settings
//! list them.

/// How a server stands when a question comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Whether its circuit lets a question through.
    pub(super) admitted: bool,
    /// Whether all its slots are taken.
    pub(super) full: bool,
}

/// Places of the servers to ask, one after the other. Those that are left alone are asked only where all are:
/// a question that has nowhere else to go had better try.
pub(super) fn order(servers: &[Standing], home: Option<usize>) -> Vec<usize> {
    let anybody = servers.iter().any(|server| server.admitted);
    let mut order: Vec<usize> = (0..servers.len()).filter(|at| servers[*at].admitted || !anybody).collect();
    order.sort_by_key(|at| (servers[*at].full, home != Some(*at), *at));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Standing = Standing { admitted: true, full: false };
    const FULL: Standing = Standing { admitted: true, full: true };
    const AWAY: Standing = Standing { admitted: false, full: false };

    #[test]
    fn the_order_is_that_of_the_settings() {
        assert_eq!(order(&[FREE, FREE, FREE], None), [0, 1, 2]);
    }

    #[test]
    fn a_room_stays_where_its_cache_is_warm_while_that_server_is_well() {
        assert_eq!(order(&[FREE, FREE], Some(1)), [1, 0]);
        assert_eq!(order(&[FREE, AWAY], Some(1)), [0]);
    }

    #[test]
    fn a_server_without_a_free_slot_comes_last() {
        assert_eq!(order(&[FULL, FREE], None), [1, 0]);
        assert_eq!(order(&[FREE, FULL], Some(1)), [0, 1]);
        assert_eq!(order(&[FULL, FULL], Some(1)), [1, 0]);
    }

    #[test]
    fn a_server_that_is_left_alone_is_asked_where_all_are() {
        assert_eq!(order(&[AWAY, FREE], None), [1]);
        assert_eq!(order(&[AWAY, AWAY], Some(1)), [1, 0]);
        assert_eq!(order(&[AWAY], None), [0]);
    }
}
