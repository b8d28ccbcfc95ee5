//! A database that a newer Sesame has migrated, or wrote into.

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
            assert!(
                said.complained().contains(told),
                "{command:?}: {}",
                said.err
            );
        }
    }
    let doctor = sesame.instead(["doctor"]).run().await.unwrap();
    assert_eq!(doctor.status.code(), Some(UNWELL));
    assert!(
        doctor.answered().contains("a newer Sesame"),
        "{}",
        doctor.out
    );
}

/// As after a rollback: what the newer one wrote waits for it, and all else
/// goes on.
#[tokio::test]
async fn a_sesame_serves_beside_what_a_newer_one_wrote() {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let stores = |sesame: sesame_test_support::sesame::Program| {
        sesame.set("DATABASE_URL", database.as_str())
    };
    let mut server = TestServer::open_with(BINARY, |sandbox| sandbox, stores)
        .await
        .unwrap();
    let before = server.linked(2).await.unwrap();
    server.stop("TERM").await.unwrap();
    for newer in [
        "INSERT INTO outbox (id, tenant, person, notice, created_at, due_at) \
         SELECT gen_random_uuid(), tenant, person, '{\"kind\":\"invited\"}', linked_at, linked_at \
         FROM accounts, generate_series(1, 20)",
        "INSERT INTO logins (id, tenant, person, method, device_model, device_system_version, \
         device_app_version, device_app_name, created_at, expires_at, version, state) \
         SELECT gen_random_uuid(), tenant, person, 'phone', 'x', 'x', 'x', 'x', linked_at, \
         linked_at, 1, 'waiting_for_code' FROM accounts",
        "INSERT INTO key_versions (number, id, provider, created_at, is_active) \
         SELECT 7, 'h1', 'hsm', created_at, false FROM key_versions WHERE is_active",
        "INSERT INTO erasures (id, tenant, person, asked_at) \
         SELECT gen_random_uuid(), 'Tenant of the Future', 1, linked_at FROM accounts",
        "UPDATE accounts SET health = 'dozing'",
    ] {
        postgres.execute(&database, newer).await.unwrap();
    }
    server.start().await.unwrap();
    // Someone else links, and is told so.
    server.linked(2).await.unwrap();
    server.devices(before.person.id, 1).await.unwrap();
    let doctor = server.program.instead(["doctor"]).run().await.unwrap();
    assert!(
        !doctor.answered().contains("is not as it was written"),
        "{}",
        doctor.out
    );
    let audit = server
        .program
        .instead(["doctor", "audit"])
        .run()
        .await
        .unwrap();
    assert!(audit.status.success(), "{audit:?}");
    let log = server.log().unwrap();
    assert!(log.contains("does not understand"), "{log}");
}
