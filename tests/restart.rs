//! A restart in every state of a login: it goes on, or is cleanly over, and
//! leaves nothing behind at Telegram.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

use reqwest::{Method, StatusCode};
use sesame_test_support::test_server::{Guest, TestServer};

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PASSWORD: &str = "correct horse";
const ALWAYS: u32 = 100_000;

/// Someone whose login was brought into a state.
struct Case {
    guest: Guest,
    login: String,
}

impl Case {
    async fn begin(server: &TestServer, home_dc: i32) -> Self {
        let guest = server.guest(home_dc).await.unwrap();
        let login = guest.app.begin().await.unwrap();
        Self { guest, login }
    }

    /// One with a cloud password.
    async fn begin_with_password(server: &TestServer, home_dc: i32) -> Self {
        let guest = server.guest(home_dc).await.unwrap();
        let person = guest.person.id;
        server
            .phones
            .set_password(person, PASSWORD, "")
            .await
            .unwrap();
        let login = guest.app.begin().await.unwrap();
        Self { guest, login }
    }

    async fn scan(&self, server: &TestServer) {
        let (link, _) = self.guest.app.code(&self.login).await.unwrap();
        server
            .phones
            .scan(self.guest.person.id, &link)
            .await
            .unwrap();
    }

    async fn password(&self) {
        let answer = self
            .guest
            .app
            .password(&self.login, PASSWORD)
            .await
            .unwrap();
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    }

    async fn reaches(&self, state: &str) {
        self.guest.app.reaches(&self.login, &[state]).await.unwrap();
    }

    /// Goes all the way, whatever is still missing.
    async fn finish(&self, server: &TestServer) {
        loop {
            let states = [
                "pending",
                "password_required",
                "authorized",
                "failed",
                "expired",
            ];
            let login = self.guest.app.reaches(&self.login, &states).await.unwrap();
            match login["status"].as_str().unwrap() {
                "pending" => {
                    let link = login["qr"]["url"].as_str().unwrap();
                    server
                        .phones
                        .scan(self.guest.person.id, link)
                        .await
                        .unwrap();
                    self.reaches_beyond("pending").await;
                }
                "password_required" if login["password"]["checking"] == true => {
                    self.reaches_beyond("password_required").await;
                }
                "password_required" => self.password().await,
                "authorized" => return,
                _ => panic!("{login}"),
            }
        }
    }

    async fn reaches_beyond(&self, state: &str) {
        let all = [
            "scanned",
            "migrating",
            "password_required",
            "verifying",
            "authorized",
        ];
        let others: Vec<_> = all.into_iter().filter(|other| *other != state).collect();
        self.guest.app.reaches(&self.login, &others).await.unwrap();
    }

    /// The account is linked once, answers, and goes without a trace.
    async fn is_linked_and_can_be_unlinked(&self, server: &TestServer) {
        let Guest { person, app } = &self.guest;
        server.devices(person.id, 1).await.unwrap();
        let accounts = app.accounts().await.unwrap();
        let [account] = &accounts[..] else {
            panic!("one account, not {accounts:?}")
        };
        // Asked for another login, Sesame opens the session and asks who it is.
        let again = app.begin().await.unwrap();
        app.reaches(&again, &["authorized"]).await.unwrap();
        server.devices(person.id, 1).await.unwrap();
        let path = format!("/api/v1/accounts/{}", account["id"].as_str().unwrap());
        let answer = app.ask(Method::DELETE, &path, None).await.unwrap();
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
        server.no_device(person.id).await.unwrap();
    }
}

/// Brings logins into every state, ends Sesame, starts it again.
async fn every_state_survives(signal: &str) {
    let mut server = TestServer::open(BINARY).await.unwrap();

    let linked = Case::begin(&server, 1).await;
    linked.scan(&server).await;
    linked.reaches("authorized").await;

    let asked = Case::begin_with_password(&server, 2).await;
    asked.scan(&server).await;
    asked.reaches("password_required").await;

    let checking = Case::begin_with_password(&server, 1).await;
    checking.scan(&server).await;
    checking.reaches("password_required").await;
    let scanned = Case::begin(&server, 2).await;
    let migrating = Case::begin(&server, 2).await;
    let verifying = Case::begin(&server, 1).await;
    let pending = Case::begin(&server, 1).await;
    let scanned_while_down = Case::begin(&server, 2).await;
    let cancelled = Case::begin(&server, 1).await;
    for case in [
        &scanned,
        &migrating,
        &verifying,
        &pending,
        &scanned_while_down,
        &cancelled,
    ] {
        case.reaches("pending").await;
    }

    // From here on Telegram holds them where they are.
    for method in ["users.getUsers", "users.getFullUser", "auth.checkPassword"] {
        server
            .phones
            .fail(method, 500, "INTERNAL", ALWAYS)
            .await
            .unwrap();
    }
    checking.password().await;
    verifying.scan(&server).await;
    verifying.reaches("verifying").await;
    let (code_on_show, _) = scanned_while_down
        .guest
        .app
        .code(&scanned_while_down.login)
        .await
        .unwrap();
    server.phones.silence(2).await.unwrap();
    migrating.scan(&server).await;
    migrating.reaches("migrating").await;
    server
        .phones
        .fail("auth.exportLoginToken", 500, "INTERNAL", ALWAYS)
        .await
        .unwrap();
    scanned.scan(&server).await;
    scanned.reaches("scanned").await;
    let starting = Case::begin(&server, 1).await;
    let path = format!("/api/v1/logins/{}", cancelled.login);
    let answer = cancelled
        .guest
        .app
        .ask(Method::DELETE, &path, None)
        .await
        .unwrap();
    assert_eq!(answer.json["status"], "cancelled", "{}", answer.text);

    server.stop(signal).await.unwrap();
    let person = scanned_while_down.guest.person.id;
    server.phones.scan(person, &code_on_show).await.unwrap();
    server.phones.heal().await.unwrap();
    server.start().await.unwrap();

    for case in [
        &starting,
        &pending,
        &scanned,
        &migrating,
        &scanned_while_down,
        &asked,
        &checking,
        &verifying,
        &linked,
    ] {
        case.finish(&server).await;
        case.is_linked_and_can_be_unlinked(&server).await;
    }
    cancelled.reaches("cancelled").await;
    server.no_device(cancelled.guest.person.id).await.unwrap();
}

#[tokio::test]
async fn logins_survive_a_polite_end() {
    every_state_survives("TERM").await;
}

#[tokio::test]
async fn logins_survive_a_sudden_end() {
    every_state_survives("KILL").await;
}
