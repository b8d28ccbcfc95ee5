//! The connection itself.

use std::fs;
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rstest::rstest;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use sesame_domain::ports::{Logins, StoreError};
use sesame_store::{ConnectError, Database, DatabaseSettings, ServerRefusal};
use sesame_test_support::sqlite;

use crate::backend::{Backend, Keys};
use crate::coordinator::LIMIT;
use crate::make::{Starts as _, login, owner};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[rstest]
#[tokio::test]
async fn a_database_answers_until_it_is_closed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    db.ping().await.unwrap();
    db.close().await.unwrap();
    assert!(matches!(db.ping().await, Err(StoreError::Unavailable(_))));
}

#[rstest]
#[tokio::test]
async fn what_was_written_is_there_after_a_restart(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let login = login(&owner(1), 0);
    store.db.logins().start(&login).await.unwrap();
    store.db.close().await.unwrap();
    let again = store.other_node().await;
    assert_eq!(
        again.logins().running(&owner(1)).await.unwrap(),
        Some(login)
    );
}

#[tokio::test]
async fn the_file_and_its_folder_are_for_this_user_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/sesame.db");
    let db = Database::connect(&DatabaseSettings::file(&file))
        .await
        .unwrap()
        .with_audit_keys(Arc::new(Keys));
    db.migrate().await.unwrap();
    db.logins().start(&login(&owner(1), 0)).await.unwrap();
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    let files: Vec<_> = fs::read_dir(file.parent().unwrap())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(files.len() >= 2, "the database and its log");
    for file in files {
        assert_eq!(mode(&file.path()), 0o600, "{}", file.path().display());
    }
}

#[rstest]
#[case("mysql://localhost/sesame")]
#[case("sesame.db")]
#[case("sqlite::memory:")]
#[case("sqlite://:memory:")]
#[case("sqlite://sesame.db?mode=memory")]
#[case("sqlite://sesame.db?cache=shared&mode=memory")]
#[case("sqlite://")]
#[case("sqlite:")]
#[case("postgres://localhost:not-a-port/x")]
#[tokio::test]
async fn a_url_of_another_kind_is_refused(#[case] url: &str) {
    let settings = DatabaseSettings::new(SecretString::from(url));
    let refused = Database::connect(&settings).await;
    assert!(matches!(refused, Err(ConnectError::Url)));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let refused = Database::connect(&DatabaseSettings::file(file.join("below/sesame.db"))).await;
    assert!(matches!(refused, Err(ConnectError::File(_))));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_and_its_password_is_not_shown() {
    let mut settings =
        DatabaseSettings::new(SecretString::from("postgres://ann:hunter2@127.0.0.1:1/x"));
    settings.connect_timeout = Duration::from_millis(200);
    let error = Database::connect(&settings).await.unwrap_err();
    let unreachable = ServerRefusal::Unreachable;
    assert!(matches!(&error, ConnectError::Server(it) if it.refusal == unreachable));
    assert!(!format!("{error:?} {settings:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable_in_time() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("postgres://ann@{}/x", silent.local_addr().unwrap());
    let mut settings = DatabaseSettings::new(SecretString::from(url));
    settings.connect_timeout = Duration::from_millis(200);
    let connect = Database::connect(&settings);
    let error = tokio::time::timeout(LIMIT, connect)
        .await
        .unwrap()
        .unwrap_err();
    assert!(matches!(error, ConnectError::Server(it) if it.refusal == ServerRefusal::Silent));
}

/// Names that mean something elsewhere.
const NAMES: [&str; 12] = [
    "try%2Fme",
    "100%",
    "what?",
    "what?mode=memory",
    "a#b",
    "with space",
    ":memory:",
    "x:memory:y",
    "mode=memory",
    "file:try",
    "sqlite:",
    "тест «x»",
];

#[tokio::test]
async fn every_letter_of_a_path_means_itself() {
    for name in NAMES {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name).join(name);
        let db = Database::connect(&DatabaseSettings::file(&file)).await;
        let db = db.unwrap().with_audit_keys(Arc::new(Keys));
        db.migrate().await.unwrap();
        db.logins().start(&login(&owner(1), 0)).await.unwrap();
        assert!(file.is_file(), "{name}");
        let entries = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(entries, 1, "{name}");
    }
}

#[tokio::test]
async fn in_a_url_letters_can_be_encoded() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().display();
    for (written, meant) in [
        ("a%3Fb", "a?b"),
        ("x:memory:y", "x:memory:y"),
        ("a%20b", "a b"),
    ] {
        let url = format!("sqlite://{folder}/{written}?mode=rwc");
        let settings = DatabaseSettings::new(SecretString::from(url));
        Database::connect(&settings).await.unwrap();
        assert!(Path::new(&format!("{folder}/{meant}")).is_file());
    }
}

#[tokio::test]
async fn a_path_that_sqlite_cannot_take_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"not \xff utf-8");
    let settings = DatabaseSettings::file(folder.path().join(name));
    let Err(ConnectError::File(why)) = Database::connect(&settings).await else {
        panic!("it is taken")
    };
    assert!(why.to_string().contains("UTF-8"), "{why}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[rstest]
#[tokio::test]
async fn errors_do_not_quote_rows(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let store = backend.store().await;
    let statement = match backend {
        Backend::Sqlite => {
            "CREATE TRIGGER full BEFORE INSERT ON logins BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        }
        Backend::Postgres => "ALTER TABLE logins ADD CONSTRAINT ck_none CHECK (person < 0)",
    };
    store.sql(statement).await.unwrap();
    let mut login = login(&owner(1), 0);
    login.device.model = "Ann's secret phone".into();
    let error = store.db.logins().start(&login).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)));
    assert!(!format!("{error:?}").contains("secret phone"), "{error:?}");
}

#[tokio::test]
async fn a_read_only_file_is_an_error_and_nothing_is_lost() {
    let store = Backend::Sqlite.store().await;
    let first = login(&owner(1), 0);
    store.db.logins().start(&first).await.unwrap();
    let url = format!("{}?mode=ro", store.url);
    let read_only = Database::connect(&DatabaseSettings::new(SecretString::from(url)))
        .await
        .unwrap();
    let refused = read_only.logins().start(&login(&owner(2), 0)).await;
    assert!(matches!(refused, Err(StoreError::Failing(_))));
    let found = read_only.logins().running(&owner(1)).await.unwrap();
    assert_eq!(found, Some(first.clone()));
    assert_eq!(
        store.db.logins().running(&owner(1)).await.unwrap(),
        Some(first)
    );
}

/// `SQLite` does not wait by itself when it is to switch to its write-ahead log.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_waits_for_another_that_is_about_to_write() {
    use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait};

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sesame.db");
    let url = format!("{}?mode=rwc", sqlite::url_of(&file));
    let other_process = sea_orm::Database::connect(url).await.unwrap();
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let writes = other_process.begin_with_options(options).await.unwrap();
    let look = "SELECT count(*) FROM sqlite_master";

    let start = tokio::spawn(async move {
        let db = Database::connect(&DatabaseSettings::file(&file)).await?;
        db.migrate().await.unwrap();
        Ok::<_, ConnectError>(())
    });
    for _ in 0..300 {
        writes.execute_unprepared(look).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert!(!start.is_finished(), "{:?}", start.await);
    writes.rollback().await.unwrap();
    start.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_waits_for_another_process_and_gives_up_in_time() {
    use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait};

    let store = Backend::Sqlite.store().await;
    let mut settings = DatabaseSettings::new(SecretString::from(store.url.as_str()));
    settings.statement_timeout = Duration::from_millis(100);
    let impatient = Database::connect(&settings).await.unwrap();
    let other_process = sea_orm::Database::connect(&store.url).await.unwrap();
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let lock = other_process.begin_with_options(options).await.unwrap();

    let busy = impatient.logins().start(&login(&owner(1), 0)).await;
    assert!(matches!(busy, Err(StoreError::Unavailable(_))));
    let patient = tokio::spawn({
        let db = store.db.clone();
        async move { db.logins().start(&login(&owner(1), 0)).await }
    });
    lock.rollback().await.unwrap();
    assert_eq!(patient.await.unwrap().unwrap(), None);
}
