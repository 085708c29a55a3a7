//! Erases what is too old, from time to time.

use std::sync::Arc;
use std::time::Duration;

use super::shifts::Shifts;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::upkeep::{Sweep, Swept, Upkeep};
use crate::ports::with_causes;
use crate::telemetry::metrics::Metrics;

/// The start has more urgent work.
const FIRST: Duration = Duration::from_mins(1);

const EVERY: Duration = Duration::from_hours(1);

const DAY: Duration = Duration::from_hours(24);

/// How long the identity of a settled question is kept: a webhook that is replayed within that time is known by it,
/// later ones by the room's floor.
const IDENTITIES_KEPT: Duration = Duration::from_hours(30 * 24);

/// Sweeps hourly in each of the `shifts`. Texts go after `retention_days`; with `None` they stay as long as they are of use.
pub async fn sweep_hourly(
    upkeep: Arc<dyn Upkeep>,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    retention_days: Option<u32>,
    shifts: impl Into<Shifts>,
) {
    let mut shifts = shifts.into();
    while let Some(end) = shifts.next().await {
        let mut pause = FIRST;
        while end.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
            pause = EVERY;
            sweep(&*upkeep, clock.now(), retention_days, &metrics).await;
        }
    }
}

async fn sweep(upkeep: &dyn Upkeep, now: Timestamp, retention_days: Option<u32>, metrics: &Metrics) {
    let sweep = Sweep {
        texts_before: retention_days.map(|days| now - DAY.saturating_mul(days)),
        identities_before: now - IDENTITIES_KEPT,
    };
    match upkeep.sweep(sweep).await {
        Ok(swept) => tell(swept, metrics),
        Err(error) => {
            let error = with_causes(&error);
            tracing::warn!(error, "what is too old could not be erased; tried again in an hour");
        }
    }
}

fn tell(swept: Swept, metrics: &Metrics) {
    metrics.swept(swept);
    if swept != Swept::default() {
        let Swept { turns, dead_letters, identities } = swept;
        tracing::info!(turns, dead_letters, identities, "erased what was too old");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::application::testing::{PausedClock, at, cause};
    use crate::ports::upkeep::{MockUpkeep, UpkeepError};

    /// The sweeps of so much time, of which the first fails.
    async fn sweeps_of(time: Duration, retention_days: Option<u32>, metrics: &Arc<Metrics>) -> Vec<Sweep> {
        let sweeps = Arc::new(Mutex::new(Vec::new()));
        let seen = sweeps.clone();
        let mut upkeep = MockUpkeep::new();
        upkeep.expect_sweep().returning(move |sweep| {
            let mut seen = seen.lock().expect("not poisoned");
            seen.push(sweep);
            match seen.len() {
                1 => Err(UpkeepError::Unavailable(cause())),
                _ => Ok(Swept { turns: 2, dead_letters: 0, identities: 5 }),
            }
        });
        let (stop, clock) = (CancellationToken::new(), Arc::new(PausedClock::new()));
        let stop_later = async {
            tokio::time::sleep(time).await;
            stop.cancel();
        };
        let sweeping = sweep_hourly(Arc::new(upkeep), clock, metrics.clone(), retention_days, stop.clone());
        tokio::join!(sweeping, stop_later);
        let sweeps = sweeps.lock().expect("not poisoned");
        sweeps.clone()
    }

    fn days_before(days: u32, time: Timestamp) -> Timestamp {
        time - DAY * days
    }

    #[tokio::test(start_paused = true)]
    async fn a_minute_after_the_start_and_every_hour_from_then_on_also_after_one_that_failed() {
        let metrics = Arc::default();
        let sweeps = sweeps_of(EVERY * 2 + FIRST * 2, Some(90), &metrics).await;
        let expected = [60, 3660, 7260].map(|seconds| Sweep {
            texts_before: Some(days_before(90, at(seconds))),
            identities_before: days_before(30, at(seconds)),
        });
        assert_eq!(sweeps, expected);
        for line in ["swept_rows_total{kind=\"turns\"} 4", "swept_rows_total{kind=\"identities\"} 10"] {
            assert!(metrics.render(None).contains(&format!("opencode_bot_{line}\n")), "{line}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_retention_texts_stay() {
        let sweeps = sweeps_of(FIRST * 2, None, &Arc::default()).await;
        assert_eq!(sweeps.iter().map(|sweep| sweep.texts_before).collect::<Vec<_>>(), [None]);
    }
}
