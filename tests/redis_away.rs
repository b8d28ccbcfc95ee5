//! Redis goes away under nodes that run, and comes back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends when something is missing"
)]

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::http;
use sesame_test_support::redis::Redis;
use sesame_test_support::test_server::{Guest, TestServer};
use sesame_test_support::wait::until;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PATIENCE: Duration = Duration::from_secs(60);

/// Over a Redis, with logins that live long enough for the whole test.
async fn server_over(redis: &Redis) -> TestServer {
    let url = redis.url();
    let settings = |sesame: sesame_test_support::sesame::Program| {
        sesame.set("REDIS_URL", url).set("QR_TTL_SECONDS", "600")
    };
    TestServer::open_with(BINARY, |sandbox| sandbox, settings)
        .await
        .unwrap()
}

async fn get(server: &TestServer, path: &str) -> reqwest::Response {
    let address = format!("{}{path}", server.base());
    http::client().unwrap().get(address).send().await.unwrap()
}

/// Waits until `/readyz` says this of a node that gets requests all the while.
async fn is(server: &TestServer, status: &str, degraded: &[&str]) {
    let look = async || {
        let answer = get(server, "/readyz").await;
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()
    };
    let seen = until(status, PATIENCE, look, |seen| seen["status"] == status).await;
    assert_eq!(
        seen,
        json!({
            "status": status, "ready": true, "unready": [], "degraded": degraded,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_a_node_serves_and_what_needs_a_lease_waits() {
    let mut redis = Redis::start().await.unwrap();
    let server = server_over(&redis).await;
    let linked = server.linked(1).await.unwrap();
    let leaves = server.linked(2).await.unwrap();
    let scans = server.guest(1).await.unwrap();
    let shown = scans.app.begin().await.unwrap();
    scans.app.code(&shown).await.unwrap();
    is(&server, "ready", &[]).await;

    redis.kill().await.unwrap();
    is(&server, "degraded", &["redis"]).await;
    let metrics = get(&server, "/metrics").await.text().await.unwrap();
    assert!(
        metrics.contains("sesame_part_works{tenant=\"default\",part=\"redis\"} 0"),
        "{metrics}"
    );
    // The pages, the API and the bot work.
    assert_eq!(linked.app.accounts().await.unwrap().len(), 1);
    server
        .phones
        .say(linked.person.id, "/accounts")
        .await
        .unwrap();
    server.phones.hears(linked.person.id, "Ada").await.unwrap();
    // Who is linked is not sent away.
    let again = linked.app.begin().await.unwrap();
    linked.app.reaches(&again, &["authorized"]).await.unwrap();
    // A new login is kept; no one drives it.
    let late = server.guest(2).await.unwrap();
    let waits = late.app.begin().await.unwrap();
    let login = late.app.login(&waits).await.unwrap();
    assert_eq!(login["status"], "starting");
    // Cancelling is kept, too.
    let gone = server.guest(2).await.unwrap();
    let cancelled = gone.app.begin().await.unwrap();
    let path = format!("/api/v1/logins/{cancelled}");
    let answer = gone.app.ask(Method::DELETE, &path, None).await.unwrap();
    assert!(answer.status.is_success(), "{answer:?}");
    // For its owner, an account that is unlinked is gone at once.
    server
        .phones
        .say(leaves.person.id, "/unlink")
        .await
        .unwrap();
    server
        .phones
        .hears(leaves.person.id, "Unlink Ada?")
        .await
        .unwrap();
    server
        .phones
        .press(leaves.person.id, "Unlink")
        .await
        .unwrap();
    server
        .phones
        .hears(leaves.person.id, "is unlinked")
        .await
        .unwrap();
    assert!(leaves.app.accounts().await.unwrap().is_empty());
    let warned = |line: &&str| line.contains("WARN") && line.contains("degraded");
    let log = server.log().unwrap();
    assert_eq!(log.lines().filter(warned).count(), 1, "{log}");

    redis.start_again().await.unwrap();
    is(&server, "ready", &[]).await;
    for (guest, login) in [(&late, &waits), (&scans, &shown)] {
        let (link, _) = guest.app.code(login).await.unwrap();
        server.phones.scan(guest.person.id, &link).await.unwrap();
        guest.app.reaches(login, &["authorized"]).await.unwrap();
        server.devices(guest.person.id, 1).await.unwrap();
    }
    gone.app.reaches(&cancelled, &["cancelled"]).await.unwrap();
    server.no_device(leaves.person.id).await.unwrap();
    server.devices(linked.person.id, 1).await.unwrap();
}

/// Two logins that are under way: one shows its code, one asks for a password.
struct UnderWay {
    scans: Guest,
    shown: String,
    proves: Guest,
    asked: String,
}

impl UnderWay {
    async fn begin(server: &TestServer) -> Self {
        let scans = server.guest(1).await.unwrap();
        let shown = scans.app.begin().await.unwrap();
        scans.app.code(&shown).await.unwrap();
        let proves = server.guest(2).await.unwrap();
        let person = proves.person.id;
        let phones = &server.phones;
        phones.set_password(person, "secret", "hint").await.unwrap();
        let asked = proves.app.begin().await.unwrap();
        let (link, _) = proves.app.code(&asked).await.unwrap();
        phones.scan(person, &link).await.unwrap();
        let states = ["password_required"];
        proves.app.reaches(&asked, &states).await.unwrap();
        Self {
            scans,
            shown,
            proves,
            asked,
        }
    }

    /// Both end well, and leave one device each.
    async fn end_well(&self, server: &TestServer) {
        let (scans, proves) = (&self.scans, &self.proves);
        let (link, _) = scans.app.code(&self.shown).await.unwrap();
        let scanned = server.phones.scan(scans.person.id, &link);
        scanned.await.unwrap();
        let taken = until(
            "the password is taken",
            PATIENCE,
            async || proves.app.password(&self.asked, "secret").await.unwrap(),
            |answer| answer.status.is_success(),
        );
        taken.await;
        for (guest, login) in [(scans, &self.shown), (proves, &self.asked)] {
            guest.app.reaches(login, &["authorized"]).await.unwrap();
            server.devices(guest.person.id, 1).await.unwrap();
        }
    }
}

/// Long enough for every lease to lapse: no one drives them any more.
#[tokio::test(flavor = "multi_thread")]
async fn logins_outlast_their_leases_and_end_well_once_redis_is_back() {
    let mut redis = Redis::start().await.unwrap();
    let server = server_over(&redis).await;
    let logins = UnderWay::begin(&server).await;
    redis.kill().await.unwrap();
    let log = async || server.log().unwrap();
    until("no one drives them", PATIENCE, log, |log| {
        let left = log.lines().filter(|it| it.contains("another driver has"));
        let left: Vec<_> = left.collect();
        let of = |login: &String| left.iter().any(|line| line.contains(login));
        of(&logins.shown) && of(&logins.asked)
    })
    .await;
    redis.start_again().await.unwrap();
    is(&server, "ready", &[]).await;
    logins.end_well(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_end_well_when_redis_is_emptied_under_them() {
    let redis = Redis::start().await.unwrap();
    let server = server_over(&redis).await;
    let logins = UnderWay::begin(&server).await;
    redis.execute(&["FLUSHALL"]).await.unwrap();
    redis.execute(&["SCRIPT", "FLUSH"]).await.unwrap();
    // Whoever drove them goes on, under leases that are taken again.
    let leases = async || redis.keys("sesame:*lease:login:*").await.unwrap();
    until("leases", PATIENCE, leases, |held| held.len() == 2).await;
    logins.end_well(&server).await;
    let log = server.log().unwrap();
    assert!(!log.contains("another driver has"), "{log}");
}
