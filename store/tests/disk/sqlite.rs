//! A full disk, under `SQLite`.

use sesame_domain::ports::StoreError;
use sesame_test_support::disk::SmallDisk;

use crate::make::{alone, begin, connect, kept, spend, until_refused};

/// None where nothing may be mounted; `limit` shows the same without.
fn small_disk() -> Option<SmallDisk> {
    match SmallDisk::mount(4) {
        Ok(disk) => Some(disk),
        Err(error) => {
            eprintln!("only shown by a file size limit: {error:#}");
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_what_was_answered_done_is_there_and_nothing_else() {
    let _alone = alone().await;
    let Some(disk) = small_disk() else { return };
    let file = disk.path().join("sesame.db");
    let db = connect(&file).await;
    db.migrate().await.unwrap();
    begin(&db, 1).await.unwrap();
    disk.fill().unwrap();

    let (mut done, why) = until_refused(&db, 2).await;
    assert!(matches!(why, StoreError::Full(_)), "{why:?}");
    // Whatever still fits is kept; in the end nothing fits.
    let mut refused = Vec::new();
    for person in 20_000..20_020 {
        match begin(&db, person).await {
            Ok(()) => done.push(person),
            Err(StoreError::Full(_)) => refused.push(person),
            Err(other) => panic!("{other:?}"),
        }
        let _ = spend(&db).await;
    }
    assert!(refused.len() > 10, "{refused:?}");
    let unready = db.ping().await;
    assert!(matches!(unready, Err(StoreError::Full(_))), "{unready:?}");

    // Another process sees what was kept, and waits for no one.
    let other = connect(&file).await;
    done.push(1);
    assert_eq!(kept(&other, &done).await, done);
    assert_eq!(kept(&other, &refused).await, Vec::<i64>::new());
    let busy = spend(&other).await;
    assert!(
        !format!("{busy:?}").contains("locked"),
        "the lock was given back: {busy:?}"
    );

    disk.make_room().unwrap();
    db.ping().await.unwrap();
    begin(&db, 30_000).await.unwrap();
    spend(&db).await.unwrap();
    spend(&other).await.unwrap();
    done.push(30_000);
    assert_eq!(kept(&other, &done).await, done);
    assert_eq!(kept(&other, &refused).await, Vec::<i64>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_again_and_again_leaves_no_transaction_behind() {
    let _alone = alone().await;
    let Some(disk) = small_disk() else { return };
    let file = disk.path().join("sesame.db");
    let db = connect(&file).await;
    db.migrate().await.unwrap();
    let mut done = Vec::new();
    for round in 0..5 {
        disk.fill().unwrap();
        let (more, why) = until_refused(&db, 1_000 * (round + 1)).await;
        assert!(matches!(why, StoreError::Full(_)), "{why:?}");
        done.extend(more);
        disk.make_room().unwrap();
        begin(&db, 1_000 * (round + 1) + 900).await.unwrap();
        done.push(1_000 * (round + 1) + 900);
    }
    db.close().await.unwrap();
    let again = connect(&file).await;
    assert_eq!(kept(&again, &done).await, done);
}
