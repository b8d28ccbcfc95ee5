//! The newest backup is what is asked about: no older one stands in for it.

use std::mem::discriminant;
use std::sync::Arc;

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::time::Age;

use super::damage::{Corruption, corrupt, data_packs, index_pack};
use super::database::Memory;
use super::world::{KEEP_ONE, World, actor, quietly};
use crate::backup::{BackupError, BackupState, Scratch, Which};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Pack,
    Index,
    Manifest,
}

/// Two backups with nothing in common, the second of which was corrupted.
async fn corrupted(part: Part, how: Corruption) -> World {
    let world = World::with(3).await;
    world.back_up().await;
    for number in 1..=3 {
        world.link(number).await;
    }
    world.back_up().await;
    let file = match part {
        Part::Pack => data_packs(&world).await.remove(0),
        Part::Index => index_pack(&world).await,
        Part::Manifest => world.manifests().await.remove(1),
    };
    corrupt(&world, &file, how).await;
    world
}

async fn rehearse(world: &World) -> Result<(), BackupError> {
    let scratch: Arc<Memory> = Arc::default();
    let scratch = Scratch {
        target: scratch.clone(),
        source: scratch,
    };
    let backups = world.backups();
    let rehearsed = backups.rehearse(&scratch, 9, &actor(), &quietly).await;
    rehearsed.map(drop)
}

#[rstest]
#[tokio::test]
async fn what_is_wrong_with_the_newest_is_said_by_all_who_look(
    #[values(Part::Pack, Part::Index, Part::Manifest)] part: Part,
    #[values(
        Corruption::FirstByte,
        Corruption::MiddleByte,
        Corruption::LastByte,
        Corruption::Truncated,
        Corruption::Emptied,
        Corruption::Longer,
        Corruption::Removed
    )]
    how: Corruption,
) {
    let world = corrupted(part, how).await;
    world.verify(Which::Newest).await.unwrap_err();
    let listed = world.list().await;
    assert_eq!(listed.len(), 2);
    assert!(listed[0].state.is_broken(), "{:?}", listed[0]);
    assert_eq!(listed[1].state, BackupState::Whole);
    let newest = world.newest().await.unwrap();
    assert_eq!(newest.newest, listed[0]);
    assert_eq!(newest.instead, Some(listed[1].clone()));
    rehearse(&world).await.unwrap_err();

    // In the database that made it, where the audit knows of it.
    world.db.records.lock().unwrap().clear();
    let foretold = world.plan(&world.db, Which::Newest).await.unwrap_err();
    let done = world.restore(&world.db, Which::Newest).await.unwrap_err();
    assert_eq!(
        discriminant(&foretold),
        discriminant(&done),
        "{foretold} and {done}"
    );
    assert!(world.db.all().is_empty());
}

#[rstest]
#[tokio::test]
async fn the_next_backup_puts_right_what_was_broken_and_the_last_whole_one_stays_until_then(
    #[values(Part::Pack, Part::Index, Part::Manifest)] part: Part,
    #[values(Corruption::MiddleByte, Corruption::Truncated, Corruption::Removed)] how: Corruption,
) {
    let world = corrupted(part, how).await;
    world.clock.advance(TimeDelta::days(2));
    world.prune(KEEP_ONE).await;
    let newest = world.newest().await.unwrap();
    assert!(newest.newest.state.is_broken());
    let first = newest.instead.unwrap();

    let made = world.back_up().await;
    assert_eq!(world.verify(Which::Newest).await.unwrap().id, made.id);
    world.newest_is_whole().await;
    rehearse(&world).await.unwrap();
    let listed = world.list().await;
    assert_eq!(
        (listed[0].id, &listed[0].state),
        (Some(made.id), &BackupState::Whole)
    );
    assert!(listed.contains(&first) || listed.iter().any(|it| it.id == first.id));
}

#[tokio::test]
async fn a_rotten_pack_that_backups_share_is_put_there_anew() {
    let world = World::with(1_005).await;
    world.back_up().await;
    let pack = data_packs(&world).await.remove(0);
    corrupt(&world, &pack, Corruption::MiddleByte).await;
    let made = world.back_up().await;
    assert_eq!((made.unchanged, made.uploaded_packs), (5, 1));
    world.newest_is_whole().await;
    let listed = world.list().await;
    assert!(listed.iter().all(|it| it.state == BackupState::Whole));
}

#[tokio::test]
async fn an_orphan_of_an_interrupted_backup_is_read_before_it_is_used() {
    let world = World::with(3).await;
    world.store.fail_from(1, super::store::Failure::Lost);
    world.try_back_up().await.unwrap_err();
    world.store.work_again();
    let pack = world.packs().await.remove(0);
    corrupt(&world, &pack, Corruption::Truncated).await;
    world.try_back_up().await.unwrap();
    world.newest_is_whole().await;
}

#[tokio::test]
async fn a_backup_under_a_retired_key_is_not_called_broken() {
    let world = World::with(2).await;
    world.back_up().await;
    world.rotate("k2").await;
    for number in [1, 2] {
        world.link(number).await;
    }
    world.vault.retire("k1");
    world.back_up().await;
    let listed = world.list().await;
    assert_eq!(listed[0].state, BackupState::Whole);
    assert_eq!(listed[1].state, BackupState::Locked(vec!["k1".to_owned()]));
    assert!(!listed[1].state.is_broken());
    let error = world.verify(Which::This(listed[1].id.unwrap())).await;
    assert!(
        matches!(error, Err(BackupError::KeysMissing(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_clock_that_was_ahead_hides_neither_age_nor_what_was_erased() {
    let world = World::with(3).await;
    let year = TimeDelta::days(365);
    world.clock.advance(year);
    let ahead = world.back_up().await;
    world.clock.advance(-year);
    let newest = world.newest().await.unwrap().newest;
    let age = newest.details.unwrap().age;
    assert!(matches!(age, Age::Ahead(_)), "{age:?}");

    world.db.erase(super::world::account(1), now(&world));
    world.clock.advance(TimeDelta::days(5));
    let made = world.back_up().await;
    world.clock.advance(TimeDelta::hours(7));
    let listed = world.list().await;
    assert_eq!(listed[0].id, Some(made.id));
    let age = listed[0].details.clone().unwrap().age;
    assert_eq!(age, Age::Past(TimeDelta::hours(7)));
    // The one before is at least as old.
    let age = listed[1].details.clone().unwrap().age;
    assert_eq!(age, Age::Past(TimeDelta::hours(7)));
    let empty: Arc<Memory> = Arc::default();
    let report = world.restore(&empty, Which::This(ahead.id)).await.unwrap();
    assert_eq!((report.counts.added, report.counts.ended), (2, 1));

    world.clock.advance(TimeDelta::days(2));
    let pruned = world.prune(KEEP_ONE).await;
    assert_eq!(pruned.backups, 1);
    world.newest_is_whole().await;
}

#[tokio::test]
async fn a_clock_that_is_behind_removes_nothing() {
    let world = World::with(3).await;
    for _ in 0..3 {
        world.link(1).await;
        world.back_up().await;
    }
    world.clock.advance(TimeDelta::days(-9_000));
    let pruned = world.prune(KEEP_ONE).await;
    assert_eq!((pruned.backups, pruned.packs), (0, 0));
}

#[tokio::test]
async fn a_broken_manifest_that_is_dated_ahead_does_not_stay_the_newest() {
    let world = World::with(1).await;
    let year = TimeDelta::days(365);
    world.clock.advance(year);
    world.back_up().await;
    world.clock.advance(-year);
    let manifest = world.manifests().await.remove(0);
    corrupt(&world, &manifest, Corruption::Truncated).await;
    let made = world.back_up().await;
    assert_eq!(world.verify(Which::Newest).await.unwrap().id, made.id);
    world.newest_is_whole().await;
}

fn now(world: &World) -> sesame_domain::time::Timestamp {
    use sesame_domain::time::Clock;
    world.clock.now()
}
