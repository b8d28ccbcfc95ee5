//! The program as a whole: it starts, says where it is, and stops.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::time::{Duration, Instant};

use sesame_test_support::http;
use sesame_test_support::miniapp::MiniApp;
use sesame_test_support::phone::{NewPerson, Phones};
use sesame_test_support::test_server::{Site, TestServer, by_button};

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// What the README promises.
const STOPS_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn the_sandbox_says_where_everything_is_and_stops_on_ctrl_c() {
    let site = Site::new(BINARY).unwrap();
    let (mut sandbox, ready) = site.start_sandbox(&site.sandbox()).await.unwrap();

    let client = http::client().unwrap();
    let app = ready.app.clone().unwrap();
    for address in [
        format!("{app}/healthz"),
        format!("{app}/readyz"),
        format!("{app}/openapi.json"),
        format!("{app}/app"),
        ready.phone.clone(),
        format!("{}/openapi.json", ready.control),
        format!("{}/bot{}/getMe", ready.bot_api, ready.bot_token),
    ] {
        let answer = client.get(&address).send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "{address}: {}",
            answer.status()
        );
    }
    assert!(ready.api_id > 0 && ready.api_hash.len() == 32);
    assert!(
        ready
            .rsa_public_key
            .starts_with("-----BEGIN RSA PUBLIC KEY-----")
    );
    let ids: Vec<_> = ready.dcs.iter().map(|dc| dc.id).collect();
    assert_eq!(ids, [1, 2]);
    for dc in &ready.dcs {
        tokio::net::TcpStream::connect(&dc.address).await.unwrap();
    }

    // Someone is in the middle of a login, and listens.
    let phones = Phones::of(&ready).unwrap();
    let person = phones.create(&NewPerson::of("Ada", 1)).await.unwrap();
    phones.say(person.id, "/start").await.unwrap();
    phones.hears(person.id, "Sesame").await.unwrap();
    let address = phones.open(person.id, by_button()).await.unwrap();
    let guest = MiniApp::opened(&address).unwrap();
    let login = guest.begin().await.unwrap();
    guest.code(&login).await.unwrap();
    let mut events = guest.events(&login).await.unwrap();
    events.next().await.unwrap().unwrap();

    let asked = Instant::now();
    let status = sandbox.stop("INT", STOPS_WITHIN).await.unwrap();
    let status = status.expect("it stops in time");
    assert!(status.success(), "{status} after {:?}", asked.elapsed());
    assert!(client.get(format!("{app}/healthz")).send().await.is_err());
    assert!(client.get(&ready.phone).send().await.is_err());
}

#[tokio::test]
async fn a_crash_leaves_no_core_dump_with_keys_in_it() {
    let site = Site::new(BINARY).unwrap();
    let (sandbox, _) = site.start_sandbox(&site.sandbox()).await.unwrap();

    let limits = std::fs::read_to_string(format!("/proc/{}/limits", sandbox.pid())).unwrap();
    let cores = limits
        .lines()
        .find_map(|it| it.strip_prefix("Max core file size"));
    let words: Vec<_> = cores.unwrap().split_whitespace().collect();

    // The soft limit, and the hard one, which can never be raised again.
    assert_eq!(words, ["0", "0", "bytes"]);
}

#[tokio::test]
async fn the_bot_does_what_it_says() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let person = guest.person.id;
    let phones = &server.phones;

    phones.say(person, "/accounts").await.unwrap();
    phones
        .hears(person, "No account is linked yet")
        .await
        .unwrap();
    phones.say(person, "/privacy").await.unwrap();
    phones.hears(person, "AES-256-GCM").await.unwrap();
    phones.say(person, "/help").await.unwrap();
    phones.hears(person, "/unlink").await.unwrap();

    let login = guest.app.begin().await.unwrap();
    let (link, _) = guest.app.code(&login).await.unwrap();
    phones.say(person, "/status").await.unwrap();
    phones.hears(person, "waits to be scanned").await.unwrap();
    phones.scan(person, &link).await.unwrap();
    phones
        .hears(person, "Your account is linked")
        .await
        .unwrap();

    // Linked and alive: it is answered, not linked twice.
    let again = guest.app.begin().await.unwrap();
    let again = guest.app.reaches(&again, &["authorized"]).await.unwrap();
    assert!(again["account"]["id"].is_string(), "{again}");
    server.devices(person, 1).await.unwrap();

    phones.say(person, "/unlink").await.unwrap();
    phones.hears(person, "Unlink Ada?").await.unwrap();
    phones.press(person, "Unlink").await.unwrap();
    phones.hears(person, "is unlinked").await.unwrap();
    server.no_device(person).await.unwrap();
}

#[tokio::test]
async fn a_device_that_was_ended_on_the_phone_is_noticed_and_linked_again() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(2).await.unwrap();
    let login = guest.app.begin().await.unwrap();
    let (link, shown) = guest.app.code(&login).await.unwrap();
    server.phones.scan(guest.person.id, &link).await.unwrap();
    guest.app.reaches(&login, &["authorized"]).await.unwrap();

    let devices = server.devices(guest.person.id, 1).await.unwrap();
    let told = shown["device"]["model"].as_str().unwrap();
    let listed = serde_json::to_string(&devices[0].rest).unwrap();
    assert!(listed.contains(told), "{told} is not in {listed}");
    let ended = server.phones.end(guest.person.id, devices[0].hash);
    ended.await.unwrap();

    // Linked, but not alive: this time there is something to scan.
    let login = guest.app.begin().await.unwrap();
    let notice = server.phones.hears(guest.person.id, "no longer connected");
    notice.await.unwrap();
    let dead = &guest.app.accounts().await.unwrap()[0];
    assert_eq!(dead["health"]["cause"], "revoked", "{dead}");
    let (link, _) = guest.app.code(&login).await.unwrap();
    server.phones.scan(guest.person.id, &link).await.unwrap();
    guest.app.reaches(&login, &["authorized"]).await.unwrap();
    let again = &guest.app.accounts().await.unwrap()[0];
    assert_eq!(again["id"], dead["id"]);
    assert_eq!(again["health"]["state"], "alive");
    server.devices(guest.person.id, 1).await.unwrap();
}
