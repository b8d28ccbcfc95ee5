//! PostgreSQL behind a pooler.

use std::sync::Arc;
use std::time::Duration;

use rstest::rstest;
use secrecy::SecretString;
use sesame_domain::ports::Logins;
use sesame_store::{
    ConnectError, Database, DatabaseSettings, PythonColumns, PythonSessions, PythonSessionsError,
    ServerRefusal,
};
use sesame_test_support::pgbouncer::PgBouncer;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::proxy::Proxy;
use url::Url;

use crate::backend::Keys;
use crate::make::{Starts as _, login, owner};

async fn database() -> String {
    let server = Postgres::shared().await.unwrap();
    server.create_database().await.unwrap()
}

async fn pooler(pool_mode: &str, extra: &[&str]) -> PgBouncer {
    let database = database().await;
    PgBouncer::start(&database, pool_mode, extra).await.unwrap()
}

fn settings(url: &str) -> DatabaseSettings {
    let mut settings = DatabaseSettings::new(SecretString::from(url));
    settings.connect_timeout = Duration::from_secs(5);
    settings
}

async fn refusal(url: &str) -> ServerRefusal {
    match Database::connect(&settings(url)).await.unwrap_err() {
        ConnectError::Server(refused) => {
            assert!(!format!("{refused:?} {refused}").contains("hunter2"));
            refused.refusal
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn session_pooling_serves_several_nodes() {
    let pooler = pooler("session", &["default_pool_size = 40"]).await;
    let connect = || async {
        let db = Database::connect(&settings(&pooler.url())).await.unwrap();
        db.with_audit_keys(Arc::new(Keys))
    };
    let nodes = [connect().await, connect().await, connect().await];
    // They start together, and one waits for the other: an advisory lock.
    let migrated = futures::future::join_all(nodes.iter().map(Database::migrate)).await;
    assert!(migrated.iter().all(Result::is_ok), "{migrated:?}");
    // Many at once, so that every connection prepares the same statements.
    for round in 0..5 {
        let work = (0..20).map(|n| {
            let node = &nodes[n % nodes.len()];
            async move {
                let person = i64::try_from(round * 100 + n).unwrap();
                let login = login(&owner(person), 0);
                node.logins().start(&login).await.unwrap();
                assert_eq!(
                    node.logins().running(&owner(person)).await.unwrap(),
                    Some(login)
                );
            }
        });
        futures::future::join_all(work).await;
    }
}

/// Given with the start of a connection, they would be refused or ignored.
#[rstest]
#[case(&[])]
#[case(&["ignore_startup_parameters = options,extra_float_digits"])]
#[tokio::test(flavor = "multi_thread")]
async fn time_limits_are_in_force_behind_a_pooler(#[case] extra: &[&str]) {
    use sea_orm::{ConnectionTrait, TransactionTrait};

    let database = database().await;
    let pooler = PgBouncer::start(&database, "session", extra).await.unwrap();
    let mut impatient = settings(&pooler.url());
    impatient.statement_timeout = Duration::from_millis(200);
    let impatient = Database::connect(&impatient)
        .await
        .unwrap()
        .with_audit_keys(Arc::new(Keys));
    impatient.migrate().await.unwrap();
    let other = sea_orm::Database::connect(&database).await.unwrap();
    let lock = other.begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE logins").await.unwrap();
    let error = impatient
        .logins()
        .start(&login(&owner(1), 0))
        .await
        .unwrap_err();
    let why = sesame_domain::reason::Reason::of(&error).to_string();
    assert!(why.contains("statement timeout"), "{why}");
    lock.rollback().await.unwrap();
}

/// The limit of a statement is not one of the wait for another node.
#[tokio::test(flavor = "multi_thread")]
async fn a_migration_waits_longer_than_a_statement_may_take() {
    use sea_orm::{ConnectionTrait, TransactionTrait};

    let database = database().await;
    let pooler = PgBouncer::start(&database, "session", &[]).await.unwrap();
    let mut impatient = settings(&pooler.url());
    impatient.statement_timeout = Duration::from_millis(100);
    let impatient = Database::connect(&impatient).await.unwrap();
    let other = sea_orm::Database::connect(&database).await.unwrap();
    let lock = other.begin().await.unwrap();
    let key = 0x5e5a_3e00;
    lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({key})"))
        .await
        .unwrap();
    let migration = tokio::spawn({
        let db = impatient.clone();
        async move { db.migrate().await }
    });
    let waits = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    crate::coordinator::eventually(|| async {
        let row = other
            .query_one_raw(sea_orm::Statement::from_string(
                sea_orm::DbBackend::Postgres,
                waits,
            ))
            .await
            .unwrap();
        row.map(drop)
    })
    .await;
    // Longer than the limit: a statement that is not excepted is ended now.
    lock.execute_unprepared("SELECT pg_sleep(0.3)")
        .await
        .unwrap();
    lock.rollback().await.unwrap();
    migration.await.unwrap().unwrap();
}

#[rstest]
#[case("transaction", &[])]
#[case("transaction", &["server_round_robin = 1"])]
#[case("statement", &[])]
#[tokio::test]
async fn pooling_that_shares_connections_is_refused(
    #[case] pool_mode: &str,
    #[case] extra: &[&str],
) {
    let pooler = pooler(pool_mode, extra).await;
    assert_eq!(refusal(&pooler.url()).await, ServerRefusal::Pooled);
    let columns = PythonColumns {
        session: "session",
        person: None,
        tenant: None,
    };
    let import = PythonSessions::open(pooler.url().into(), "sessions", columns).await;
    match import.unwrap_err() {
        PythonSessionsError::Server(refused) => {
            assert_eq!(refused.refusal, ServerRefusal::Pooled);
        }
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case(":right@", ":hunter2@", ServerRefusal::Credentials)]
#[case("pooled:", "unknown:", ServerRefusal::Credentials)]
#[case("/test_", "/missing_", ServerRefusal::NoSuchDatabase)]
#[tokio::test]
async fn what_a_pooler_refuses_is_told_by_what_it_says(
    #[case] from: &str,
    #[case] to: &str,
    #[case] why: ServerRefusal,
) {
    let pooler = pooler("session", &[]).await;
    let url = pooler.url_with(from, to).unwrap();
    assert_eq!(refusal(&url).await, why);
}

#[rstest]
#[case("?options=-c%20geqo%3Doff", ServerRefusal::Parameter)]
#[case("?sslmode=require", ServerRefusal::NoTls)]
#[tokio::test]
async fn what_a_pooler_does_not_take_is_named(#[case] more: &str, #[case] why: ServerRefusal) {
    let pooler = pooler("session", &[]).await;
    assert_eq!(refusal(&format!("{}{more}", pooler.url())).await, why);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_slow_is_not_taken_for_a_pooler_with_one_connection() {
    let database: Url = database().await.parse().unwrap();
    let target = format!("127.0.0.1:{}", database.port().unwrap());
    let proxy = Proxy::to(&target).await.unwrap();
    let mut slow = database;
    let port = proxy.address().rsplit(':').next().unwrap().parse().unwrap();
    slow.set_port(Some(port)).unwrap();
    let mut settings = settings(slow.as_str());
    settings.connect_timeout = Duration::from_secs(6);
    proxy.delay(Duration::from_millis(600));
    let refused = Database::connect(&settings).await.unwrap_err();
    let ConnectError::Server(refused) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(refused.refusal, ServerRefusal::Silent);
}

#[rstest]
#[case(&["max_client_conn = 0"], ServerRefusal::TooManyConnections)]
#[case(&["default_pool_size = 1", "reserve_pool_size = 0"], ServerRefusal::OneConnection)]
#[tokio::test]
async fn a_pooler_with_too_few_connections_is_told(
    #[case] extra: &[&str],
    #[case] why: ServerRefusal,
) {
    let pooler = pooler("session", extra).await;
    assert_eq!(refusal(&pooler.url()).await, why);
}

#[tokio::test]
async fn a_pooler_that_its_server_does_not_let_in_is_told() {
    let database = database().await;
    let unknown = database
        .replacen("://", "://unknown_to_it@", 1)
        .replacen("sesame@", "", 1);
    let unknown = unknown.replacen("postgres@", "", 1);
    let pooler = PgBouncer::start(&unknown, "session", &[]).await.unwrap();
    assert_eq!(refusal(&pooler.url()).await, ServerRefusal::BehindPooler);
}
