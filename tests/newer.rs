//! A database that a newer Sesame has migrated.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use sesame_test_support::postgres::Postgres;
use sesame_test_support::test_server::TestServer;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// What scripts learn when the database cannot be used.
const STORAGE: i32 = 4;
/// What they learn of the doctor.
const UNWELL: i32 = 7;

#[tokio::test]
async fn a_database_that_a_newer_sesame_migrated_is_told_plainly_by_every_command() {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let stores = |sesame: sesame_test_support::sesame::Program| {
        sesame.set("DATABASE_URL", database.as_str())
    };
    let mut server = TestServer::open_with(BINARY, |sandbox| sandbox, stores)
        .await
        .unwrap();
    server.stop("TERM").await.unwrap();
    let step = "INSERT INTO seaql_migrations VALUES ('m20991231_000099_moon', 0)";
    postgres.execute(&database, step).await.unwrap();

    let backups = server.site.folder().join("backups").display().to_string();
    let sesame = server.program.clone().set("BACKUP_TO", backups);
    let commands: [&[&str]; 9] = [
        &["serve"],
        &["migrate"],
        &["accounts"],
        &["accounts", "retention"],
        &["keys", "list"],
        &["backup"],
        &["restore", "--dry-run"],
        &["restore"],
        &["doctor", "audit"],
    ];
    for command in commands {
        let said = sesame.instead(command.iter().copied()).run().await.unwrap();
        assert_eq!(said.status.code(), Some(STORAGE), "{command:?}: {said:?}");
        for told in [
            "a newer Sesame",
            "m20991231_000099_moon",
            "run that version",
        ] {
            assert!(said.err.contains(told), "{command:?}: {}", said.err);
        }
    }
    let doctor = sesame.instead(["doctor"]).run().await.unwrap();
    assert_eq!(doctor.status.code(), Some(UNWELL));
    assert!(doctor.out.contains("a newer Sesame"), "{}", doctor.out);
}
