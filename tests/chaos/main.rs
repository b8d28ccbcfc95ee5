//! Chaos: many people link accounts over three nodes, while everything that
//! Sesame stands on breaks at random, each fault in a state of its own. In the
//! end every attempt is over, every linked account answers, and nothing is left
//! behind. A seed makes the plan, and replays it.
//!
//! `SESAME_TEST_SEED=7` runs that plan; without it, each long run has another one.
//! With `SESAME_TEST_FAULT="Redis emptied"` no other fault strikes.
//! `SESAME_TEST_FAULTS=1000 cargo test --test chaos long -- --ignored --nocapture`
//! runs until so many faults have struck, or for `SESAME_TEST_MINUTES`; with
//! `SESAME_TEST_STORIES=true` it tells what happened to everyone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test ends when something is missing, prints its figures, and is told its seed by the environment"
)]

mod auth_keys;
mod chronicle;
mod cluster;
mod dice;
mod fault;
mod inflict;
mod nodes;
mod person;
mod phase;
mod plan;
mod report;
mod run;
mod strikes;
mod telegram;
mod verdict;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fault::{Fault, Stores};
use plan::Plan;
use run::{Size, run};

fn told<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

/// The short runs have the same plan each time, so that whoever broke nothing is
/// told so.
const SEED: u64 = 7;

/// Another one for each run.
fn fresh_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs() * 1_000 + u64::from(now.subsec_millis())
}

fn plan(stores: Stores, patient: bool) -> Plan {
    let unless_told = || if patient { fresh_seed() } else { SEED };
    Plan {
        seed: told("SESAME_TEST_SEED").unwrap_or_else(unless_told),
        stores,
        disk: true,
        only: told::<String>("SESAME_TEST_FAULT").map(|name| Fault::named(stores, &name)),
        patient,
    }
}

fn long() -> Size {
    Size {
        people: 0,
        faults: told("SESAME_TEST_FAULTS").unwrap_or(1_000),
        at_most: Duration::from_secs(60 * told("SESAME_TEST_MINUTES").unwrap_or(180)),
        at_once: told("SESAME_TEST_AT_ONCE").unwrap_or(8),
        stories: told("SESAME_TEST_STORIES").unwrap_or(false),
    }
}

const SHORT: Size = Size {
    people: 25,
    faults: 20,
    at_most: Duration::from_secs(300),
    at_once: 8,
    stories: false,
};

const SHORTER: Size = Size {
    people: 12,
    faults: 9,
    at_most: Duration::from_secs(300),
    at_once: 6,
    stories: false,
};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_in_a_short_run_over_postgresql_and_redis() {
    run(plan(Stores::PostgresAndRedis, false), SHORT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_in_a_short_run_over_sqlite_and_redis() {
    run(plan(Stores::SqliteAndRedis, false), SHORTER).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes long; SESAME_TEST_FAULTS says how long"]
async fn nothing_is_lost_in_a_long_run_over_postgresql_and_redis() {
    run(plan(Stores::PostgresAndRedis, true), long()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes long; SESAME_TEST_FAULTS says how long"]
async fn nothing_is_lost_in_a_long_run_over_sqlite_and_redis() {
    run(plan(Stores::SqliteAndRedis, true), long()).await;
}
