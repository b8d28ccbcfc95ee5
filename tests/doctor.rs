//! The doctor names what is wrong, and what to do about it.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::time::Duration;

use serde_json::{Value, json};
use sesame_test_support::http::client;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::sesame::{Program, Said};
use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::until;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// What scripts learn when something does not work.
const UNWELL: i32 = 7;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

async fn examine(server: &TestServer) -> (Said, Vec<Value>) {
    let said = server
        .program
        .instead(["doctor", "--json"])
        .run()
        .await
        .unwrap();
    let findings = serde_json::from_str(&said.out).unwrap();
    (said, findings)
}

fn about<'a>(findings: &'a [Value], what: &str) -> &'a Value {
    findings.iter().find(|it| it["about"] == what).unwrap()
}

#[tokio::test]
async fn the_doctor_insists_on_a_copy_of_the_keys() {
    let server = TestServer::open(BINARY).await.unwrap();
    let (said, findings) = examine(&server).await;
    assert_eq!(said.status.code(), Some(UNWELL));
    let copy = about(&findings, "copy of keys");
    assert_eq!(copy["verdict"], "bad");
    assert!(
        copy["advice"]
            .as_str()
            .unwrap()
            .contains("sesame keys copy")
    );

    let place = server
        .site
        .folder()
        .join("elsewhere")
        .join("keys-copy.json");
    let path = place.display().to_string();
    let copy = server.program.instead(["keys", "copy", &path]);
    copy.must().await.unwrap();
    let (said, findings) = examine(&server).await;
    assert_eq!(about(&findings, "copy of keys")["verdict"], "good");
    assert!(said.status.success(), "{findings:#?}");
    for about in [
        "configuration",
        "bot api",
        "webhook",
        "launch data",
        "telegram",
        "clock",
        "database",
        "keys",
        "audit",
        "duties",
    ] {
        let found = findings.iter().find(|it| it["about"] == about);
        assert_eq!(found.unwrap()["verdict"], "good", "{findings:#?}");
    }

    // A new key is in no copy yet; the copy is brought up to date, not replaced.
    server
        .program
        .instead(["keys", "rotate"])
        .must()
        .await
        .unwrap();
    let (_, findings) = examine(&server).await;
    assert_eq!(about(&findings, "copy of keys")["verdict"], "bad");
    copy.must().await.unwrap();
    let (_, findings) = examine(&server).await;
    assert_eq!(about(&findings, "copy of keys")["verdict"], "good");

    // A copy of itself is none.
    let own = server.site.data().join("keys.json").display().to_string();
    let said = server
        .program
        .instead(["keys", "copy", &own])
        .run()
        .await
        .unwrap();
    assert!(!said.status.success());
    assert!(
        said.complained().contains("is the key file itself"),
        "{}",
        said.err
    );
}

#[tokio::test]
async fn a_lost_key_file_is_explained_and_its_copy_saves_the_sessions() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let place = server.site.folder().join("copy.json");
    let path = place.display().to_string();
    server
        .program
        .instead(["keys", "copy", &path])
        .must()
        .await
        .unwrap();
    // Made after the copy: what sealed it, and is in the copy, hands it over.
    server
        .program
        .instead(["keys", "rotate"])
        .must()
        .await
        .unwrap();
    server
        .program
        .instead(["keys", "rewrap"])
        .must()
        .await
        .unwrap();
    server.stop("TERM").await.unwrap();

    let keys = server.site.data().join("keys.json");
    std::fs::remove_file(&keys).unwrap();
    let (said, findings) = examine(&server).await;
    assert_eq!(said.status.code(), Some(UNWELL));
    let advice = about(&findings, "keys")["advice"].as_str().unwrap();
    assert!(advice.contains("there is no key file"), "{advice}");
    let said = server.program.run().await.unwrap();
    assert_eq!(said.status.code(), Some(6), "{}", said.err);
    assert!(
        !keys.exists(),
        "new keys would hide that the old ones are lost"
    );

    std::fs::copy(&place, &keys).unwrap();
    server.start().await.unwrap();
    let app = server.reopen(&guest.person).await.unwrap();
    let login = app.begin().await.unwrap();
    app.reaches(&login, &["authorized"]).await.unwrap();
}

#[tokio::test]
async fn a_changed_audit_is_named_by_its_first_bad_row() {
    let postgres = Postgres::shared().await.unwrap();
    let url = postgres.create_database().await.unwrap();
    let stores = |sesame: sesame_test_support::sesame::Program| sesame.set("DATABASE_URL", &url);
    let server = TestServer::open_with(BINARY, |it| it, stores)
        .await
        .unwrap();
    for _ in 0..20 {
        server
            .program
            .instead(["keys", "rotate"])
            .must()
            .await
            .unwrap();
    }
    let audit = server.program.instead(["doctor", "audit"]);
    let said = audit.must().await.unwrap();
    assert!(
        said.contains("instance:") && said.contains("whole"),
        "{said}"
    );

    // A rule of the database stands in the way of even its owner.
    let change = "UPDATE audit_entries SET actor_name = 'someone else' \
                  WHERE tenant = 'instance' AND seq = 1 AND action = 'key_rotated'";
    assert!(postgres.execute(&url, change).await.is_err());
    let force = format!("SET session_replication_role = replica; {change}");
    postgres.execute(&url, &force).await.unwrap();

    let said = audit.run().await.unwrap();
    assert_eq!(said.status.code(), Some(UNWELL), "{}", said.out);
    assert!(said.answered().contains("NOT WHOLE"), "{}", said.out);
    assert!(
        said.answered()
            .contains("first bad row: tenant instance, strand"),
        "{}",
        said.out
    );
    assert!(said.answered().contains("entry 1:"), "{}", said.out);
    let (said, findings) = examine(&server).await;
    assert_eq!(said.status.code(), Some(UNWELL));
    assert_eq!(about(&findings, "audit")["verdict"], "bad");
}

/// What the Bot API answers someone else who has the token.
async fn other_program(server: &TestServer, call: &str) -> Value {
    let ready = &server.ready;
    let address = format!("{}/bot{}/{call}", ready.bot_api, ready.bot_token);
    let answer = client().unwrap().get(address).send().await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_webhook_that_another_program_insists_on_is_named_and_makes_it_unready() {
    let server = TestServer::open(BINARY).await.unwrap();
    let webhook = async || {
        let info = other_program(&server, "getWebhookInfo").await;
        info["result"]["url"].as_str().unwrap().to_owned()
    };
    // Sesame polls, and deletes it a few times.
    for _ in 0..3 {
        other_program(&server, "setWebhook?url=https://other.example/secret").await;
        until("no webhook", PATIENCE, webhook, String::is_empty).await;
    }
    other_program(&server, "setWebhook?url=https://other.example/secret").await;
    let ready = format!("{}/readyz", server.base());
    let unready = async || {
        let answer = client().unwrap().get(&ready).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["unready"].clone()
    };
    until("unready", PATIENCE, unready, |it| *it == json!(["bot"])).await;
    let (_, findings) = examine(&server).await;
    let found = about(&findings, "webhook");
    assert_eq!(found["verdict"], "bad");
    let says = found["says"].as_str().unwrap();
    assert!(says.contains("other.example"), "{says}");
    assert!(!says.contains("secret"), "{says}");
}

/// All who come through it would count as one address.
#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_told_of_once_and_by_the_doctor() {
    let alone = |sesame: Program| sesame.set("TRUSTED_PROXIES", "none");
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, alone);
    let server = server.await.unwrap();
    let health = format!("{}/healthz", server.base());
    for _ in 0..3 {
        let asked = client().unwrap().get(&health);
        let asked = asked.header("x-forwarded-for", "192.0.2.1").send().await;
        assert!(asked.unwrap().status().is_success());
    }
    let log = server.log().unwrap();
    let told = log.matches("none of TRUSTED_PROXIES").count();
    assert_eq!(told, 1, "{log}");

    let doctor = server.program.instead(["doctor", "--json"]);
    let doctor = doctor
        .set("LISTEN", "0.0.0.0:8080")
        .set("PUBLIC_URL", "https://sesame.example.org");
    for (proxies, verdict) in [
        ("127.0.0.0/8 ::1", "warning"),
        ("127.0.0.1 10.0.0.7", "good"),
        ("none", "good"),
    ] {
        let said = doctor.clone().set("TRUSTED_PROXIES", proxies).run().await;
        let findings: Vec<Value> = serde_json::from_str(&said.unwrap().out).unwrap();
        let configuration = about(&findings, "configuration");
        assert_eq!(configuration["verdict"], verdict, "{configuration}");
    }
}
