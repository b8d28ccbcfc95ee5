//! An application that Telegram does not take: `API_ID` and `API_HASH`.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::until;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PATIENCE: Duration = Duration::from_secs(60);
/// What scripts learn when something does not work.
const UNWELL: i32 = 7;

async fn telegram_as_the_doctor_finds_it(server: &TestServer) -> (Option<i32>, Value) {
    let doctor = server.program.instead(["doctor", "--json"]);
    let said = doctor.run().await.unwrap();
    let findings: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    let telegram = findings.iter().find(|it| it["about"] == "telegram");
    (said.status.code(), telegram.unwrap().clone())
}

#[tokio::test]
async fn api_hash_that_telegram_refuses_is_named_wherever_one_looks() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let (_, found) = telegram_as_the_doctor_finds_it(&server).await;
    assert_eq!(found["verdict"], "good", "{found}");
    server.stop("TERM").await.unwrap();

    server.program = server.program.set("API_HASH", "f".repeat(32));
    let _running = server.program.begin().unwrap();
    // It starts, and finds out before anyone comes.
    let readiness = async || {
        let asked = guest.app.ask(Method::GET, "/readyz", None).await;
        asked.map_or(Value::Null, |answer| answer.json)
    };
    let unready = |ready: &Value| ready["unready"] == serde_json::json!(["telegram"]);
    until("telegram to be unready", PATIENCE, readiness, unready).await;

    let login = guest.app.begin().await.unwrap();
    let over = guest.app.reaches(&login, &["failed"]).await.unwrap();
    assert_eq!(over["failure"]["code"], "app_refused", "{over}");
    let told = server
        .phones
        .hears(guest.person.id, "whoever runs it")
        .await;
    told.unwrap();
    let log = server.log().unwrap();
    let errors = log.lines().filter(|line| line.contains("ERROR"));
    let errors: Vec<&str> = errors.collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(errors[0].contains("API_ID and API_HASH"), "{errors:#?}");

    let (code, found) = telegram_as_the_doctor_finds_it(&server).await;
    assert_eq!(code, Some(UNWELL));
    assert_eq!(found["verdict"], "bad", "{found}");
    assert!(found["says"].as_str().unwrap().contains("API_HASH"));
}

#[tokio::test]
async fn telegram_that_takes_the_application_again_makes_it_ready_again() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let phones = &server.phones;
    let refused = phones.fail(
        "auth.exportLoginToken",
        400,
        "API_ID_PUBLISHED_FLOOD",
        1_000,
    );
    refused.await.unwrap();
    let login = guest.app.begin().await.unwrap();
    guest.app.reaches(&login, &["failed"]).await.unwrap();
    let ready = guest.app.ask(Method::GET, "/readyz", None).await.unwrap();
    assert_eq!(ready.status.as_u16(), 503, "{}", ready.text);
    phones.heal().await.unwrap();
    let login = guest.app.begin().await.unwrap();
    guest.app.code(&login).await.unwrap();
    let ready = guest.app.ask(Method::GET, "/readyz", None).await.unwrap();
    assert!(ready.status.is_success(), "{}", ready.text);
}
