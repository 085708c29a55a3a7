//! In which order rooms get the model.

use std::collections::HashMap;

use nextcloud_opencode_bot::domain::time::Timestamp;

/// A head that may be leased.
pub(super) struct Head {
    /// Its place in the history.
    pub(super) nth: usize,
    pub(super) asker: String,
    pub(super) asked_at: Timestamp,
    /// When those who wait in its room stood in line, each.
    pub(super) waiting_since: Vec<Timestamp>,
}

/// The heads in the order of their turns: first one of each asker, then a second one.
pub(super) fn line_up(mut heads: Vec<Head>) -> Vec<usize> {
    heads.sort_by_key(|head| (head.waiting_since.iter().min().copied(), head.asked_at, head.nth));
    let mut before = HashMap::<String, u32>::new();
    let mut rounds: Vec<(u32, usize)> = Vec::new();
    for head in heads {
        let round = before.entry(head.asker).or_default();
        rounds.push((*round, head.nth));
        *round += 1;
    }
    rounds.sort_by_key(|(round, _)| *round);
    rounds.into_iter().map(|(_, nth)| nth).collect()
}
