//! What a look for work costs while many questions wait: the lease of the next ones, and giving them back, which leaves
//! the store as it was. Both go through the one writer, so webhooks wait for them.

use std::path::Path;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::sql::SqlStore;
use nextcloud_opencode_bot::domain::job::{Settlement, Stage};
use nextcloud_opencode_bot::ports::clock::Clock;
use nextcloud_opencode_bot::ports::queue::JobQueue;
use tokio::runtime::Runtime;

use super::support::questions;
use super::support::report::Report;
use super::support::sample::{median, millis, now};

/// Questions that wait, and in how many rooms.
const BACKLOGS: [(i64, i64); 4] = [(50, 50), (10_000, 50), (10_000, 10_000), (100_000, 10_000)];

/// Looks of one round.
const LOOKS: usize = 20;

/// As many as a model takes at once.
const SLOTS: usize = 4;

/// Longer than any look takes.
const LEASE: Duration = Duration::from_mins(5);

/// Measures that many rounds of each backlog.
pub(crate) fn run(directory: &Path, rounds: usize, report: &mut Report) {
    let runtime = Runtime::new().expect("a runtime");
    for (count, rooms) in BACKLOGS {
        let state = tempfile::tempdir_in(directory).expect("a directory");
        runtime.block_on(async {
            let store = questions::stored(state.path(), count, rooms).await;
            let mut looks = Vec::new();
            for _ in 0..rounds {
                looks.push(round(&store).await);
            }
            report.figure(
                format!("a look for work, {count} questions wait in {rooms} rooms"),
                "ms",
                looks,
                None,
            );
            store.close().await;
        });
    }
}

async fn round(store: &SqlStore) -> f64 {
    let mut times = Vec::new();
    for _ in 0..LOOKS {
        let time = SystemClock.now();
        let began = now();
        let leased = store.lease(Stage::Ask, SLOTS, time, time + LEASE).await.expect("the store answers");
        times.push(millis(began.elapsed()));
        for leased in leased {
            store.settle(&leased.lease, Settlement::HandBack, time).await.expect("it is ours");
        }
    }
    median(&times)
}
