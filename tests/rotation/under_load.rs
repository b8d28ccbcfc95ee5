//! The key is rotated while people log in and sessions are used: nothing fails.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::time::Duration;

use futures::future::join_all;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::Redis;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::{Guest, TestServer};

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const ROTATIONS: u32 = 5;
/// How many people log in at the same time, one login after another each.
const LOGINS: usize = 3;
/// How many people use their linked account again and again.
const READERS: usize = 3;

/// Asks for the link once more: the session that is there is asked whether it
/// is alive, and the account answered instead.
async fn use_it(guest: &Guest) {
    let login = guest.app.begin().await.unwrap();
    guest.app.reaches(&login, &["authorized"]).await.unwrap();
    let accounts = guest.app.accounts().await.unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0]["health"]["state"], "alive", "{accounts:?}");
}

/// What goes on while the key changes.
struct Traffic<'a> {
    server: &'a TestServer,
    linked: AtomicU32,
    used: AtomicU32,
    stop: AtomicBool,
}

impl Traffic<'_> {
    async fn link_people(&self) {
        while !self.stop.load(SeqCst) {
            // From another data centre, so that a half-signed-in session is
            // sealed and opened on the way.
            self.server.linked(2).await.unwrap();
            self.linked.fetch_add(1, SeqCst);
        }
    }

    async fn use_an_account(&self) {
        let guest = self.server.linked(2).await.unwrap();
        while !self.stop.load(SeqCst) {
            use_it(&guest).await;
            self.used.fetch_add(1, SeqCst);
        }
    }

    /// Changes the key again and again; both kinds of work are done between
    /// any two changes.
    async fn rotate(&self) {
        let program = &self.server.program;
        for _ in 0..ROTATIONS {
            let before = (self.linked.load(SeqCst), self.used.load(SeqCst));
            program.instead(["keys", "rotate"]).must().await.unwrap();
            program.instead(["keys", "rewrap"]).must().await.unwrap();
            while self.linked.load(SeqCst) == before.0 || self.used.load(SeqCst) == before.1 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        self.stop.store(true, SeqCst);
    }
}

async fn rotate_under_load(server: TestServer) {
    let traffic = Traffic {
        server: &server,
        linked: AtomicU32::new(0),
        used: AtomicU32::new(0),
        stop: AtomicBool::new(false),
    };
    // Whoever fails ends the test.
    tokio::join!(
        join_all((0..LOGINS).map(|_| traffic.link_people())),
        join_all((0..READERS).map(|_| traffic.use_an_account())),
        traffic.rotate(),
    );
    assert!(traffic.linked.load(SeqCst) >= ROTATIONS);
    assert!(traffic.used.load(SeqCst) >= ROTATIONS);
    everything_is_under_the_newest(&server.program).await;
}

async fn everything_is_under_the_newest(program: &Program) {
    program.instead(["keys", "rewrap"]).must().await.unwrap();
    let said = program
        .instead(["keys", "list", "--json"])
        .must()
        .await
        .unwrap();
    let keys: Vec<serde_json::Value> = serde_json::from_str(&said).unwrap();
    assert_eq!(keys.len(), ROTATIONS as usize + 1);
    for key in &keys {
        let expected = key["state"] == "active";
        let sessions = key["sessions"].as_u64().unwrap();
        assert_eq!(sessions > 0, expected, "{keys:#?}");
    }
    let whole = program.instead(["doctor", "audit"]).run().await.unwrap();
    assert!(whole.status.success(), "{}", whole.out);
}

#[tokio::test]
async fn keys_rotate_while_people_log_in_over_sqlite() {
    rotate_under_load(TestServer::open(BINARY).await.unwrap()).await;
}

#[tokio::test]
async fn keys_rotate_while_people_log_in_over_postgresql_and_redis() {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let redis = Redis::start().await.unwrap();
    let stores = |sesame: Program| {
        sesame
            .set("DATABASE_URL", database)
            .set("REDIS_URL", redis.url())
    };
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, stores)
        .await
        .unwrap();
    rotate_under_load(server).await;
}
