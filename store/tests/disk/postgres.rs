//! A full disk, under PostgreSQL: a database whose tables are on it.

use std::process::Command;

use sesame_domain::ports::StoreError;
use sesame_test_support::disk::SmallDisk;
use sesame_test_support::postgres::Postgres;

use crate::make::{alone, begin, connect_to_server, kept, until_refused};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_tablespace_is_told_and_what_was_answered_done_is_there() {
    let _alone = alone().await;
    let disk = match SmallDisk::mount(16) {
        Ok(disk) => disk,
        Err(error) => {
            eprintln!("not shown: {error:#}");
            return;
        }
    };
    let space = disk.path().join("space");
    std::fs::create_dir(&space).unwrap();
    let chown = Command::new("chown").arg("postgres").arg(&space).status();
    assert!(chown.unwrap().success());

    // One of its own: it must end before the disk does.
    let server = Postgres::start().await.unwrap();
    let url = server.create_database().await.unwrap();
    let tablespace = format!("CREATE TABLESPACE small LOCATION '{}'", space.display());
    server.execute(&url, &tablespace).await.unwrap();
    let name = url.rsplit('/').next().unwrap();
    let default = format!("ALTER DATABASE {name} SET default_tablespace = small");
    server.execute(&url, &default).await.unwrap();
    let db = connect_to_server(&url, 5).await;
    db.migrate().await.unwrap();
    begin(&db, 1).await.unwrap();
    disk.fill().unwrap();

    let (mut done, why) = until_refused(&db, 2).await;
    assert!(matches!(why, StoreError::Full(_)), "{why:?}");
    disk.make_room().unwrap();
    db.ping().await.unwrap();
    begin(&db, 30_000).await.unwrap();
    done.extend([1, 30_000]);
    let other = connect_to_server(&url, 5).await;
    assert_eq!(kept(&other, &done).await, done);
    db.close().await.unwrap();
    other.close().await.unwrap();
    drop(server);
}
