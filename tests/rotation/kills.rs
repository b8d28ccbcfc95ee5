//! Wrapping anew is killed on the way, and goes on where it was.

use std::time::{Duration, Instant};

use sesame_test_support::postgres::Postgres;
use sesame_test_support::sesame::Program;
use sesame_test_support::sqlite;

use crate::chest::Chest;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// How long an ended process may take to be gone.
const SOON: Duration = Duration::from_secs(10);
const KILLS: u32 = 3;

/// What wrapping anew took, kills and new starts among it.
pub(crate) struct Taken {
    pub(crate) took: Duration,
    /// How many sessions were done at each kill.
    pub(crate) kills: Vec<u64>,
}

/// Rotates the key of a database full of sessions and wraps all of them anew,
/// killed three times on the way.
pub(crate) async fn rewrap_with_kills(url: &str, sessions: usize) -> Taken {
    let folder = tempfile::tempdir().unwrap();
    let key_file = folder.path().join("keys.json");
    let chest = Chest::fill(url, &key_file, sessions).await;
    let sesame = Program::new(BINARY, folder.path(), "keys")
        .set("DATABASE_URL", url)
        .set("KEY_FILE", key_file.display().to_string())
        .set("DATA_DIR", folder.path().display().to_string());

    sesame.instead(["keys", "rotate"]).must().await.unwrap();
    assert_eq!(chest.wrapped().await, (0, sessions as u64));
    let rewrap = sesame.instead(["keys", "rewrap"]);
    let begun = Instant::now();
    let mut kills = Vec::new();
    for kill in 1..=KILLS {
        let mut running = rewrap.begin().unwrap();
        // After the last one, half is left.
        let enough = u64::from(kill) * sessions as u64 / u64::from(KILLS * 2);
        while chest.wrapped().await.0 < enough {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        running.stop("KILL", SOON).await.unwrap().unwrap();
        let (done, left) = chest.wrapped().await;
        assert!(left > 0, "it was done before kill {kill}");
        kills.push(done);
    }
    let mut last = rewrap.begin().unwrap();
    let status = last.ended(Duration::from_mins(30)).await.unwrap().unwrap();
    let took = begun.elapsed();
    assert!(status.success(), "{status}");

    assert_eq!(chest.wrapped().await, (sessions as u64, 0));
    assert_eq!(chest.open_all().await, sessions);
    chest.database.close().await.unwrap();
    Taken { took, kills }
}

const SESSIONS: usize = 4_000;

#[tokio::test]
async fn rewrapping_goes_on_after_kills_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite::url_of(&folder.path().join("s.db"));
    let taken = rewrap_with_kills(&url, SESSIONS).await;
    assert!(taken.kills.is_sorted(), "{:?}", taken.kills);
}

#[tokio::test]
async fn rewrapping_goes_on_after_kills_in_postgresql() {
    let postgres = Postgres::shared().await.unwrap();
    let url = postgres.create_database().await.unwrap();
    let taken = rewrap_with_kills(&url, SESSIONS).await;
    assert!(taken.kills.is_sorted(), "{:?}", taken.kills);
}

/// The figures that tests/load/README.md quotes.
const MANY: usize = 100_000;

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn a_hundred_thousand_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite::url_of(&folder.path().join("s.db"));
    let Taken { took, kills } = rewrap_with_kills(&url, MANY).await;
    println!("SQLite: {MANY} sessions rewrapped in {took:.1?}, killed at {kills:?}");
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn a_hundred_thousand_in_postgresql() {
    let postgres = Postgres::shared().await.unwrap();
    let url = postgres.create_database().await.unwrap();
    let Taken { took, kills } = rewrap_with_kills(&url, MANY).await;
    println!("PostgreSQL: {MANY} sessions rewrapped in {took:.1?}, killed at {kills:?}");
}
