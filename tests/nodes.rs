//! Nodes on one database: those that Redis coordinates, or one alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends when something is missing"
)]

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use sesame_store::{DatabaseSettings, NodeLock, NodeLockError, Sharing};
use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::Redis;
use sesame_test_support::sesame::{Program, Running, Said};
use sesame_test_support::test_server::{Site, TestServer};
use sesame_test_support::wait::poll;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const SOON: Duration = Duration::from_secs(30);
/// What scripts learn when the database cannot be used.
const STORAGE: i32 = 4;

/// Another node over the same database and keys, on any free port.
fn another(server: &TestServer) -> Program {
    server.program.clone().set("LISTEN", "127.0.0.1:0")
}

/// Starts another node and waits until it serves.
async fn start(program: &Program) -> Running {
    let before = printed(program);
    let ready = async || Ok((printed(program) > before).then_some(()));
    program.start(ready).await.unwrap().0
}

/// How often a program said that it serves.
fn printed(program: &Program) -> usize {
    let log = std::fs::read_to_string(program.log()).unwrap_or_default();
    log.matches(" is up.").count()
}

fn is_refused(said: &Said, words: &str) {
    assert_eq!(said.status.code(), Some(STORAGE), "{said:?}");
    assert!(said.complained().contains(words), "{}", said.err);
    assert!(said.complained().contains("REDIS_URL"), "{}", said.err);
}

/// A node that has no Redis runs: no other one does, nor a command that opens
/// sessions; all else works.
async fn has_the_database_for_itself(server: &mut TestServer) {
    let another = another(server);
    let list = server.site.folder().join("sessions.txt");
    std::fs::write(&list, "nonsense\n").unwrap();
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&list, private).unwrap();
    let list = list.display().to_string();
    let import = another.instead(["import", "telethon", &list, "--dry-run"]);
    let (second, import) = tokio::join!(another.run(), import.run());
    for refused in [second.unwrap(), import.unwrap()] {
        is_refused(&refused, "another node works on this database (");
        assert!(
            refused.complained().contains("node "),
            "who: {}",
            refused.err
        );
    }
    let backups = server.site.folder().join("backups").display().to_string();
    let beside = another.set("BACKUP_TO", backups);
    for command in [
        &["migrate"][..],
        &["keys", "rotate"],
        &["keys", "list"],
        &["backup"],
        &["restore", "--dry-run"],
        &["accounts"],
        &["accounts", "retention", "--apply"],
        &["doctor", "audit"],
    ] {
        beside
            .instead(command.iter().copied())
            .must()
            .await
            .unwrap();
    }
    // A restart right after a kill works, also when it does not wait for the
    // end of what was killed.
    for signal in ["KILL", "TERM"] {
        server.stop(signal).await.unwrap();
        server.start().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_node_without_redis_is_refused_over_sqlite() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    has_the_database_for_itself(&mut server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_node_without_redis_is_refused_over_postgresql() {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let stores = |sesame: Program| sesame.set("DATABASE_URL", database);
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, stores).await;
    has_the_database_for_itself(&mut server.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_with_redis_share_a_database_and_keep_one_without_out() {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let redis = Redis::start().await.unwrap();
    for database in [Some(database), None] {
        let stores = |sesame: Program| {
            let sesame = sesame.set("REDIS_URL", redis.url());
            match &database {
                Some(url) => sesame.set("DATABASE_URL", url),
                None => sesame,
            }
        };
        let server = TestServer::open_with(BINARY, |sandbox| sandbox, stores).await;
        let mut server = server.unwrap();
        let with = another(&server);
        let without = with.clone().set("REDIS_URL", "");
        let mut second = start(&with).await;
        let refused = without.run().await.unwrap();
        is_refused(&refused, "another node works on this database (");

        second.stop("TERM", SOON).await.unwrap().unwrap();
        server.stop("TERM").await.unwrap();
        let mut alone = start(&without).await;
        let refused = with.run().await.unwrap();
        is_refused(
            &refused,
            "a node without REDIS_URL works on this database (",
        );
        alone.stop("TERM", SOON).await.unwrap().unwrap();
        server.start().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_loses_its_lock_takes_it_again_or_ends() {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let stores = |sesame: Program| sesame.set("DATABASE_URL", database.as_str());
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, stores).await;
    let mut server = server.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name LIKE 'sesame node%'";

    postgres.execute(&database, cut).await.unwrap();
    let held = poll(SOON, async || {
        server
            .log()
            .unwrap()
            .contains("is held again")
            .then_some(())
    });
    held.await.expect("taken again");

    // Another is faster.
    server.stop("TERM").await.unwrap();
    let program = another(&server);
    let mut node = start(&program).await;
    let settings = DatabaseSettings::new(database.as_str().into());
    let other = async {
        loop {
            match NodeLock::take(&settings, Sharing::Alone, "a test").await {
                Err(NodeLockError::Taken(_)) => {}
                taken => return taken.unwrap(),
            }
        }
    };
    let (_other, cut) = tokio::join!(other, postgres.execute(&database, cut));
    cut.unwrap();
    let status = node.ended(SOON).await.unwrap().expect("it ends");
    assert_eq!(status.code(), Some(STORAGE));
    let log = std::fs::read_to_string(program.log()).unwrap();
    let line = log
        .lines()
        .find(|line| line.contains("was lost to another node"));
    let line = line.unwrap();
    assert!(line.contains("ERROR") && line.contains("a test"), "{line}");
}

#[tokio::test]
async fn a_second_sandbox_on_one_folder_is_refused() {
    let site = Site::new(BINARY).unwrap();
    let program = site.sandbox();
    let (mut sandbox, _) = site.start_sandbox(&program).await.unwrap();
    let refused = program.run().await.unwrap();
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(
        refused.complained().contains("another sandbox runs over"),
        "{}",
        refused.err
    );
    sandbox.stop("KILL", SOON).await.unwrap().unwrap();
    site.start_sandbox(&program).await.unwrap();
}

/// They can do nothing but fail or succeed together with others.
#[tokio::test(flavor = "multi_thread")]
async fn commands_that_start_together_on_an_empty_folder_all_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new(BINARY, folder.path(), "log").set("DATA_DIR", "data");
    let migrate = program.instead(["migrate"]);
    let together = (0..8).map(|_| migrate.must());
    for said in futures::future::join_all(together).await {
        said.unwrap();
    }
}
