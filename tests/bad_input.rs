//! What is wrong is refused, each with its own answer.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sesame_test_support::http::{self, Answer};
use sesame_test_support::miniapp::MiniApp;
use sesame_test_support::test_server::{Guest, TestServer};
use sesame_test_support::wait::until;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// How long a password may be checked.
const WITHIN: Duration = Duration::from_secs(30);
const ACCOUNTS: &str = "/api/v1/accounts";

/// The answer is a problem with this status and code.
#[track_caller]
fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    assert_eq!(answer.code(), code, "{}", answer.text);
    assert_eq!(answer.content_type, "application/problem+json");
}

async fn get(app: &MiniApp, path: &str) -> Answer {
    app.ask(Method::GET, path, None).await.unwrap()
}

/// Puts something else in place of a field's value.
fn with_field(init_data: &str, field: &str, value: &str) -> String {
    let pairs = init_data.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if name == field => format!("{name}={value}"),
        _ => pair.to_owned(),
    });
    let changed = pairs.collect::<Vec<_>>().join("&");
    assert_ne!(changed, init_data, "there is a field {field}");
    changed
}

#[tokio::test]
async fn launch_data_that_telegram_did_not_sign_is_refused() {
    let server = TestServer::open(BINARY).await.unwrap();
    let Guest { app, .. } = server.guest(1).await.unwrap();
    let good = app.init_data();
    assert_eq!(get(&app, ACCOUNTS).await.status, StatusCode::OK);

    let other_hash = "0123456789abcdef".repeat(4);
    let other_user = "%7B%22id%22%3A777%2C%22first_name%22%3A%22Eve%22%7D";
    let no_signature: Vec<_> = good
        .split('&')
        .filter(|p| !p.starts_with("signature="))
        .collect();
    for forged in [
        with_field(good, "hash", &other_hash),
        with_field(good, "user", other_user),
        with_field(good, "auth_date", "1"),
        with_field(good, "signature", "AAAA"),
        no_signature.join("&"),
        format!("{good}&extra=1"),
    ] {
        let answer = get(&app.with_init_data(&forged), ACCOUNTS).await;
        assert_problem(&answer, 401, "init_data_forged");
    }
    for damaged in [
        format!("{good}&hash={other_hash}"),
        with_field(good, "hash", "beef"),
        good.replace("hash=", "cash="),
        "hash".to_owned(),
        "%FF%FE".to_owned(),
        format!("{good}&long={}", "x".repeat(4096)),
    ] {
        let answer = get(&app.with_init_data(&damaged), ACCOUNTS).await;
        assert_problem(&answer, 401, "init_data_malformed");
    }
    for length in (0..good.len()).step_by(37) {
        let answer = get(&app.with_init_data(&good[..length]), ACCOUNTS).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "cut at {length}");
        assert!(answer.code().starts_with("init_data_"), "{}", answer.text);
    }
    for (authorization, code) in [
        ("", "unauthorized"),
        ("Basic eDp5", "unauthorized"),
        ("tma ", "init_data_missing"),
        ("Bearer a.b", "token_invalid"),
        ("Bearer ", "token_invalid"),
    ] {
        let answer = get(&app.authorized_by(authorization), ACCOUNTS).await;
        assert_problem(&answer, 401, code);
    }
}

#[tokio::test]
async fn launch_data_of_another_time_is_refused() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    for (offset, code) in [(-3_700, "init_data_stale"), (3_600, "init_data_future")] {
        let how = json!({ "menu": true, "auth_date_offset": offset });
        let address = server.phones.open(guest.person.id, how).await.unwrap();
        let app = MiniApp::opened(&address).unwrap();
        assert_problem(&get(&app, ACCOUNTS).await, 401, code);
    }
}

#[tokio::test]
async fn launch_data_is_exchanged_once() {
    let server = TestServer::open(BINARY).await.unwrap();
    let Guest { app, .. } = server.guest(1).await.unwrap();
    let exchange = async || {
        app.ask(Method::POST, "/api/v1/session", None)
            .await
            .unwrap()
    };
    let first = exchange().await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_problem(&get(&app, ACCOUNTS).await, 401, "init_data_replayed");

    let token = first.json["token"].as_str().unwrap();
    let holder = app.authorized_by(format!("Bearer {token}"));
    assert_eq!(get(&holder, ACCOUNTS).await.status, StatusCode::OK);
    assert_problem(&exchange().await, 401, "init_data_replayed");
    let (claims, mac) = token.split_once('.').unwrap();
    for forged in [
        format!("{claims}."),
        format!("{claims}.{mac}A"),
        format!("A{token}"),
    ] {
        let holder = app.authorized_by(format!("Bearer {forged}"));
        assert_problem(&get(&holder, ACCOUNTS).await, 401, "token_invalid");
    }
}

#[tokio::test]
async fn other_peoples_logins_do_not_exist() {
    let server = TestServer::open(BINARY).await.unwrap();
    let owner = server.guest(1).await.unwrap().app;
    let stranger = server.guest(1).await.unwrap().app;
    let id = owner.begin().await.unwrap();
    let login = format!("/api/v1/logins/{id}");
    for path in [
        login.clone(),
        format!("{login}?wait=5&version=0"),
        format!("{login}/events"),
        format!("{login}/qr.svg"),
        "/api/v1/logins/not-an-id".to_owned(),
        "/api/v1/nothing".to_owned(),
    ] {
        assert_problem(&get(&stranger, &path).await, 404, "not_found");
    }
    let answer = stranger.ask(Method::DELETE, &login, None).await.unwrap();
    assert_problem(&answer, 404, "not_found");
    let answer = stranger.password(&id, "guess").await.unwrap();
    assert_problem(&answer, 404, "not_found");
    let screen = format!("{login}/screen");
    let answer = stranger.ask(Method::POST, &screen, None).await.unwrap();
    assert_problem(&answer, 404, "not_found");
    let answer = stranger.ask(Method::PUT, &login, None).await.unwrap();
    assert_problem(&answer, 405, "method_not_allowed");

    let (_, untouched) = owner.code(&id).await.unwrap();
    assert_eq!(untouched["status"], "pending");
}

#[tokio::test]
async fn a_bad_body_is_refused() {
    let server = TestServer::open(BINARY).await.unwrap();
    let app = server.guest(1).await.unwrap().app;
    let id = app.begin().await.unwrap();
    let path = format!("/api/v1/logins/{id}/password");
    let json = "application/json";
    let password = |length| json!({ "password": "x".repeat(length) }).to_string();
    for (content_type, body, status, code) in [
        (json, password(17 * 1024), 413, "body_too_large"),
        (json, password(1025), 422, "password_too_long"),
        (json, password(0), 422, "password_empty"),
        (json, "password".to_owned(), 400, "malformed"),
        (
            json,
            json!({ "passphrase": "x" }).to_string(),
            400,
            "malformed",
        ),
        (json, json!({ "password": 5 }).to_string(), 400, "malformed"),
        (
            "text/plain",
            "hunter2".to_owned(),
            415,
            "wrong_content_type",
        ),
        (
            "application/xml",
            "<password/>".to_owned(),
            415,
            "wrong_content_type",
        ),
        ("", password(1), 415, "wrong_content_type"),
    ] {
        let mut request = app.request(Method::POST, &path).body(body);
        if !content_type.is_empty() {
            request = request.header("Content-Type", content_type);
        }
        let answer = Answer::read(request.send().await.unwrap()).await.unwrap();
        assert_problem(&answer, status, code);
    }
}

#[tokio::test]
async fn a_hundred_passwords_are_five_tries() {
    let server = TestServer::open(BINARY).await.unwrap();
    let Guest { person, app } = server.guest(1).await.unwrap();
    server
        .phones
        .set_password(person.id, "correct", "horse")
        .await
        .unwrap();
    let id = app.begin().await.unwrap();
    let early = app.password(&id, "too early").await.unwrap();
    assert_problem(&early, 409, "wrong_state");

    let (link, _) = app.code(&id).await.unwrap();
    server.phones.scan(person.id, &link).await.unwrap();
    let asked = app.reaches(&id, &["password_required"]).await.unwrap();
    assert_eq!(asked["password"]["hint"], "horse");
    assert_eq!(asked["password"]["attempts_left"], 5);

    let mut taken = 0;
    for number in 0..100 {
        let answer = app.password(&id, &format!("guess {number}")).await.unwrap();
        match answer.status {
            StatusCode::ACCEPTED => taken += 1,
            _ => assert_problem(&answer, 409, "wrong_state"),
        }
        // One that came while another was being checked is not the fifth.
        if taken < 5 {
            let look = async || app.login(&id).await.unwrap();
            let checked = |login: &Value| login["password"]["checking"] != true;
            until("the end of the check", WITHIN, look, checked).await;
        }
    }
    let over = app.reaches(&id, &["failed"]).await.unwrap();
    assert_eq!(over["failure"]["code"], "password_attempts");
    assert_eq!(taken, 5);
    server.no_device(person.id).await.unwrap();
}

#[tokio::test]
async fn who_knocks_at_the_webhook_without_the_secret_is_refused_and_counted() {
    let secret = "only-telegram-knows";
    let server = TestServer::open_with(
        BINARY,
        |sandbox| sandbox,
        |sesame| sesame.set("WEBHOOK_SECRET", secret),
    );
    let server = server.await.unwrap();
    // What comes from Telegram goes through.
    let guest = server.guest(1).await.unwrap();
    let client = http::client().unwrap();
    let address = format!("{}/telegram/default", server.base());
    for (given, body, status) in [
        (None, "{}", 401),
        (Some("wrong"), "{}", 401),
        (Some(secret), "{}", 400),
    ] {
        let mut request = client.post(&address).body(body);
        if let Some(given) = given {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", given);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert_eq!(kind, "application/problem+json");
        assert_eq!(answer.headers()["x-request-id"].len(), 16);
    }
    let metrics = get(&guest.app, "/metrics").await.text;
    let counted = |name: &str, labels: &[&str]| {
        metrics
            .lines()
            .any(|line| line.starts_with(name) && labels.iter().all(|label| line.contains(label)))
    };
    let name = "sesame_webhook_updates_total";
    assert!(counted(name, &["outcome=\"wrong_secret\"} 2"]), "{metrics}");
    assert!(counted(name, &["outcome=\"received\""]), "{metrics}");
    let labels = ["route=\"/telegram/{tenant}\"", "status=\"401\"", "} 2"];
    assert!(counted("sesame_http_requests_total", &labels), "{metrics}");
    server.phones.say(guest.person.id, "/help").await.unwrap();
    server
        .phones
        .hears(guest.person.id, "/accounts")
        .await
        .unwrap();
}
