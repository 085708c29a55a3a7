//! Writes that must not be given up at the first hiccup of the store: what was just done outside cannot be taken
//! back, and would be done twice if it were forgotten.

use std::time::Duration;

use crate::ports::queue::QueueError;

/// Between two tries: shorter than the worker's own pause, so that the one who knows more writes first.
const PAUSE: Duration = Duration::from_secs(1);

/// About as many seconds. A store that is away for longer has bigger trouble than a repeated post.
const TRIES: u32 = 60;

/// Repeats `write` while the store is not available, for a minute. Returns what the last try returned.
pub(super) async fn insist<W>(write: impl Fn() -> W) -> Result<(), QueueError>
where
    W: Future<Output = Result<(), QueueError>>,
{
    for _ in 1..TRIES {
        match write().await {
            Err(QueueError::Unavailable(_)) => tokio::time::sleep(PAUSE).await,
            result => return result,
        }
    }
    write().await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::domain::job::JobId;

    /// How often a write was tried that answers what `answer` makes of the number of the try.
    async fn tries(answer: impl Fn(u32) -> Result<(), QueueError>) -> (u32, Result<(), QueueError>) {
        let tries = Cell::new(0);
        let result = insist(|| async {
            tries.set(tries.get() + 1);
            answer(tries.get())
        })
        .await;
        (tries.get(), result)
    }

    fn unavailable() -> Result<(), QueueError> {
        Err(QueueError::Unavailable("disk full".into()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_hiccup_is_sat_out() {
        let (tries, result) = tries(|nth| if nth < 3 { unavailable() } else { Ok(()) }).await;
        assert!(result.is_ok() && tries == 3, "{tries}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_lease_is_final() {
        let (tries, result) = tries(|_| Err(QueueError::LeaseLost(JobId(1)))).await;
        assert!(matches!(result, Err(QueueError::LeaseLost(_))) && tries == 1, "{tries}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_stays_away_is_given_up_after_a_minute() {
        let (tries, result) = tries(|_| unavailable()).await;
        assert!(matches!(result, Err(QueueError::Unavailable(_))) && tries == TRIES, "{tries}");
    }
}
