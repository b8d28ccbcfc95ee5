//! A disk that refuses writes with an error: here by a limit on the size of
//! files, as a quota does.

use std::process::Command;

use sesame_domain::ports::StoreError;
use tokio::signal::unix::{SignalKind, signal};

use crate::make::{alone, begin, connect, kept, until_refused};

/// `SIGXFSZ`, which would end the process.
const TOO_LARGE: i32 = 25;

fn limit(bytes: &str) {
    let status = Command::new("prlimit")
        .args(["--pid", &std::process::id().to_string()])
        .arg(format!("--fsize={bytes}:unlimited"))
        .status()
        .unwrap();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn when_writes_are_refused_what_was_answered_done_is_there_and_nothing_else() {
    let _alone = alone().await;
    let _survived = signal(SignalKind::from_raw(TOO_LARGE)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sesame.db");
    let db = connect(&file).await;
    db.migrate().await.unwrap();
    begin(&db, 1).await.unwrap();

    let log = std::fs::metadata(file.with_file_name("sesame.db-wal")).unwrap();
    limit(&(log.len() + 100_000).to_string());
    let (mut done, why) = until_refused(&db, 2).await;
    let (more, again) = until_refused(&db, 20_000).await;
    let refused = 20_000 + i64::try_from(more.len()).unwrap();
    let mut unready = db.ping().await;
    while unready.is_ok() {
        unready = db.ping().await;
    }
    limit("unlimited");

    assert!(matches!(why, StoreError::Failing(_)), "{why:?}");
    assert!(matches!(again, StoreError::Failing(_)), "{again:?}");
    assert!(
        matches!(unready, Err(StoreError::Failing(_))),
        "{unready:?}"
    );
    done.extend(more);
    db.ping().await.unwrap();
    begin(&db, 30_000).await.unwrap();
    done.extend([1, 30_000]);
    let other = connect(&file).await;
    assert_eq!(kept(&other, &done).await, done);
    assert_eq!(kept(&other, &[refused]).await, Vec::<i64>::new());
}
