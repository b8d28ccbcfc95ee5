//! Restoring, into empty and existing databases.

use std::sync::Arc;

use chrono::TimeDelta;
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{BackupSource, KeyRegister, Restored, StoreError};
use sesame_domain::time::Clock;
use uuid::Uuid;

use super::database::Memory;
use super::world::{World, account, actor};
use crate::backup::{BackupError, RestoreCounts, Sample, Which, read_manifest};

fn counts(counts: &RestoreCounts) -> [u64; 4] {
    [counts.added, counts.present, counts.replaced, counts.ended]
}

async fn set_up(world: &World) -> Arc<Memory> {
    let empty: Arc<Memory> = Arc::default();
    let manifest = read_manifest(&world.place, Which::Newest).await.unwrap();
    manifest
        .set_up(empty.as_ref(), empty.as_ref())
        .await
        .unwrap();
    empty
}

#[tokio::test]
async fn an_empty_database_gets_keys_secrets_and_records() {
    let world = World::with(1_203).await;
    world.rotate("k2").await;
    world.back_up().await;
    let empty = set_up(&world).await;
    assert_eq!(*empty.keys.lock().unwrap(), *world.db.keys.lock().unwrap());
    assert_eq!(
        *empty.secrets.lock().unwrap(),
        *world.db.secrets.lock().unwrap()
    );

    let report = world.restore(&empty, Which::Newest).await.unwrap();
    assert_eq!(counts(&report.counts), [1_203, 0, 0, 0]);
    assert_eq!((report.records, report.counts.samples.len()), (1_203, 20));
    assert!(empty.all() == world.db.all());
}

#[tokio::test]
async fn an_older_backup_is_restored_with_the_keys_that_the_newest_one_names() {
    let world = World::with(2).await;
    let old = world.back_up().await.id;
    let before = world.db.all();
    world.rotate("k2").await;
    world.clock.advance(TimeDelta::minutes(1));
    world.link(1).await;
    world.back_up().await;
    let empty = set_up(&world).await;
    let report = world.restore(&empty, Which::This(old)).await.unwrap();
    assert!((report.id, empty.all()) == (old, before));
}

#[tokio::test]
async fn a_database_of_another_instance_is_left_alone() {
    let world = World::with(1).await;
    world.back_up().await;
    let other = World::with(1).await;
    let manifest = read_manifest(&world.place, Which::Newest).await.unwrap();
    let refused = manifest.set_up(other.db.as_ref(), other.db.as_ref()).await;
    match refused.unwrap_err() {
        BackupError::Store(StoreError::Inconsistent(_)) => {}
        error => panic!("{error:?}"),
    }
    let mut restore = World::with(0).await;
    restore.place = world.place.clone();
    match restore.restore(&other.db, Which::Newest).await.unwrap_err() {
        BackupError::Forged(_) => {}
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn what_is_there_is_never_replaced() {
    let world = World::with(6).await;
    world.back_up().await;
    world.clock.advance(TimeDelta::hours(1));
    // 1 and 2 stay, 3 is linked again, 4 is erased, 5 and 6 are lost.
    let newer = world.link(3).await;
    world.db.erase(account(4), world.clock.now());
    for lost in [5, 6] {
        world.db.records.lock().unwrap().remove(&account(lost));
    }
    let report = world.restore(&world.db, Which::Newest).await.unwrap();
    assert_eq!(counts(&report.counts), [2, 2, 1, 1]);
    let samples = &report.counts.samples;
    let replaced = samples.iter().find(|it| it.what == Restored::Replaced);
    assert_eq!(replaced.unwrap().account, account(3));
    let there = world.db.all();
    assert!(there.contains(&newer));
    let ids: Vec<_> = there.iter().map(|it| it.account.id).collect();
    assert_eq!(ids, [1, 2, 3, 5, 6].map(account));
}

#[tokio::test]
async fn a_dry_run_says_what_would_happen_and_changes_nothing() {
    let world = World::with(4).await;
    world.back_up().await;
    let now = world.clock.now();
    let erased = world.db.erase(account(1), now);
    world.db.records.lock().unwrap().remove(&account(2));
    let (records, audit) = (world.db.all(), world.db.audit.lock().unwrap().len());
    let plan = world.plan(&world.db, Which::Newest).await.unwrap();
    assert_eq!(counts(&plan.counts), [1, 2, 0, 1]);
    let ended = Sample {
        what: Restored::Ended,
        account: account(1),
        session: erased,
    };
    assert!(plan.counts.samples.contains(&ended));
    assert!(world.db.all() == records);
    assert_eq!(world.db.audit.lock().unwrap().len(), audit);
    let done = world.restore(&world.db, Which::Newest).await.unwrap();
    assert_eq!(done, plan);
}

#[tokio::test]
async fn a_dry_run_on_an_empty_database_leaves_it_empty() {
    let world = World::with(2).await;
    world.db.erase(account(1), world.clock.now());
    world.back_up().await;
    let empty: Arc<Memory> = Arc::default();
    let plan = world.plan(&empty, Which::Newest).await.unwrap();
    assert_eq!(counts(&plan.counts), [1, 0, 0, 0]);
    assert!(empty.all().is_empty() && empty.erased.lock().unwrap().is_empty());
    assert!(empty.keys.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_was_erased_since_does_not_come_back_out_of_an_older_backup() {
    let world = World::with(3).await;
    let old = world.back_up().await.id;
    world.clock.advance(TimeDelta::days(40));
    let erased = world.db.erase(account(2), world.clock.now());
    world.back_up().await;
    let empty: Arc<Memory> = Arc::default();
    let plan = world.plan(&empty, Which::This(old)).await.unwrap();
    let report = world.restore(&empty, Which::This(old)).await.unwrap();
    assert_eq!(report, plan);
    assert_eq!(counts(&report.counts), [2, 0, 0, 1]);
    assert_eq!(report.tombstones, 1);
    assert!(empty.all().iter().all(|it| it.account.session != erased));
    // The database knows it from now on, and so does its next backup.
    let remembered = empty.tombstones(super::world::noon()).await.unwrap();
    assert_eq!(remembered[0].session, erased);
}

#[tokio::test]
async fn tombstones_outlive_the_database_that_knew_them() {
    let mut world = World::with(2).await;
    let old = world.back_up().await.id;
    world.db.erase(account(1), world.clock.now());
    world.back_up().await;
    let rebuilt = set_up(&world).await;
    world.restore(&rebuilt, Which::Newest).await.unwrap();
    world.db = rebuilt;
    world.back_up().await;
    let empty: Arc<Memory> = Arc::default();
    let report = world.restore(&empty, Which::This(old)).await.unwrap();
    assert_eq!(counts(&report.counts), [1, 0, 0, 1]);
}

#[tokio::test]
async fn an_interrupted_restore_goes_on_when_it_is_run_again() {
    let world = World::with(1_500).await;
    world.back_up().await;
    let empty: Arc<Memory> = Arc::default();
    *empty.batches.lock().unwrap() = Some(4);
    let error = world.restore(&empty, Which::Newest).await.unwrap_err();
    assert!(matches!(error, BackupError::Store(_)), "{error:?}");
    let there = empty.all().len() as u64;
    assert!(there > 0 && there < 1_500);
    *empty.batches.lock().unwrap() = None;
    let report = world.restore(&empty, Which::Newest).await.unwrap();
    assert_eq!(counts(&report.counts), [1_500 - there, there, 0, 0]);
    assert!(empty.all() == world.db.all());
}

#[tokio::test]
async fn every_batch_is_in_the_audit() {
    let world = World::with(201).await;
    let id = world.back_up().await.id;
    let empty: Arc<Memory> = Arc::default();
    world.restore(&empty, Which::Newest).await.unwrap();
    let audit = empty.audit.lock().unwrap();
    assert_eq!(audit.len(), 2);
    for entry in audit.iter() {
        assert_eq!(
            (entry.action.clone(), entry.subject),
            (Action::BackupRestored, id.as_uuid())
        );
        assert_eq!(entry.origin, "command line on db1");
    }
}

#[tokio::test]
async fn sessions_under_a_retired_key_are_not_restored_to_be_useless() {
    let world = World::with(2).await;
    let old = world.back_up().await.id;
    world.rotate("k2").await;
    for number in [1, 2] {
        world.link(number).await;
    }
    let entry = retirement(&world);
    world.db.set_minimum(2, entry).await.unwrap();
    world.back_up().await;
    match world.plan(&world.db, Which::This(old)).await.unwrap_err() {
        BackupError::KeysMissing(keys) => assert_eq!(keys, ["k1"]),
        error => panic!("{error:?}"),
    }
    match world
        .restore(&world.db, Which::This(old))
        .await
        .unwrap_err()
    {
        BackupError::KeysMissing(keys) => assert_eq!(keys, ["k1"]),
        error => panic!("{error:?}"),
    }
}

fn retirement(world: &World) -> AuditEntry {
    let (now, action) = (world.clock.now(), Action::KeyRetired);
    AuditEntry::new(now, Owner::instance(), Uuid::nil(), actor(), action, "2")
}

#[tokio::test]
async fn retired_keys_are_retired_in_a_new_database_too() {
    let world = World::with(0).await;
    world.rotate("k2").await;
    world.link(1).await;
    world.db.set_minimum(2, retirement(&world)).await.unwrap();
    world.back_up().await;
    let empty = set_up(&world).await;
    assert_eq!(empty.minimum().await.unwrap(), 1);
    world.restore(&empty, Which::Newest).await.unwrap();
    assert_eq!(empty.minimum().await.unwrap(), 2);
}

#[tokio::test]
async fn keys_that_were_reinstated_stay_so_in_a_database_that_is_in_use() {
    let world = World::with(0).await;
    world.rotate("k2").await;
    world.link(1).await;
    world.db.set_minimum(2, retirement(&world)).await.unwrap();
    world.back_up().await;
    world.db.set_minimum(1, retirement(&world)).await.unwrap();
    world.restore(&world.db, Which::Newest).await.unwrap();
    assert_eq!(world.db.minimum().await.unwrap(), 1);
}

#[tokio::test]
async fn a_backup_that_is_not_there_is_not_found() {
    let world = World::with(1).await;
    let empty: Arc<Memory> = Arc::default();
    let error = world.restore(&empty, Which::Newest).await.unwrap_err();
    assert!(matches!(error, BackupError::NotFound), "{error:?}");
    world.back_up().await;
    let other = "018bcfe5-6800-7000-8000-000000000000".parse().unwrap();
    let error = world.restore(&empty, Which::This(other)).await.unwrap_err();
    assert!(matches!(error, BackupError::NotFound), "{error:?}");
}
