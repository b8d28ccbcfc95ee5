//! Figures: how long it takes from a scan to "linked", and how much memory
//! logins take that wait. See README.md beside this file.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement ends when something is missing, and prints its figures"
)]

mod admin_pages;
mod exporting;
mod limits;
mod process;
mod reconnecting;

use std::time::{Duration, Instant, SystemTime};

use serde_json::json;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::miniapp::MiniApp;
use sesame_test_support::phone::{NewPerson, Person};
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::TestServer;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const SCANS: usize = 50;
const WAITING: usize = 1_000;

/// A server for whose people no limit is too low, though all of them are at one
/// address.
async fn unlimited(set: impl Fn(Program) -> Program) -> TestServer {
    let without_limits = |program: Program| {
        set(program)
            .set("RATE_TENANT_PER_SECOND", "0")
            .set("RATE_ADDRESS", "0")
            .set("MAX_CONNECTIONS", "20000")
            .set("MAX_CONNECTIONS_PER_ADDRESS", "20000")
    };
    TestServer::open_with(BINARY, |sandbox| sandbox, without_limits)
        .await
        .unwrap()
}

/// Someone new with an open Mini App, without a word to the bot.
async fn walk_in(server: &TestServer) -> (Person, MiniApp) {
    let person = server
        .phones
        .create(&NewPerson::of("Ada", 1))
        .await
        .unwrap();
    let menu = json!({ "menu": true });
    let address = server.phones.open(person.id, menu).await.unwrap();
    (person, MiniApp::opened(&address).unwrap())
}

/// From the scan to the event that says "linked".
async fn scan_to_linked(server: &TestServer) -> Duration {
    let (person, app) = walk_in(server).await;
    let login = app.begin().await.unwrap();
    let mut events = app.events(&login).await.unwrap();
    let (link, _) = app.code(&login).await.unwrap();
    let scanned = Instant::now();
    server.phones.scan(person.id, &link).await.unwrap();
    loop {
        let event = events.next().await.unwrap().unwrap();
        if event["status"] == "authorized" {
            return scanned.elapsed();
        }
    }
}

/// Notes the moment at which the page shows "linked", by the clock that this
/// process shares with the browser.
const WATCH: &str = "new MutationObserver((_, watch) => {
    if (!document.querySelector('.view[data-view=linked]')) return;
    window.linkedAt = Date.now();
    watch.disconnect();
}).observe(document.body, { childList: true, subtree: true });";

/// From the scan to the view that says "linked", as it enters the page.
async fn scan_to_linked_in_the_page(server: &TestServer, browser: &Browser) -> Duration {
    let person = server
        .phones
        .create(&NewPerson::of("Ada", 1))
        .await
        .unwrap();
    let menu = json!({ "menu": true });
    let address = server.phones.open(person.id, menu).await.unwrap();
    // Only the fragment differs from the last person's address.
    browser.goto("about:blank").await.unwrap();
    browser.goto(&address).await.unwrap();
    browser.view("home").await.unwrap();
    browser.click("[data-href='/app/link']").await.unwrap();
    browser.show_code().await.unwrap();
    let link = browser.read_qr(".code__card").await.unwrap();
    browser.execute(WATCH, vec![]).await.unwrap();
    let scanned = epoch_ms();
    server.phones.scan(person.id, &link).await.unwrap();
    browser.view("linked").await.unwrap();
    let answer = browser.execute("return window.linkedAt", vec![]);
    let linked: u64 = answer.await.unwrap().convert().unwrap();
    Duration::from_millis(linked.saturating_sub(scanned))
}

#[allow(
    clippy::disallowed_methods,
    reason = "the browser has no other clock in common with us"
)]
fn epoch_ms() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_millis().try_into().unwrap()
}

fn summary(mut times: Vec<Duration>) -> String {
    times.sort();
    let (median, p95) = (times[SCANS / 2], times[SCANS * 95 / 100]);
    format!("{SCANS} times: median {median:.1?}, p95 {p95:.1?}")
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn from_scan_to_linked() {
    let server = unlimited(|sesame| sesame).await;
    scan_to_linked(&server).await;
    let mut times = Vec::new();
    for _ in 0..SCANS {
        times.push(scan_to_linked(&server).await);
    }
    println!("scan to linked on the stream, {}", summary(times));
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn from_scan_to_linked_in_the_page() {
    let server = unlimited(|sesame| sesame).await;
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    scan_to_linked_in_the_page(&server, &browser).await;
    let mut times = Vec::new();
    for _ in 0..SCANS {
        times.push(scan_to_linked_in_the_page(&server, &browser).await);
    }
    println!("scan to linked in the page, {}", summary(times));
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn memory_of_logins_that_wait() {
    let server = unlimited(|sesame| sesame).await;
    scan_to_linked(&server).await;
    let before = process::resident(server.pid().unwrap());
    let began = Instant::now();
    let mut logins = Vec::new();
    for _ in 0..WAITING {
        let (_, app) = walk_in(&server).await;
        let login = app.begin().await.unwrap();
        logins.push((app, login));
    }
    for (app, login) in &logins {
        app.code(login).await.unwrap();
    }
    let took = began.elapsed();
    let after = process::resident(server.pid().unwrap());
    let each = (after - before) / u64::try_from(WAITING).unwrap();
    println!("{WAITING} logins show a code after {took:.1?}");
    println!("resident memory: {before} KiB before, {after} KiB with them, {each} KiB each");
}
