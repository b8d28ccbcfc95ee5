//! Removing old backups, and nothing else.

use chrono::TimeDelta;

use super::damage::data_packs;
use super::store::Failure;
use super::world::{KEEP_ONE, World, account};
use crate::backup::{BackupRetention, BackupState, Pruned};

#[tokio::test]
async fn old_backups_go_with_the_packs_that_no_other_needs() {
    let world = World::with(1_005).await;
    world.back_up().await;
    let shared = data_packs(&world).await.remove(0);
    for number in 1_001..=1_005 {
        world.link(number).await;
    }
    world.back_up().await;
    let needed = data_packs(&world).await;
    assert!(needed.contains(&shared) && needed.len() == 2);
    world.clock.advance(TimeDelta::days(2));
    let pruned = world.prune(KEEP_ONE).await;
    // The small pack and the index of the first.
    assert_eq!((pruned.backups, pruned.packs), (1, 2));
    assert!(pruned.bytes > 0 && pruned.unreadable.is_empty());
    assert_eq!(world.manifests().await.len(), 1);
    assert_eq!(world.packs().await.len(), 3);
    world.newest_is_whole().await;
    let again = world.prune(KEEP_ONE).await;
    assert_eq!(again, Pruned::default());
}

#[tokio::test]
async fn a_backup_is_kept_while_it_is_among_the_newest_or_young() {
    let world = World::with(1).await;
    for _ in 0..5 {
        world.clock.advance(TimeDelta::days(1));
        world.link(1).await;
        world.back_up().await;
    }
    let retention = |keep_last, days| BackupRetention {
        keep_last,
        keep_for: TimeDelta::days(days),
    };
    let prune = async |retention| world.prune(retention).await.backups;
    assert_eq!(prune(retention(5, 0)).await, 0);
    assert_eq!(prune(retention(1, 9)).await, 0);
    assert_eq!(prune(retention(1, 3)).await, 2);
    assert_eq!(prune(retention(2, 1)).await, 1);
    assert_eq!(prune(retention(0, 0)).await, 1);
    assert_eq!(world.manifests().await.len(), 1);
    world.newest_is_whole().await;
}

#[tokio::test]
async fn packs_of_a_backup_that_is_being_made_are_left_alone() {
    let world = World::with(1).await;
    world.back_up().await;
    world.link(2).await;
    world.store.fail_from(1, Failure::Lost);
    world.try_back_up().await.unwrap_err();
    world.store.work_again();
    world.clock.advance(TimeDelta::hours(23));
    let pruned = world.prune(KEEP_ONE).await;
    assert_eq!(pruned.packs, 0);
    // Whoever interrupted it for good left something to clean up.
    world.clock.advance(TimeDelta::hours(2));
    let pruned = world.prune(KEEP_ONE).await;
    assert_eq!((pruned.backups, pruned.packs), (0, 1));
}

#[tokio::test]
async fn an_orphan_that_may_be_removed_soon_is_not_built_upon() {
    let world = World::with(1).await;
    world.store.fail_from(1, Failure::Lost);
    world.try_back_up().await.unwrap_err();
    world.store.work_again();
    world.clock.advance(TimeDelta::hours(20));
    let made = world.back_up().await;
    assert_eq!(made.uploaded_packs, 1);
    world.clock.advance(TimeDelta::hours(5));
    world.prune(KEEP_ONE).await;
    world.newest_is_whole().await;
}

#[tokio::test]
async fn damaged_backups_do_not_push_out_the_one_that_is_whole() {
    let world = World::with(1).await;
    let whole = world.back_up().await.id;
    for _ in 0..3 {
        world.link(1).await;
        world.back_up().await;
        let pack = data_packs(&world).await.remove(0);
        world.store.remove(&pack).await;
    }
    world.clock.advance(TimeDelta::days(2));
    world.prune(KEEP_ONE).await;
    let listed = world.list().await;
    let state = |it: &crate::backup::ListedBackup| (it.id == Some(whole)).then(|| it.state.clone());
    assert_eq!(listed.iter().find_map(state), Some(BackupState::Whole));
}

#[tokio::test]
async fn nothing_is_removed_for_what_cannot_be_read() {
    let world = World::with(1).await;
    world.back_up().await;
    world.link(1).await;
    world.back_up().await;
    let strange = "sesame/manifests/of-another-kind.json";
    world.store.write(strange, b"{}".to_vec()).await;
    let newest = world.manifests().await.remove(1);
    let good = world.store.read(&newest).await;
    world.store.write(&newest, b"broken".to_vec()).await;
    world.clock.advance(TimeDelta::days(2));
    let packs = world.packs().await;
    let pruned = world.prune(KEEP_ONE).await;
    assert_eq!((pruned.backups, pruned.packs), (0, 0));
    let unreadable = pruned.unreadable.iter().map(String::as_str);
    let expected = [strange, newest.as_str()].map(|it| it.strip_prefix("sesame/").unwrap());
    assert_eq!(unreadable.collect::<Vec<_>>(), expected);
    assert_eq!(world.packs().await, packs);

    world.store.write(&newest, good).await;
    world.store.remove(strange).await;
    let pruned = world.prune(KEEP_ONE).await;
    assert_eq!((pruned.backups, pruned.packs), (1, 2));
    assert!(world.db.records.lock().unwrap().contains_key(&account(1)));
    world.newest_is_whole().await;
}
