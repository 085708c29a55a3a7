//! Which processes of the bot live: each holds a lock as long as its connection lasts, and its leases begin with its name.
//! So the leases of a dead one are known at once, and not only when they run out.

use std::collections::HashMap;

use sqlx::PgExecutor;

use super::lock::Locks;

/// Digits of a process's name.
const NAME: usize = 16;

/// After so many looks in a row without a sign of life a process counts as dead: where the server was restarted, others may
/// have found back sooner.
const LOOKS: u32 = 3;

/// A name that no other process has.
pub(super) fn name() -> String {
    let mut random = [0; NAME / 2];
    getrandom::fill(&mut random).expect("Linux has random numbers");
    base16ct::lower::encode_string(&random)
}

/// Takes a lock, unless somebody else holds it. It lasts as long as the connection.
pub(super) async fn take(on: impl PgExecutor<'_>, lock: i64) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(lock).fetch_one(on).await
}

/// Lets go of all locks.
pub(super) async fn let_go(on: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_advisory_unlock_all()").execute(on).await.map(drop)
}

/// Processes that hold leases.
pub(super) async fn leasing(on: impl PgExecutor<'_>, bot: &str) -> sqlx::Result<Vec<String>> {
    let names = "SELECT DISTINCT left(lease, $2) FROM job WHERE bot = $1 AND lease IS NOT NULL";
    let digits = i32::try_from(NAME).expect("small");
    sqlx::query_scalar(names).bind(bot).bind(digits).fetch_all(on).await
}

/// Whether nobody holds the lock of that process's life.
pub(super) async fn is_gone(on: impl PgExecutor<'_>, locks: &Locks, process: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)").bind(locks.life(process)).fetch_one(on).await
}

/// Ends the leases of that process, which has nothing warm any more. Returns how many there were.
pub(super) async fn free(on: impl PgExecutor<'_>, bot: &str, process: &str) -> sqlx::Result<u64> {
    let free = "UPDATE job SET lease = NULL, leased_until = NULL, asked_by = NULL
        WHERE bot = $1 AND lease IS NOT NULL AND left(lease, $3) = $2";
    let digits = i32::try_from(NAME).expect("small");
    Ok(sqlx::query(free).bind(bot).bind(process).bind(digits).execute(on).await?.rows_affected())
}

/// For how many looks in a row each process has shown no sign of life.
#[derive(Debug, Default)]
pub(super) struct Missing(HashMap<String, u32>);

impl Missing {
    /// These are gone at this look, of all that hold leases. Returns those that count as dead.
    pub(super) fn look(&mut self, gone: Vec<String>) -> Vec<String> {
        let before = std::mem::take(&mut self.0);
        let looks = |process: &String| before.get(process).copied().unwrap_or(0) + 1;
        self.0 = gone.into_iter().map(|process| (process.clone(), looks(&process))).collect();
        self.0.iter().filter(|(_, looks)| **looks >= LOOKS).map(|(process, _)| process.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_missing_for_long_counts_as_dead_and_who_comes_back_does_not() {
        let mut missing = Missing::default();
        let gone = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for _ in 1..LOOKS {
            assert!(missing.look(gone(&["a", "b"])).is_empty());
        }
        assert_eq!(missing.look(gone(&["a"])), ["a"]);
        assert!(missing.look(gone(&["b"])).is_empty());
    }

    #[test]
    fn names_differ_and_have_as_many_digits_as_leases_begin_with() {
        let (one, other) = (name(), name());
        assert!(one != other && one.len() == NAME);
    }
}
