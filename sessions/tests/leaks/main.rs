//! Attempts that end in all ways, by the hundred, on nodes that stop and die
//! meanwhile: in the end nothing is left of them. A program of its own, since files
//! and memory are those of a process.
//!
//! `SESAME_TEST_ATTEMPTS=10000 cargo test -p sesame-sessions --test leaks -- --nocapture`
//! makes that many, and prints what was measured; `SESAME_TEST_SEED=7` has the same
//! people do the same again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test ends when something is missing, prints its figures, and is told its seed by the environment"
)]

mod attempt;
mod clean_ups;
mod cluster;
#[allow(dead_code, reason = "made for more tests than these")]
#[path = "../telegram/eventually.rs"]
mod eventually;
#[allow(dead_code, reason = "made for more tests than these")]
#[path = "../telegram/fixture.rs"]
mod fixture;
mod left;
mod listeners;
mod plan;
mod usage;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use metrics_exporter_prometheus::PrometheusBuilder;
use tikv_jemallocator::Jemalloc;

use clean_ups::{BOUNDS, CleanUps};
use cluster::Cluster;
use usage::Usage;

/// The allocator of the program, which gives back what is free: what is resident
/// is in use. With the C library's, ten thousand attempts leave 80 MiB of holes.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// How many attempts are made unless something else is asked for.
const ATTEMPTS: u64 = 300;
/// How many come first: what is made once, and kept, is made then.
const WARM_UP: u64 = 60;
/// How many people there are; each makes one attempt after another.
const PEOPLE: usize = 24;

fn told(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_attempts_that_end_in_all_ways() {
    let metrics = PrometheusBuilder::new().set_buckets(&BOUNDS).unwrap();
    let metrics = metrics.install_recorder().unwrap();
    let seed = told("SESAME_TEST_SEED").unwrap_or(1);
    let attempts = told("SESAME_TEST_ATTEMPTS").unwrap_or(ATTEMPTS);
    println!("SESAME_TEST_SEED={seed}, {attempts} attempts by {PEOPLE} people");
    let cluster = Box::pin(Cluster::new(seed, PEOPLE)).await;

    Box::pin(cluster.round(0..WARM_UP)).await;
    let before = Usage::of_this_process();
    let began = Instant::now();
    let ends = Box::pin(cluster.round(WARM_UP..WARM_UP + attempts)).await;
    let took = began.elapsed();
    let after = Usage::of_this_process();

    println!("{took:.0?}; before {before:?}, after {after:?}");
    for (end, count) in &ends {
        println!("{count:6} {end}");
    }
    let told = metrics.render();
    let clean_ups = CleanUps::of(&told);
    println!("{clean_ups}");
    assert_eq!(ends.values().sum::<u64>(), attempts);
    after.is_no_more_than(&before, attempts);
    clean_ups.are_those_of(attempts);
}

/// How often each of several things was.
type Counts = BTreeMap<String, u64>;

/// How long an attempt may take, or what is left of all, whatever happens.
const PATIENCE: Duration = Duration::from_secs(180);
