//! Two tenants, each with a bot and a Telegram of its own, over one database and
//! one Redis.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::path::Path;

use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::Redis;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::{Guest, TestServer};

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");

/// A node of a tenant. All seal under the same keys.
async fn tenant(name: &str, database: &str, redis: &Redis, keys: &Path) -> TestServer {
    tenant_with(name, database, redis, keys, |sesame| sesame).await
}

/// The same, with other settings.
async fn tenant_with(
    name: &str,
    database: &str,
    redis: &Redis,
    keys: &Path,
    more: impl FnOnce(Program) -> Program,
) -> TestServer {
    let keys = keys.join("keys.json").display().to_string();
    let settings = |sesame: Program| {
        more(sesame)
            .set("TENANT", name)
            .set("DATABASE_URL", database)
            .set("REDIS_URL", redis.url())
            .set("KEY_FILE", keys)
    };
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, settings);
    server.await.unwrap()
}

/// Several people are linked, and each hears of it from the bot that they know.
async fn linked(server: &TestServer) -> Vec<Guest> {
    let mut guests = Vec::new();
    for home in [1, 2, 1] {
        let guest = server.linked(home).await.unwrap();
        let heard = server.phones.hears(guest.person.id, "linked").await;
        heard.unwrap();
        guests.push(guest);
    }
    guests
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_does_the_work_of_the_other() {
    let database = Postgres::shared().await.unwrap();
    let database = database.create_database().await.unwrap();
    let redis = Redis::start().await.unwrap();
    let keys = tempfile::tempdir().unwrap();
    let mut main = tenant("main", &database, &redis, keys.path()).await;
    let other = tenant("other", &database, &redis, keys.path()).await;
    let (mains, others) = (linked(&main).await, linked(&other).await);

    // One's node dies while someone logs in; the other one's leaves it alone.
    let ada = main.guest(1).await.unwrap();
    let login = ada.app.begin().await.unwrap();
    let (link, _) = ada.app.code(&login).await.unwrap();
    main.stop("KILL").await.unwrap();
    main.phones.scan(ada.person.id, &link).await.unwrap();
    // What the other one does meanwhile is done, all of it and no more.
    for guest in &others {
        other.unlink(guest).await.unwrap();
    }
    main.start().await.unwrap();
    ada.app.reaches(&login, &["authorized"]).await.unwrap();
    let heard = main.phones.hears(ada.person.id, "linked").await;
    heard.unwrap();
    for guest in &mains {
        main.unlink(guest).await.unwrap();
    }
    main.devices(ada.person.id, 1).await.unwrap();
    for (server, theirs) in [(&main, &others), (&other, &mains)] {
        let log = server.log().unwrap();
        assert!(!log.contains("blocked"), "{log}");
        for guest in theirs {
            let words = format!("person={}", guest.person.id);
            assert!(!log.contains(&words), "{log}");
        }
    }
    assert!(!other.log().unwrap().contains(&login));
}

/// A node takes no notices but its tenant's: of twelve, nine were lost when the
/// other's bot took them, whose chats these are not.
#[tokio::test(flavor = "multi_thread")]
async fn over_webhooks_each_bot_hears_and_tells_its_own_people_alone() {
    let database = Postgres::shared().await.unwrap();
    let database = database.create_database().await.unwrap();
    let redis = Redis::start().await.unwrap();
    let keys = tempfile::tempdir().unwrap();
    let secret = |secret: &'static str| move |sesame: Program| sesame.set("WEBHOOK_SECRET", secret);
    let start = |name: &'static str, own: &'static str| {
        tenant_with(name, &database, &redis, keys.path(), secret(own))
    };
    let main = start("main", "a-secret-of-main-alone").await;
    let other = start("other", "a-secret-of-the-other").await;
    // At the same time, so that notices of both lie beside each other.
    let (mains, others) = tokio::join!(linked(&main), linked(&other));
    let mains = [mains, linked(&main).await].concat();
    let others = [others, linked(&other).await].concat();
    for (server, ours, theirs) in [(&main, &mains, &others), (&other, &others, &mains)] {
        for guest in ours {
            server.unlink(guest).await.unwrap();
        }
        let log = server.log().unwrap();
        assert!(!log.contains("blocked"), "{log}");
        assert!(!log.contains("this node polls"), "{log}");
        for guest in theirs {
            let words = format!("person={}", guest.person.id);
            assert!(!log.contains(&words), "{log}");
        }
    }
}
