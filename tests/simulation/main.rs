//! Deterministic simulation: the real use cases, wired as in production, between stand-ins for everything outside, with
//! virtual time. A seed decides what people do, what goes wrong and when, and nothing else does: the same seed gives
//! the same run.
//!
//! A run that fails prints its seed. `SEED=17 cargo test --test simulation one_seed -- --nocapture` prints all of it;
//! `SEEDS` and `FIRST_SEED` choose how many the batch has, and where it begins.

mod change;
mod coverage;
mod doors;
mod fault;
mod invariants;
mod ledger;
mod life;
mod markers;
mod model;
mod people;
mod plan;
mod process;
mod random;
mod run;
mod store;
mod talk;
mod trace;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use coverage::Coverage;
use run::{Outcome, run};

/// Runs of an ordinary test.
const SEEDS: u64 = 2_000;

/// Lines that a failing run prints.
const LINES: usize = 40;

/// Failing runs that are printed.
const PRINTED: usize = 5;

#[expect(clippy::disallowed_methods, reason = "the environment chooses the seeds")]
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |value| value.parse().expect("a whole number"))
}

/// Runs the seeds on every processor. Returns what was seen, and the failures of a few.
fn batch(first: u64, seeds: u64) -> (Coverage, Vec<Outcome>) {
    let next = AtomicU64::new(first);
    let all = Mutex::new((Coverage::default(), Vec::new()));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + seeds {
                return;
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| run(seed, LINES)));
            let outcome = outcome.unwrap_or_else(|_| panic!("seed {seed} panicked"));
            let mut all = all.lock().expect("nobody panics with it");
            all.0.merge(&outcome.coverage);
            if !outcome.wrong.is_empty() {
                all.1.push(outcome);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(work);
        }
    });
    all.into_inner().expect("nobody panicked with it")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long the batch takes")]
fn many_seeds() {
    let (first, seeds) = (number("FIRST_SEED", 0), number("SEEDS", SEEDS));
    let begun = Instant::now();
    let (coverage, mut failed) = batch(first, seeds);
    let took = begun.elapsed();
    failed.sort_by_key(|outcome| outcome.seed);
    println!("{coverage}");
    let a_second = u128::from(seeds) * 1000 / took.as_millis().max(1);
    println!("{seeds} seeds in {:.1} s, {a_second} a second", took.as_secs_f64());
    for outcome in failed.iter().take(PRINTED) {
        println!("\nseed {}: {}", outcome.seed, outcome.wrong.join("; "));
        outcome.lines.iter().for_each(|line| println!("  {line}"));
        println!("SEED={} cargo test --test simulation one_seed -- --nocapture", outcome.seed);
    }
    let seeds_that_failed: Vec<_> = failed.iter().map(|outcome| outcome.seed).collect();
    assert!(failed.is_empty(), "{} of {seeds} runs failed: {seeds_that_failed:?}", failed.len());
    if seeds >= SEEDS {
        assert_eq!(coverage.missing(), [""; 0], "never occurred");
    }
}

#[test]
fn one_seed() {
    let seed = number("SEED", 1);
    let outcome = run(seed, usize::MAX);
    outcome.lines.iter().for_each(|line| println!("{line}"));
    println!("seed {seed}, trace {:016x}, {} lines", outcome.hash, outcome.lines.len());
    assert!(outcome.wrong.is_empty(), "{:?}", outcome.wrong);
}

/// Nothing but the seed decides.
#[test]
fn a_seed_repeats_itself() {
    for seed in 100..140 {
        let (one, other) = (run(seed, 0), run(seed, 0));
        assert_eq!(one.hash, other.hash, "seed {seed}");
    }
}
