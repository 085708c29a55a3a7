//! What a service does first with what an earlier one left, besides its leases.

use super::engine::{Connection, query};
use super::{LONGEST_DELAY, LONGEST_PAUSE, statements};
use crate::adapters::clock::SystemClock;
use crate::ports::clock::Clock;

/// What only a wrong clock can have put off so far is due.
pub(super) async fn take_over(connection: &mut Connection, bot: &str) -> sqlx::Result<()> {
    let now = SystemClock.now();
    let (latest_due, latest_end) = ((now + LONGEST_DELAY).as_millis(), (now + LONGEST_PAUSE).as_millis());
    query(statements::END_LONG_PAUSES).bind(bot).bind(latest_end).execute(connection).await?;
    for hurry in [statements::HURRY_JOBS, statements::HURRY_NOTICES] {
        query(hurry).bind(bot).bind(now.as_millis()).bind(latest_due).execute(connection).await?;
    }
    Ok(())
}
