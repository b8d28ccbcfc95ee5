//! Backups that stop half-way.

use std::sync::Arc;

use rstest::rstest;

use super::database::Memory;
use super::store::Failure;
use super::world::{World, account};
use crate::backup::{BackupError, Which};

/// Two packs, the index and the manifest.
const PUTS: usize = 4;

async fn changed() -> World {
    let world = World::with(1_500).await;
    world.back_up().await;
    for number in 1..=1_100 {
        world.link(number).await;
    }
    world
}

#[rstest]
#[tokio::test]
async fn wherever_it_stops_the_backup_before_stays_and_a_rerun_completes(
    #[values(0, 1, 2, 3)] stops_at: usize,
    #[values(Failure::Lost, Failure::Unanswered)] failure: Failure,
) {
    let world = changed().await;
    let manifests = world.manifests().await;
    world.store.fail_from(stops_at, failure);
    let error = world.try_back_up().await.unwrap_err();
    assert!(matches!(error, BackupError::Unreachable(_)), "{error}");
    world.store.work_again();

    let restored: Arc<Memory> = Arc::default();
    world.restore(&restored, Which::Newest).await.unwrap();
    if stops_at == PUTS - 1 && failure == Failure::Unanswered {
        // All of it arrived, it was only not told.
        assert!(restored.all() == world.db.all());
    } else {
        assert_eq!(world.manifests().await, manifests);
        assert_eq!(restored.all().len(), 1_500);
        assert!(restored.all() != world.db.all());
    }

    let rerun = world.try_back_up().await.unwrap();
    let arrived = match failure {
        Failure::Unanswered => stops_at + 1,
        _ => stops_at,
    };
    let packs_left = 2_u64.saturating_sub(arrived as u64);
    assert_eq!(rerun.uploaded_packs, packs_left);
    world.newest_is_whole().await;
}

#[tokio::test]
async fn a_backup_is_made_of_as_many_puts_as_these_tests_interrupt() {
    let world = changed().await;
    world.store.fail_from(PUTS, Failure::Lost);
    world.try_back_up().await.unwrap();
    world.store.fail_from(PUTS - 1, Failure::Lost);
    world.link(1).await;
    world.store.fail_from(0, Failure::Lost);
    world.try_back_up().await.unwrap_err();
}

#[rstest]
#[case(Failure::Full)]
#[case(Failure::Denied)]
#[tokio::test]
async fn no_room_and_no_access_say_so(#[case] failure: Failure) {
    let world = World::with(1).await;
    world.store.fail_from(0, failure);
    match (failure, world.try_back_up().await.unwrap_err()) {
        (Failure::Full, BackupError::Full(_)) | (Failure::Denied, BackupError::Denied(_)) => {}
        (_, error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn a_pack_that_vanishes_while_the_backup_is_made_fails_it() {
    let world = World::with(3).await;
    world.back_up().await;
    let pack = data_pack(&world).await;
    let bytes = world.store.read(&pack).await;
    world.store.remove(&pack).await;
    // Another one of that name, but not of that size, is no more welcome.
    world.store.write(&pack, bytes[1..].to_vec()).await;
    let made = world.back_up().await;
    assert_eq!(made.uploaded_packs, 1);
    world.newest_is_whole().await;
    assert!(world.db.records.lock().unwrap().contains_key(&account(1)));
}

async fn data_pack(world: &World) -> String {
    super::damage::data_packs(world).await.remove(0)
}
