//! PostgreSQL and Redis that refuse, or stand behind something: what the
//! program says, and that it says it before anyone is told that all is well.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use sesame_test_support::http;
use sesame_test_support::pgbouncer::PgBouncer;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::{RIGHTS, Redis};
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::{Site, TestServer};
use sesame_test_support::wait::until;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PATIENCE: Duration = Duration::from_secs(30);
/// What scripts learn when the database or Redis cannot be used.
const STORAGE: i32 = 4;

async fn server_over(redis: &Redis) -> TestServer {
    let url = format!("redis://ann:hunter2@127.0.0.1:{}/", redis.port());
    TestServer::open_with(
        BINARY,
        |sandbox| sandbox,
        |sesame| sesame.set("REDIS_URL", url),
    )
    .await
    .unwrap()
}

/// Waits until `/readyz` says this of a node that gets requests.
async fn readiness(server: &TestServer, status: &str, degraded: &[&str]) {
    let client = http::client().unwrap();
    let address = format!("{}/readyz", server.base());
    let look = async || {
        let answer = client.get(&address).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()
    };
    let says = |seen: &Value| seen["status"] == status;
    let seen = until("readiness", PATIENCE, look, says).await;
    assert_eq!(seen["degraded"], json!(degraded), "{seen}");
}

/// What the doctor says of a part.
async fn doctor(program: &Program, about: &str) -> Value {
    let said = program.instead(["doctor", "--json"]).run().await.unwrap();
    let findings: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    findings
        .into_iter()
        .find(|it| it["about"] == about)
        .unwrap()
}

#[tokio::test]
async fn a_right_that_is_taken_away_is_noticed_named_and_noticed_when_it_is_back() {
    let redis = Redis::start().await.unwrap();
    redis.set_user(RIGHTS).await.unwrap();
    let server = server_over(&redis).await;
    assert_eq!(doctor(&server.program, "redis").await["verdict"], "good");

    redis
        .set_user(&RIGHTS.replace(" &sesame:*", ""))
        .await
        .unwrap();
    readiness(&server, "degraded", &["redis"]).await;
    let found = doctor(&server.program, "redis").await;
    assert_eq!(found["verdict"], "bad");
    assert!(
        found["says"].as_str().unwrap().contains("&sesame:*"),
        "{found}"
    );
    let named = |log: &str| {
        log.lines().any(|line| {
            line.contains("ERROR") && line.contains("NOPERM") && line.contains("&sesame:*")
        })
    };
    let log = async || server.log().unwrap();
    let log = until("an error that names it", PATIENCE, log, |log| named(log)).await;
    assert!(!log.contains("hunter2"));

    redis.set_user(RIGHTS).await.unwrap();
    readiness(&server, "ready", &[]).await;
    assert_eq!(doctor(&server.program, "redis").await["verdict"], "good");
}

#[rstest]
#[case("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "replica", "READONLY")]
#[case("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "memory", "OOM")]
#[tokio::test]
async fn a_redis_that_takes_no_writes_degrades_the_node(
    #[case] refuse: &str,
    #[case] allow: &str,
    #[case] says: &str,
    #[case] code: &str,
) {
    let redis = Redis::start().await.unwrap();
    redis.set_user(RIGHTS).await.unwrap();
    let server = server_over(&redis).await;
    let words: Vec<_> = refuse.split(' ').collect();
    redis.execute(&words).await.unwrap();
    readiness(&server, "degraded", &["redis"]).await;
    let found = doctor(&server.program, "redis").await;
    assert_eq!(found["verdict"], "bad");
    assert!(found["says"].as_str().unwrap().contains(says), "{found}");
    assert!(found["advice"].as_str().unwrap().contains(code), "{found}");
    // Whoever logs it says what Redis said, not that storage is unavailable.
    let log = async || server.log().unwrap();
    until("its name", PATIENCE, log, |log| log.contains(code)).await;
    let words: Vec<_> = allow.split(' ').collect();
    redis.execute(&words).await.unwrap();
    readiness(&server, "ready", &[]).await;
    let log = server.log().unwrap();
    let bare = |line: &&str| line.trim_end().ends_with("storage is unavailable");
    assert_eq!(log.lines().find(bare), None);
}

/// Settings enough for every command, over a site of one's own.
fn program(site: &Site) -> Program {
    Program::new(BINARY, site.folder(), "command")
        .set("DATA_DIR", site.data().display().to_string())
        .set("BOT_TOKEN", format!("1:{}", "x".repeat(35)))
        .set("API_ID", "1")
        .set("API_HASH", "0".repeat(32))
        .set("BOT_API_URL", "http://127.0.0.1:1")
        .set("LISTEN", "127.0.0.1:0")
}

#[rstest]
#[case(
    "postgres://ann:hunter2@127.0.0.1:1/x",
    "no database answers",
    "refused"
)]
#[case("postgres://ann:hunter2@[::1]:1/x", "no database answers", "address")]
#[case(
    "postgres://ann:hunter2@no.such.host.invalid/x",
    "host is not known",
    "no host"
)]
#[case(
    "postgres://sesame:hunter2@SERVER/missing",
    "there is no such database",
    "3D000"
)]
#[case(
    "postgres://sesame:hunter2@SERVER/postgres?sslmode=require",
    "has no TLS",
    "no TLS"
)]
#[tokio::test]
async fn every_command_says_what_the_database_said(
    #[case] url: &str,
    #[case] what: &str,
    #[case] why: &str,
) {
    let server = Postgres::start().await.unwrap();
    let address = server.url().rsplit_once('@').unwrap().1;
    let address = address.rsplit_once('/').unwrap().0;
    let url = url.replace("SERVER", address);
    let site = Site::new(BINARY).unwrap();
    let program = program(&site).set("DATABASE_URL", url);
    for command in ["migrate", "accounts", "serve"] {
        let said = program.instead([command]).run().await.unwrap();
        assert_eq!(said.status.code(), Some(STORAGE), "{command}: {}", said.err);
        assert!(said.complained().contains(what), "{command}: {}", said.err);
        assert!(said.complained().contains(why), "{command}: {}", said.err);
        assert!(
            !said.complained().contains("hunter2"),
            "{command}: {}",
            said.err
        );
    }
    let found = doctor(&program, "database").await;
    assert!(found["says"].as_str().unwrap().contains(what), "{found}");
    assert!(found["advice"].as_str().unwrap().contains(why), "{found}");
}

#[tokio::test]
async fn an_import_says_what_the_other_database_said() {
    let server = Postgres::start().await.unwrap();
    let missing = server.url().replace("/postgres", "/missing");
    let site = Site::new(BINARY).unwrap();
    let program = program(&site);
    program.instead(["migrate"]).must().await.unwrap();
    let import = ["import", "telethon", "--from-postgres", &missing];
    let said = program.instead(import).run().await.unwrap();
    assert!(
        said.complained().contains("there is no such database"),
        "{}",
        said.err
    );
    assert!(
        said.complained().contains("--from-postgres"),
        "{}",
        said.err
    );
}

#[tokio::test]
async fn linking_works_behind_a_pooler_that_keeps_sessions() {
    let database = Postgres::shared().await.unwrap();
    let database = database.create_database().await.unwrap();
    let pooler = PgBouncer::start(&database, "session", &[]).await.unwrap();
    let server = TestServer::open_with(
        BINARY,
        |sandbox| sandbox,
        |sesame| sesame.set("DATABASE_URL", pooler.url()),
    )
    .await
    .unwrap();
    server.linked(2).await.unwrap();
    assert_eq!(doctor(&server.program, "database").await["verdict"], "good");
}

#[tokio::test]
async fn a_pooler_that_shares_connections_is_refused_at_the_start() {
    let database = Postgres::shared().await.unwrap();
    let database = database.create_database().await.unwrap();
    let pooler = PgBouncer::start(&database, "transaction", &[])
        .await
        .unwrap();
    let site = Site::new(BINARY).unwrap();
    let program = program(&site).set("DATABASE_URL", pooler.url());
    let said = program.instead(["serve"]).run().await.unwrap();
    assert_eq!(said.status.code(), Some(STORAGE), "{}", said.err);
    assert!(
        said.complained().contains("pool_mode = session"),
        "{}",
        said.err
    );
}

#[tokio::test]
async fn it_listens_at_an_ipv6_address() {
    let Ok(free) = std::net::TcpListener::bind("[::1]:0") else {
        return;
    };
    let address = free.local_addr().unwrap();
    drop(free);
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, |sesame| sesame)
        .await
        .unwrap();
    let site = Site::new(BINARY).unwrap();
    let second = server
        .program
        .clone()
        .set("LISTEN", address.to_string())
        .set("DATA_DIR", site.data().display().to_string());
    let client = http::client().unwrap();
    let probe = format!("http://{address}/readyz");
    let ready = async || {
        let answer = client.get(&probe).send().await;
        Ok(answer
            .is_ok_and(|it| it.status().is_success())
            .then_some(()))
    };
    second.start(ready).await.unwrap();
}
