//! Files that are damaged, by chance or by someone.

use std::sync::Arc;

use rstest::rstest;

use super::database::Memory;
use super::world::{World, actor, quietly};
use crate::backup::{BackupError, BackupState, Damage, Flaw, Which, read_manifest};

/// The packs of the newest backup, without the index.
pub(super) async fn data_packs(world: &World) -> Vec<String> {
    let manifest = read_manifest(&world.place, Which::Newest).await.unwrap();
    let manifest = manifest.verify(world.vault.as_ref()).unwrap();
    let packs = manifest.packs.iter();
    packs
        .map(|it| format!("sesame/packs/{}", it.name))
        .collect()
}

/// The index of the newest backup.
pub(super) async fn index_pack(world: &World) -> String {
    let manifest = read_manifest(&world.place, Which::Newest).await.unwrap();
    let manifest = manifest.verify(world.vault.as_ref()).unwrap();
    format!("sesame/packs/{}", manifest.index.name)
}

fn named(damages: &[Damage], file: &str) -> bool {
    let file = file.strip_prefix("sesame/").unwrap();
    damages.iter().all(|damage| damage.file == file) && !damages.is_empty()
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Corruption {
    FirstByte,
    MiddleByte,
    LastByte,
    Truncated,
    Emptied,
    Longer,
    Removed,
}

pub(super) async fn corrupt(world: &World, file: &str, how: Corruption) {
    let mut bytes = world.store.read(file).await;
    let (middle, last) = (bytes.len() / 2, bytes.len() - 1);
    match how {
        Corruption::FirstByte => bytes[0] ^= 1,
        Corruption::MiddleByte => bytes[middle] ^= 1,
        Corruption::LastByte => bytes[last] ^= 1,
        Corruption::Truncated => bytes.truncate(middle),
        Corruption::Emptied => bytes.clear(),
        Corruption::Longer => bytes.push(0),
        Corruption::Removed => return world.store.remove(file).await,
    }
    world.store.write(file, bytes).await;
}

#[rstest]
#[tokio::test]
async fn a_damaged_pack_is_named_and_the_others_are_restored(
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
    let world = World::with(1_005).await;
    let id = world.back_up().await.id;
    let pack = data_packs(&world).await.remove(0);
    corrupt(&world, &pack, how).await;

    match world.verify(Which::This(id)).await.unwrap_err() {
        BackupError::Damaged(damages) => assert!(named(&damages, &pack)),
        error => panic!("{error:?}"),
    }
    let empty: Arc<Memory> = Arc::default();
    let plan = world.plan(&empty, Which::Newest).await.unwrap_err();
    assert!(empty.all().is_empty());
    let BackupError::Incomplete(foretold) = plan else {
        panic!("{plan:?}");
    };
    match world.restore(&empty, Which::Newest).await.unwrap_err() {
        BackupError::Incomplete(report) => {
            assert!(named(&report.damaged, &pack));
            assert_eq!(report.counts.added, 5);
            assert_eq!(report, foretold);
        }
        error => panic!("{error:?}"),
    }
    assert_eq!(empty.all().len(), 5);
}

#[rstest]
#[tokio::test]
async fn a_damaged_index_or_manifest_restores_nothing(
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
    #[values(true, false)] index: bool,
) {
    let world = World::with(2).await;
    world.back_up().await;
    let file = if index {
        index_pack(&world).await
    } else {
        world.manifests().await.remove(0)
    };
    corrupt(&world, &file, how).await;
    let empty: Arc<Memory> = Arc::default();
    match world.restore(&empty, Which::Newest).await.unwrap_err() {
        BackupError::Damaged(damages) => assert!(named(&damages, &file)),
        BackupError::Forged(forged) => assert!(file.ends_with(&forged)),
        BackupError::NotFound => assert!(matches!(how, Corruption::Removed) && !index),
        BackupError::KeysMissing(_) => assert!(matches!(how, Corruption::FirstByte) && index),
        error => panic!("{error:?}"),
    }
    assert!(empty.all().is_empty());
}

#[tokio::test]
async fn every_changed_byte_of_a_manifest_is_found() {
    let world = World::with(1).await;
    world.back_up().await;
    let file = world.manifests().await.remove(0);
    let bytes = world.store.read(&file).await;
    for place in 0..bytes.len() {
        for bit in [0x01, 0x20, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= bit;
            world.store.write(&file, changed).await;
            let read = read_manifest(&world.place, Which::Newest).await;
            let verified = read.and_then(|it| it.verify(world.vault.as_ref()));
            match verified {
                Err(BackupError::Damaged(_) | BackupError::Forged(_)) => {}
                other => panic!("byte {place} ^ {bit:#x}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn swapped_packs_are_found() {
    let world = World::with(1_005).await;
    world.back_up().await;
    let packs = data_packs(&world).await;
    let first = world.store.read(&packs[0]).await;
    let second = world.store.read(&packs[1]).await;
    world.store.write(&packs[0], second).await;
    world.store.write(&packs[1], first).await;
    let empty: Arc<Memory> = Arc::default();
    match world.restore(&empty, Which::Newest).await.unwrap_err() {
        BackupError::Incomplete(report) => {
            assert_eq!(report.damaged.len(), 2);
            assert!(report.damaged.iter().all(|it| it.flaw == Flaw::Altered));
        }
        error => panic!("{error:?}"),
    }
    assert!(empty.all().is_empty());
}

#[tokio::test]
async fn an_old_manifest_cannot_pose_as_a_new_one() {
    let world = World::with(1).await;
    world.back_up().await;
    let old = world.manifests().await.remove(0);
    let bytes = world.store.read(&old).await;
    let posing = "sesame/manifests/20990101T000000Z-018bcfe5-6800-7000-8000-000000000000.json";
    world.store.write(posing, bytes).await;
    let listed = world.list().await;
    let BackupState::Damaged(damages) = &listed[0].state else {
        panic!("{listed:?}");
    };
    assert!(named(damages, posing));
    assert_eq!(listed[1].state, BackupState::Whole);
    // It is not believed: the true one is the newest.
    let newest = world.newest().await.unwrap();
    assert!(newest.newest.state.is_broken());
    assert_eq!(newest.instead, Some(listed[1].clone()));
    let empty: Arc<Memory> = Arc::default();
    let posing = posing.strip_prefix("sesame/").unwrap();
    let refused = |error| match error {
        BackupError::NewerUnreadable {
            unreadable,
            readable,
        } => assert_eq!(
            (&unreadable[..], Some(readable)),
            (&[posing.to_owned()][..], listed[1].id)
        ),
        error => panic!("{error:?}"),
    };
    refused(world.plan(&empty, Which::Newest).await.unwrap_err());
    refused(world.restore(&empty, Which::Newest).await.unwrap_err());
    assert!(empty.all().is_empty());
    let restore = world.restore_into(&empty).despite_unreadable();
    let plan = restore.plan(Which::Newest, &actor(), &quietly).await;
    let plan = plan.unwrap();
    assert_eq!(plan.unreadable, [posing]);
    let report = restore.run(Which::Newest, &actor(), &quietly).await;
    assert_eq!(report.unwrap(), plan);
    assert_eq!(empty.all().len(), 1);
}

#[tokio::test]
async fn a_backup_with_a_missing_pack_is_listed_as_damaged_and_not_the_newest() {
    let world = World::with(1).await;
    let first = world.back_up().await;
    world.link(1).await;
    world.back_up().await;
    let pack = data_packs(&world).await.remove(0);
    world.store.remove(&pack).await;
    let listed = world.list().await;
    let missing = Damage {
        file: pack.strip_prefix("sesame/").unwrap().to_owned(),
        flaw: Flaw::Missing,
    };
    assert_eq!(listed[0].state, BackupState::Damaged(vec![missing]));
    let newest = world.newest().await.unwrap();
    assert_eq!(newest.newest, listed[0]);
    assert_eq!(newest.instead.unwrap().id, Some(first.id));
}

#[tokio::test]
async fn a_manifest_of_a_later_version_is_told_from_a_damaged_one() {
    let world = World::with(1).await;
    world.back_up().await;
    let file = world.manifests().await.remove(0);
    let text = String::from_utf8(world.store.read(&file).await).unwrap();
    let later = text.replacen("\"format\":1", "\"format\":9,\"more\":true", 1);
    world.store.write(&file, later.into_bytes()).await;
    let error = read_manifest(&world.place, Which::Newest)
        .await
        .unwrap_err();
    let BackupError::Damaged(damages) = error else {
        panic!("{error:?}");
    };
    assert_eq!(damages[0].flaw, Flaw::UnknownFormat(9));
}

#[tokio::test]
async fn the_next_backup_packs_anew_what_was_in_a_missing_pack() {
    let world = World::with(3).await;
    world.back_up().await;
    let pack = data_packs(&world).await.remove(0);
    world.store.remove(&pack).await;
    let made = world.back_up().await;
    assert_eq!((made.unchanged, made.uploaded_packs), (0, 1));
    world.newest_is_whole().await;
}

#[tokio::test]
async fn the_next_backup_does_not_build_on_a_damaged_one() {
    let world = World::with(3).await;
    world.back_up().await;
    let index = index_pack(&world).await;
    corrupt(&world, &index, Corruption::LastByte).await;
    let made = world.back_up().await;
    assert_eq!((made.records, made.unchanged), (3, 0));
    world.newest_is_whole().await;
}

#[tokio::test]
async fn a_lost_key_is_named_not_taken_for_damage() {
    let world = World::with(3).await;
    world.back_up().await;
    world.vault.lose("k1");
    let empty: Arc<Memory> = Arc::default();
    match world.restore(&empty, Which::Newest).await.unwrap_err() {
        BackupError::KeysMissing(keys) => assert_eq!(keys, ["k1"]),
        error => panic!("{error:?}"),
    }
    assert!(empty.all().is_empty());
}
