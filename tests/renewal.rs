//! Tokens die and are renewed; what is on show can always be scanned.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::test_server::{TestServer, by_button};
use sesame_test_support::wait::until;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// The life of a login, and the part of it in which a scan counts.
const TTL: Duration = Duration::from_secs(40);
const SCANNABLE: Duration = Duration::from_secs(30);

/// A server in which tokens live five seconds.
async fn hasty_server() -> TestServer {
    TestServer::open_with(
        BINARY,
        |sandbox| sandbox.args(["--token-life", "5"]),
        |sesame| sesame.set("QR_TTL_SECONDS", TTL.as_secs().to_string()),
    )
    .await
    .unwrap()
}

fn link(login: &Value) -> String {
    login["qr"]["url"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_code_can_be_scanned_for_the_whole_life_of_a_login() {
    let server = hasty_server().await;
    let guest = server.guest(2).await.unwrap();
    let began = Instant::now();
    let login = guest.app.begin().await.unwrap();
    guest.app.code(&login).await.unwrap();
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    let address = server
        .phones
        .open(guest.person.id, by_button())
        .await
        .unwrap();
    browser.goto(address).await.unwrap();
    browser.view("qr").await.unwrap();

    let mut offered = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let enough = SCANNABLE.saturating_sub(Duration::from_secs(3));
    while began.elapsed() < enough {
        let now = guest.app.login(&login).await.unwrap();
        assert_eq!(now["status"], "pending");
        offered.insert(link(&now));
        seen.insert(browser.read_qr(".code__card").await.unwrap());
    }
    // One that was replaced as we looked may be missing from either.
    let missed: Vec<_> = offered.symmetric_difference(&seen).collect();
    assert!(missed.len() <= 1, "the page did not show {missed:?}");
    assert!(seen.len() >= 5, "only {} codes", seen.len());

    let last = browser.read_qr(".code__card").await.unwrap();
    server.phones.scan(guest.person.id, &last).await.unwrap();
    guest.app.reaches(&login, &["authorized"]).await.unwrap();
    browser.view("linked").await.unwrap();
    server.devices(guest.person.id, 1).await.unwrap();
}

#[tokio::test]
async fn a_code_that_was_replaced_counts_as_long_as_it_lives() {
    let server = hasty_server().await;
    let guest = server.guest(1).await.unwrap();
    let login = guest.app.begin().await.unwrap();
    let (first, _) = guest.app.code(&login).await.unwrap();
    let look = async || link(&guest.app.login(&login).await.unwrap());
    until("another code", TTL, look, |code| *code != first).await;
    server.phones.scan(guest.person.id, &first).await.unwrap();
    guest.app.reaches(&login, &["authorized"]).await.unwrap();
    server.devices(guest.person.id, 1).await.unwrap();
}

#[tokio::test]
async fn a_dead_code_counts_no_more() {
    let server = hasty_server().await;
    let guest = server.guest(1).await.unwrap();
    let login = guest.app.begin().await.unwrap();
    let (first, _) = guest.app.code(&login).await.unwrap();
    let nonsense = "tg://login?token=AAAA";
    let nonsense = server
        .phones
        .try_scan(guest.person.id, nonsense)
        .await
        .unwrap();
    assert!(nonsense.status.is_client_error(), "{}", nonsense.text);
    let mut codes = BTreeSet::from([first.clone()]);
    while codes.len() < 4 {
        codes.insert(link(&guest.app.login(&login).await.unwrap()));
    }
    let refused = server
        .phones
        .try_scan(guest.person.id, &first)
        .await
        .unwrap();
    assert!(refused.status.is_client_error(), "{}", refused.text);
    assert_eq!(guest.app.login(&login).await.unwrap()["status"], "pending");
}
