//! A disk that is full, or refuses writes: nothing is answered "done" that is
//! not kept, someone is told, and with room again everything works.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test ends when something is missing, and says what it leaves out"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sesame_domain::ids::{GrantId, Owner};
use sesame_domain::ports::{Grant, OneTime, OneTimeKind};
use sesame_domain::random::{Entropy, SystemEntropy};
use sesame_store::{Database, DatabaseSettings};
use sesame_test_support::disk::SmallDisk;
use sesame_test_support::http::Answer;
use sesame_test_support::test_server::{Guest, TestServer};
use sesame_test_support::wait::poll;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const SOON: Duration = Duration::from_secs(30);

/// People before the disk was full.
struct People {
    /// Linked, and wants to unlink.
    unlinking: Guest,
    /// Linked, and wants everything to be erased.
    erasing: Guest,
    /// Wants to link.
    linking: Guest,
}

impl People {
    async fn of(server: &TestServer) -> Self {
        Self {
            unlinking: server.linked(1).await.unwrap(),
            erasing: server.linked(1).await.unwrap(),
            linking: server.guest(1).await.unwrap(),
        }
    }

    async fn begin(&self) -> Answer {
        ask(&self.linking, Method::POST, "/api/v1/logins", None).await
    }

    async fn unlink(&self) -> Answer {
        let accounts = self.unlinking.app.accounts().await.unwrap();
        let path = format!("/api/v1/accounts/{}", accounts[0]["id"].as_str().unwrap());
        ask(&self.unlinking, Method::DELETE, &path, None).await
    }

    async fn erase(&self) -> Answer {
        let body = json!({ "confirm": "erase everything about me" });
        ask(&self.erasing, Method::DELETE, "/api/v1/me", Some(body)).await
    }

    async fn ready(&self) -> Answer {
        ask(&self.linking, Method::GET, "/readyz", None).await
    }

    /// Nothing is done, and that is said.
    async fn are_refused(&self, server: &TestServer, code: &str) {
        for answer in [self.begin().await, self.unlink().await, self.erase().await] {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            assert_eq!((answer.status, answer.code()), (status, code));
            assert!(answer.retry_after.is_some());
        }
        // An answer counts for a second.
        let unready = poll(SOON, async || {
            let answer = self.ready().await;
            (answer.status == StatusCode::SERVICE_UNAVAILABLE).then_some(answer)
        });
        let unready = unready.await.expect("not ready");
        assert_eq!(unready.json["unready"], json!(["database"]));
        let log = server.log().unwrap();
        for told in ["nothing can be stored", "not ready"] {
            let line = log.lines().find(|line| line.contains(told)).unwrap();
            assert!(line.contains("ERROR") && line.contains("code: "), "{line}");
        }
        // Another process can read, and nothing is locked.
        let list = server.program.instead(["accounts", "--json"]).must().await;
        let list: Value = serde_json::from_str(&list.unwrap()).unwrap();
        assert_eq!(list.as_array().unwrap().len(), 2, "{list}");
    }

    /// Without a restart everything works, and what is answered "done" is there
    /// after a kill.
    async fn are_served_again(&self, server: &mut TestServer) {
        let ready = poll(SOON, async || {
            self.ready().await.status.is_success().then_some(())
        });
        ready.await.expect("ready again");
        let begun = self.begin().await;
        assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
        let unlinked = self.unlink().await;
        assert_eq!(unlinked.status, StatusCode::NO_CONTENT);
        let erased = self.erase().await;
        assert_eq!(erased.status, StatusCode::OK, "{}", erased.text);

        server.stop("KILL").await.unwrap();
        server.start().await.unwrap();
        assert!(self.unlinking.app.accounts().await.unwrap().is_empty());
        let login = begun.json["id"].as_str().unwrap();
        self.linking.app.login(login).await.unwrap();
        server.no_device(self.unlinking.person.id).await.unwrap();
        server.no_device(self.erasing.person.id).await.unwrap();
        let list = server.program.instead(["accounts", "--json"]).must().await;
        assert_eq!(list.unwrap().trim(), "[]");
    }
}

async fn ask(guest: &Guest, method: Method, path: &str, body: Option<Value>) -> Answer {
    guest.app.ask(method, path, body).await.unwrap()
}

/// Has what is left in files that are as large as they can be used up as well.
async fn exhaust(file: &Path) {
    let database = Database::connect(&DatabaseSettings::file(file))
        .await
        .unwrap();
    let mut digest = [0; 32];
    let owner = Owner::instance();
    let at = chrono::DateTime::UNIX_EPOCH;
    for _ in 0..100_000 {
        SystemEntropy.fill(&mut digest);
        let id = GrantId::generate(&SystemEntropy, at);
        let grant = Grant { id, at, until: at };
        let one_time = database.one_time();
        let spent = one_time.spend(OneTimeKind::Screen, digest, &owner, grant);
        if let Err(error) = spent.await {
            assert!(error.needs_someone(), "{error:?}");
            return;
        }
    }
    panic!("there is always room");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nothing_is_answered_done_and_with_room_again_it_works() {
    let disk = match SmallDisk::mount(8) {
        Ok(disk) => disk,
        Err(error) => {
            eprintln!("only shown by refused writes: {error:#}");
            return;
        }
    };
    let data = disk.path().join("data");
    let mut server = TestServer::open_with(
        BINARY,
        |sandbox| sandbox,
        |sesame| sesame.set("DATA_DIR", data.display().to_string()),
    )
    .await
    .unwrap();
    let people = People::of(&server).await;

    for _ in 0..2 {
        disk.fill().unwrap();
        exhaust(&data.join("sesame.db")).await;
        people.are_refused(&server, "storage_full").await;
        disk.make_room().unwrap();
        let ready = poll(SOON, async || {
            people.ready().await.status.is_success().then_some(())
        });
        ready.await.expect("ready again");
    }
    people.are_served_again(&mut server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_writes_are_refused_nothing_is_answered_done_and_then_it_works_again() {
    // It would end the process; what is looked at is the refusal.
    let mut server =
        TestServer::open_with(BINARY, |sandbox| sandbox, |sesame| sesame.ignoring("XFSZ"))
            .await
            .unwrap();
    let people = People::of(&server).await;

    let log = log_of(&server.site.data().join("sesame.db"));
    limit(&server, &std::fs::metadata(log).unwrap().len().to_string());
    people.are_refused(&server, "storage_failing").await;
    limit(&server, "unlimited");
    people.are_served_again(&mut server).await;
}

/// Where `SQLite` writes first.
fn log_of(file: &Path) -> PathBuf {
    file.with_file_name("sesame.db-wal")
}

/// Lets no file of Sesame's grow beyond this.
fn limit(server: &TestServer, bytes: &str) {
    let status = Command::new("prlimit")
        .args(["--pid", &server.pid().unwrap().to_string()])
        .arg(format!("--fsize={bytes}:unlimited"))
        .status()
        .unwrap();
    assert!(status.success());
}

/// What happens on the phone while nothing can be kept is not lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_scanned_while_the_disk_is_full_ends_well_with_room_again() {
    let disk = match SmallDisk::mount(8) {
        Ok(disk) => disk,
        Err(error) => {
            eprintln!("not shown: {error:#}");
            return;
        }
    };
    let data = disk.path().join("data").display().to_string();
    let settings = |sesame: sesame_test_support::sesame::Program| {
        sesame
            .set("DATA_DIR", data.clone())
            .set("QR_TTL_SECONDS", "600")
    };
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, settings)
        .await
        .unwrap();
    let guest = server.guest(1).await.unwrap();
    let login = guest.app.begin().await.unwrap();
    let (link, _) = guest.app.code(&login).await.unwrap();
    disk.fill().unwrap();
    exhaust(&Path::new(&data).join("sesame.db")).await;
    server.phones.scan(guest.person.id, &link).await.unwrap();
    let told = poll(SOON, async || {
        let log = server.log().unwrap();
        let left = log.lines().find(|line| {
            line.contains(&login) && (line.contains("WARN") || line.contains("ERROR"))
        });
        left.map(str::to_owned)
    });
    told.await.expect("someone is told that it cannot be kept");
    disk.make_room().unwrap();
    guest.app.reaches(&login, &["authorized"]).await.unwrap();
    server.devices(guest.person.id, 1).await.unwrap();
    assert_eq!(guest.app.accounts().await.unwrap().len(), 1);
}
