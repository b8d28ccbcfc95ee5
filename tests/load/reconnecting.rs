//! Memory and CPU time of logins that wait while their connections are cut
//! again and again, as on a day on which Telegram restarts its machines.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;
use sesame_test_support::miniapp::MiniApp;
use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::poll;
use tokio::task::JoinHandle;

use crate::{WAITING, process, scan_to_linked, unlimited, walk_in};

/// How often all connections are cut.
const ROUNDS: u32 = 10;
/// How long a start or a round may take, however many wait.
const PATIENCE: Duration = Duration::from_mins(10);
/// Memory that has not shrunk in so many looks, a second apart, is at rest.
const LOOKS_AT_REST: u32 = 5;

/// A login that shows its code.
struct Waiting {
    app: MiniApp,
    login: String,
}

impl Waiting {
    async fn begin(server: &TestServer) -> Self {
        let (_, app) = walk_in(server).await;
        let login = app.begin().await.unwrap();
        Self { app, login }
    }

    async fn shows_a_code(&self) {
        self.app.code(&self.login).await.unwrap();
    }

    /// Reads the login's events for as long as the measurement lasts.
    #[allow(
        clippy::disallowed_methods,
        reason = "a measurement has no tracker; it ends the readers itself"
    )]
    async fn follow(&self) -> JoinHandle<()> {
        let path = format!("/api/v1/logins/{}/events", self.login);
        let request = self.app.request(Method::GET, &path).timeout(4 * PATIENCE);
        let mut stream = request.send().await.unwrap();
        assert!(stream.status().is_success());
        tokio::spawn(async move { while let Ok(Some(_)) = stream.chunk().await {} })
    }
}

/// What the sandbox has seen of Sesame.
struct Seen {
    connections: u64,
    exports: u64,
}

impl Seen {
    async fn at(server: &TestServer) -> Self {
        let stats = server.phones.stats().await.unwrap();
        let connections = stats["connections"].as_object().unwrap().values();
        Self {
            connections: connections.filter_map(Value::as_u64).sum(),
            exports: stats["calls"]["auth.exportLoginToken"]
                .as_u64()
                .unwrap_or(0),
        }
    }
}

/// How many wait: `SESAME_TEST_WAITING`, or as many as in the other figures.
#[allow(
    clippy::disallowed_methods,
    reason = "whoever measures says how many by the environment"
)]
fn how_many() -> usize {
    let wanted = std::env::var("SESAME_TEST_WAITING");
    wanted.map_or(WAITING, |number| number.parse().unwrap())
}

/// Cuts all connections and waits until each login has asked for a code over
/// a new one. The sandbox is asked, so that the question costs Sesame nothing.
async fn cut(server: &TestServer, waiting: u64) {
    let before = Seen::at(server).await;
    server.phones.drop_connections().await.unwrap();
    let back = poll(PATIENCE, async || {
        let now = Seen::at(server).await;
        let all = now.connections >= waiting && now.exports >= before.exports + waiting;
        all.then_some(())
    });
    back.await.unwrap();
}

/// The resident memory once it no longer shrinks.
async fn at_rest(pid: u32) -> u64 {
    let (mut least, mut looks) = (process::resident(pid), 0);
    while looks < LOOKS_AT_REST {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = process::resident(pid);
        looks = if now + 256 < least { 0 } else { looks + 1 };
        least = least.min(now);
    }
    process::resident(pid)
}

fn each(used: Duration, waiting: u64) -> f64 {
    used.as_secs_f64() * 1_000.0 / f64::from(u32::try_from(waiting).unwrap())
}

async fn measure(streams: bool) {
    let server = unlimited(|sesame| sesame.set("QR_TTL_SECONDS", "3600")).await;
    let pid = server.pid().unwrap();
    scan_to_linked(&server).await;
    let (empty, idle) = (at_rest(pid).await, process::cpu(pid));
    let kib = |now: u64, waiting: u64| now.saturating_sub(empty) / waiting;

    let began = Instant::now();
    let mut all = Vec::new();
    for _ in 0..how_many() {
        all.push(Waiting::begin(&server).await);
    }
    for one in &all {
        one.shows_a_code().await;
    }
    let started = began.elapsed();
    let count = u64::try_from(all.len()).unwrap();
    let start_cpu = process::cpu(pid).saturating_sub(idle);
    let with_codes = at_rest(pid).await;

    let mut readers = Vec::new();
    for one in all.iter().filter(|_| streams) {
        readers.push(one.follow().await);
    }
    let with_streams = at_rest(pid).await;

    process::forget_most(pid);
    let (before, began) = (process::cpu(pid), Instant::now());
    for _ in 0..ROUNDS {
        cut(&server, count).await;
    }
    let (rounds_cpu, rounds) = (process::cpu(pid).saturating_sub(before), began.elapsed());
    let most = process::most(pid);
    let after = at_rest(pid).await;
    for one in &all {
        one.shows_a_code().await;
    }

    let with = if streams { "with" } else { "without" };
    println!("{count} logins {with} streams of events, {ROUNDS} rounds");
    println!("  started in {started:.1?}, the rounds took {rounds:.1?}");
    println!("  KiB of an empty Sesame: {empty}");
    println!("  KiB each, waiting: {}", kib(with_codes, count));
    if streams {
        println!("  KiB each, with streams: {}", kib(with_streams, count));
    }
    println!("  KiB each, most during the rounds: {}", kib(most, count));
    println!("  KiB each, at rest after them: {}", kib(after, count));
    println!("  CPU ms each, a start: {:.2}", each(start_cpu, count));
    let reconnects = count * u64::from(ROUNDS);
    println!(
        "  CPU ms each, a reconnect: {:.2}",
        each(rounds_cpu, reconnects)
    );
    for reader in readers {
        reader.abort();
    }
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn memory_of_waiting_logins_whose_connections_are_cut() {
    measure(false).await;
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn memory_of_waiting_logins_with_streams_whose_connections_are_cut() {
    measure(true).await;
}
