//! A data centre does not answer in the middle of logins and checks, and is back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends when something is missing"
)]

use std::time::Duration;

use futures::future::join_all;
use serde_json::Value;
use sesame_test_support::http;
use sesame_test_support::test_server::{Guest, TestServer};
use sesame_test_support::wait::until;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PATIENCE: Duration = Duration::from_secs(90);
/// Where the accounts live; logins begin at another one.
const AWAY: i32 = 2;

async fn get(server: &TestServer, path: &str) -> reqwest::Response {
    let address = format!("{}{path}", server.base());
    http::client().unwrap().get(address).send().await.unwrap()
}

async fn readiness(server: &TestServer) -> Value {
    let answer = get(server, "/readyz").await;
    assert_eq!(answer.status(), 200, "it is never unready for that");
    answer.json().await.unwrap()
}

/// Waits until `/readyz` names the data centre.
async fn is_named(server: &TestServer) {
    let names = |seen: &Value| {
        let degraded = seen["degraded"].as_array().unwrap();
        let name = format!("telegram data centre {AWAY} until 2");
        degraded
            .iter()
            .any(|part| part.as_str().unwrap().starts_with(&name))
    };
    let look = async || readiness(server).await;
    let seen = until("the data centre to be named", PATIENCE, look, names).await;
    assert_eq!(seen["status"], "degraded", "{seen}");
    let metrics = get(server, "/metrics").await.text().await.unwrap();
    let open = format!("sesame_data_centre_breaker_open{{tenant=\"default\",dc=\"{AWAY}\"}} 1");
    assert!(metrics.contains(&open), "{metrics}");
}

/// Waits until nothing is missing any more.
async fn is_well(server: &TestServer) {
    let look = async || readiness(server).await;
    until("all to be well", PATIENCE, look, |seen| {
        seen["status"] == "ready"
    })
    .await;
    let metrics = get(server, "/metrics").await.text().await.unwrap();
    let closed = format!("sesame_data_centre_breaker_open{{tenant=\"default\",dc=\"{AWAY}\"}} 0");
    assert!(metrics.contains(&closed), "{metrics}");
}

/// People whose code is on show.
async fn waiting(server: &TestServer, count: usize) -> Vec<(Guest, String)> {
    let begin = async |server: &TestServer| {
        let guest = server.guest(AWAY).await.unwrap();
        let login = guest.app.begin().await.unwrap();
        guest.app.code(&login).await.unwrap();
        (guest, login)
    };
    join_all((0..count).map(|_| begin(server))).await
}

async fn scan(server: &TestServer, (guest, login): &(Guest, String)) {
    let (link, _) = guest.app.code(login).await.unwrap();
    server.phones.scan(guest.person.id, &link).await.unwrap();
}

/// Waits until the login says for which data centre it waits, and until when.
async fn says_so((guest, login): &(Guest, String)) {
    let look = async || guest.app.login(login).await.unwrap();
    let waits = |seen: &Value| seen["retry"]["data_centre"] == AWAY;
    let seen = until("the login to name it", PATIENCE, look, waits).await;
    assert!(seen["retry"]["until"].is_string(), "{seen}");
    assert_eq!(seen["failure"], Value::Null, "{seen}");
}

/// All logins are scanned, meet a data centre that is away, and end well when
/// it is back.
async fn logins_wait(server: &TestServer, logins: &[(Guest, String)]) {
    for login in logins {
        scan(server, login).await;
    }
    is_named(server).await;
    says_so(&logins[0]).await;
    // Whose account lives elsewhere does not notice.
    server.linked(1).await.unwrap();
    server.phones.heal().await.unwrap();
    for (guest, login) in logins {
        guest.app.reaches(login, &["authorized"]).await.unwrap();
    }
    is_well(server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_centre_that_refuses_is_left_alone_and_named_and_logins_end_well() {
    let server = TestServer::open(BINARY).await.unwrap();
    let logins = waiting(&server, 2).await;
    server.phones.refuse(AWAY).await.unwrap();
    logins_wait(&server, &logins).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_centre_that_is_silent_is_left_alone_and_named_and_logins_end_well() {
    let server = TestServer::open(BINARY).await.unwrap();
    // Each waits for an answer for a while; together they are soon enough.
    let logins = waiting(&server, 5).await;
    server.phones.silence(AWAY).await.unwrap();
    logins_wait(&server, &logins).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_meets_a_silent_data_centre_says_nothing_against_the_account() {
    let often =
        |sesame: sesame_test_support::sesame::Program| sesame.set("CHECK_EVERY_SECONDS", "5");
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, often)
        .await
        .unwrap();
    let linked = server.linked(AWAY).await.unwrap();
    let checked = async || {
        let accounts = linked.app.accounts().await.unwrap();
        assert_eq!(accounts[0]["health"]["state"], "alive", "{accounts:?}");
        accounts[0]["checked_at"].as_str().unwrap().to_owned()
    };
    server.phones.refuse(AWAY).await.unwrap();
    is_named(&server).await;
    let before = checked().await;
    server.phones.heal().await.unwrap();
    // Looked at again, and told nothing.
    until("another look", PATIENCE, checked, |at| *at > before).await;
    is_well(&server).await;
    let said = server.phones.chat(linked.person.id).await.unwrap();
    let said = format!("{said:?}");
    assert!(!said.contains("no longer connected"), "{said}");
}
