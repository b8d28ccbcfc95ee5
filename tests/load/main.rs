//! Figures: how long it takes from a scan to "linked", and how much memory
//! logins take that wait. See README.md beside this file.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement ends when something is missing"
)]

use std::time::{Duration, Instant};

use serde_json::json;
use sesame_test_support::house::House;
use sesame_test_support::miniapp::MiniApp;
use sesame_test_support::phone::{NewPerson, Person};

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const SCANS: usize = 50;
const WAITING: usize = 1_000;

/// Someone new with an open Mini App, without a word to the bot.
async fn walk_in(house: &House) -> (Person, MiniApp) {
    let person = house.phones.create(&NewPerson::of("Ada", 1)).await.unwrap();
    let menu = json!({ "menu": true });
    let address = house.phones.open(person.id, menu).await.unwrap();
    (person, MiniApp::opened(&address).unwrap())
}

/// Resident memory in KiB.
fn memory(house: &House) -> u64 {
    let pid = house.pid().unwrap();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// From the scan to the event that says "linked".
async fn scan_to_linked(house: &House) -> Duration {
    let (person, app) = walk_in(house).await;
    let login = app.begin().await.unwrap();
    let mut events = app.events(&login).await.unwrap();
    let (link, _) = app.code(&login).await.unwrap();
    let scanned = Instant::now();
    house.phones.scan(person.id, &link).await.unwrap();
    loop {
        let event = events.next().await.unwrap().unwrap();
        if event["status"] == "authorized" {
            return scanned.elapsed();
        }
    }
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn from_scan_to_linked() {
    let house = House::open(BINARY).await.unwrap();
    scan_to_linked(&house).await;
    let mut times = Vec::new();
    for _ in 0..SCANS {
        times.push(scan_to_linked(&house).await);
    }
    times.sort();
    let (median, p95) = (times[SCANS / 2], times[SCANS * 95 / 100]);
    println!("scan to linked, {SCANS} times: median {median:.1?}, p95 {p95:.1?}");
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn memory_of_logins_that_wait() {
    let house = House::open(BINARY).await.unwrap();
    scan_to_linked(&house).await;
    let before = memory(&house);
    let began = Instant::now();
    let mut logins = Vec::new();
    for _ in 0..WAITING {
        let (_, app) = walk_in(&house).await;
        let login = app.begin().await.unwrap();
        logins.push((app, login));
    }
    for (app, login) in &logins {
        app.code(login).await.unwrap();
    }
    let took = began.elapsed();
    let after = memory(&house);
    let each = (after - before) / u64::try_from(WAITING).unwrap();
    println!("{WAITING} logins show a code after {took:.1?}");
    println!("resident memory: {before} KiB before, {after} KiB with them, {each} KiB each");
}
