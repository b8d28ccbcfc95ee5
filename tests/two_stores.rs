//! The whole way once more, over PostgreSQL and Redis.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::Redis;
use sesame_test_support::test_server::TestServer;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");

#[tokio::test]
async fn linking_works_over_postgresql_and_redis() {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let redis = Redis::start().await.unwrap();
    let stores = |sesame: sesame_test_support::sesame::Program| {
        sesame
            .set("DATABASE_URL", database)
            .set("REDIS_URL", redis.url())
    };
    let mut server = TestServer::open_with(BINARY, |sandbox| sandbox, stores)
        .await
        .unwrap();
    let guest = server.guest(2).await.unwrap();
    server
        .phones
        .set_password(guest.person.id, "secret", "hint")
        .await
        .unwrap();

    let login = guest.app.begin().await.unwrap();
    let mut events = guest.app.events(&login).await.unwrap();
    let (link, _) = guest.app.code(&login).await.unwrap();
    server.phones.scan(guest.person.id, &link).await.unwrap();
    guest
        .app
        .reaches(&login, &["password_required"])
        .await
        .unwrap();
    guest.app.password(&login, "secret").await.unwrap();
    let mut statuses = Vec::new();
    while let Some(event) = events.next().await.unwrap() {
        statuses.push(event["status"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        statuses.last().map(String::as_str),
        Some("authorized"),
        "{statuses:?}"
    );
    server.devices(guest.person.id, 1).await.unwrap();

    // Redis may lose everything; what was linked stays linked.
    server.stop("TERM").await.unwrap();
    let mut redis = redis;
    redis.start_again().await.unwrap();
    server.start().await.unwrap();
    let accounts = guest.app.accounts().await.unwrap();
    assert_eq!(accounts[0]["health"]["state"], "alive");
    server.phones.say(guest.person.id, "/unlink").await.unwrap();
    server
        .phones
        .hears(guest.person.id, "Unlink Ada?")
        .await
        .unwrap();
    server
        .phones
        .press(guest.person.id, "Unlink")
        .await
        .unwrap();
    server.no_device(guest.person.id).await.unwrap();
}
