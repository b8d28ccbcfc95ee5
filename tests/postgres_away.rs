//! PostgreSQL goes away under a node that runs, and comes back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends when something is missing"
)]

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use sesame_test_support::http;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::Redis;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::{Guest, TestServer};
use sesame_test_support::wait::until;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `/readyz` answers so; what it lacks then.
async fn is(server: &TestServer, status: StatusCode) -> String {
    let look = async || {
        let address = format!("{}/readyz", server.base());
        let answer = http::client().unwrap().get(address).send().await.unwrap();
        let status = answer.status();
        (status, answer.json::<Value>().await.unwrap())
    };
    let seen = until("/readyz", PATIENCE, look, |it| it.0 == status).await;
    seen.1["unready"].to_string()
}

/// What they ask for cannot be told now, and they are told when to ask again.
async fn is_put_off(guest: &Guest, method: Method, path: &str) {
    let answer = guest.app.ask(method, path, None).await.unwrap();
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
    assert!(answer.retry_after.is_some_and(|it| it > 0), "{answer:?}");
    assert_eq!(answer.json["code"], "unavailable", "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_go_on_when_postgresql_was_stopped_and_started_again() {
    let mut postgres = Postgres::start().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let redis = Redis::start().await.unwrap();
    let settings = |sesame: Program| {
        sesame
            .set("DATABASE_URL", database)
            .set("REDIS_URL", redis.url())
            .set("QR_TTL_SECONDS", "600")
    };
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, settings)
        .await
        .unwrap();
    let linked = server.linked(1).await.unwrap();
    let scans = server.guest(1).await.unwrap();
    let shown = scans.app.begin().await.unwrap();
    scans.app.code(&shown).await.unwrap();
    let proves = server.guest(2).await.unwrap();
    let phones = &server.phones;
    phones
        .set_password(proves.person.id, "secret", "hint")
        .await
        .unwrap();
    let asked = proves.app.begin().await.unwrap();
    let (link, _) = proves.app.code(&asked).await.unwrap();
    phones.scan(proves.person.id, &link).await.unwrap();
    let states = ["password_required"];
    proves.app.reaches(&asked, &states).await.unwrap();

    postgres.stop().await.unwrap();
    let lacks = is(&server, StatusCode::SERVICE_UNAVAILABLE).await;
    assert!(lacks.contains("\"database\""), "{lacks}");
    is_put_off(&linked, Method::GET, "/api/v1/accounts").await;
    is_put_off(&scans, Method::GET, &format!("/api/v1/logins/{shown}")).await;
    is_put_off(&scans, Method::DELETE, &format!("/api/v1/logins/{shown}")).await;
    is_put_off(&linked, Method::POST, "/api/v1/logins").await;
    // What happens on phones meanwhile cannot be kept, and is not forgotten.
    phones.say(linked.person.id, "/accounts").await.unwrap();

    postgres.start_again().await.unwrap();
    is(&server, StatusCode::OK).await;
    phones.hears(linked.person.id, "Ada").await.unwrap();
    let (link, _) = scans.app.code(&shown).await.unwrap();
    phones.scan(scans.person.id, &link).await.unwrap();
    let done = ["authorized"];
    scans.app.reaches(&shown, &done).await.unwrap();
    proves.app.reaches(&asked, &states).await.unwrap();
    proves.app.password(&asked, "secret").await.unwrap();
    proves.app.reaches(&asked, &done).await.unwrap();
    for guest in [&scans, &proves, &linked] {
        server.devices(guest.person.id, 1).await.unwrap();
    }
}

/// Whatever stops it waits for [`sesame_test_support::test_server::STOP_WITHIN`],
/// as the unit does, and kills it then.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_stops_in_time_though_neither_postgresql_nor_redis_answers() {
    let mut postgres = Postgres::start().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let mut redis = Redis::start().await.unwrap();
    let settings = |sesame: Program| {
        let sesame = sesame.set("DATABASE_URL", database);
        sesame.set("REDIS_URL", redis.url())
    };
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, settings);
    let mut server = server.await.unwrap();
    let waits = server.guest(1).await.unwrap();
    let shown = waits.app.begin().await.unwrap();
    waits.app.code(&shown).await.unwrap();
    server.linked(1).await.unwrap();

    redis.freeze().unwrap();
    postgres.freeze().await.unwrap();
    server.stop("TERM").await.unwrap();

    redis.thaw().unwrap();
    postgres.thaw().await.unwrap();
    server.start().await.unwrap();
    let (link, _) = waits.app.code(&shown).await.unwrap();
    server.phones.scan(waits.person.id, &link).await.unwrap();
    waits.app.reaches(&shown, &["authorized"]).await.unwrap();
}
