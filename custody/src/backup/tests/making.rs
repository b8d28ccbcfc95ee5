//! Making backups.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use sesame_domain::audit::{Action, AuditReason, Checkpoint, Link, Outcome, StrandHead, StrandNo};
use sesame_domain::time::Age;

use super::store::Failure;
use super::world::{World, account, actor};
use crate::backup::{BackupState, Progress, Which, read_manifest};

#[tokio::test]
async fn a_backup_gives_back_what_went_in() {
    let world = World::with(7).await;
    let made = world.back_up().await;
    assert_eq!((made.records, made.unchanged), (7, 0));
    assert_eq!(made.uploaded_packs, 1);
    world.newest_is_whole().await;
}

#[tokio::test]
async fn an_instance_without_accounts_has_backups_too() {
    let world = World::with(0).await;
    let made = world.back_up().await;
    assert_eq!((made.records, made.uploaded_packs), (0, 0));
    world.newest_is_whole().await;
}

#[tokio::test]
async fn nothing_about_people_is_readable() {
    let world = World::with(3).await;
    world.back_up().await;
    let files = world.store.files().await;
    assert_eq!(files.len(), 3, "a pack, an index, a manifest: {files:?}");
    let record = &world.db.all()[0];
    let session = record.account.session.to_string();
    let secrets = ["Ada", "777000001", "default", "session 1", session.as_str()];
    for file in files {
        let bytes = world.store.read(&file).await;
        let text = String::from_utf8_lossy(&bytes);
        for secret in secrets {
            assert!(
                !text.contains(secret) && !file.contains(secret),
                "{secret} in {file}"
            );
        }
    }
}

#[tokio::test]
async fn what_did_not_change_is_not_uploaded_again() {
    let world = World::with(2_500).await;
    let first = world.back_up().await;
    assert_eq!(first.uploaded_packs, 3);
    let again = world.back_up().await;
    assert_eq!((again.unchanged, again.uploaded_packs), (2_500, 0));
    world.link(1_200).await;
    world.link(2_501).await;
    let third = world.back_up().await;
    assert_eq!((third.records, third.unchanged), (2_501, 2_499));
    assert_eq!(third.uploaded_packs, 1);
    assert!(
        third.bytes < first.bytes / 2,
        "{} of {}",
        third.bytes,
        first.bytes
    );
    world.newest_is_whole().await;
}

#[tokio::test]
async fn looking_at_accounts_uploads_no_packs() {
    let world = World::with(5).await;
    world.back_up().await;
    let now = noon_later(&world);
    for mut record in world.db.all() {
        record.account.checked_at = now;
        record.account.used_at = now;
        world.db.insert(record);
    }
    assert_eq!(world.back_up().await.uploaded_packs, 0);
    world.newest_is_whole().await;
}

fn noon_later(world: &World) -> sesame_domain::time::Timestamp {
    use sesame_domain::time::Clock;
    world.clock.advance(TimeDelta::minutes(15));
    world.clock.now()
}

#[tokio::test]
async fn many_small_packs_are_put_together() {
    let world = World::with(3).await;
    let mut most = 0;
    for number in 4..60 {
        world.link(number).await;
        let id = world.back_up().await.id;
        let verified = world.verify(Which::This(id)).await;
        most = most.max(verified.unwrap().packs);
    }
    assert!(most <= 18, "{most} packs");
    world.newest_is_whole().await;
}

#[tokio::test]
async fn packs_of_which_little_is_left_are_packed_anew() {
    let world = World::with(10).await;
    world.back_up().await;
    let now = noon_later(&world);
    for number in 1..=6 {
        world.db.erase(account(number), now);
    }
    // It is counted out of the index of the backup before.
    assert_eq!(world.back_up().await.uploaded_packs, 0);
    let made = world.back_up().await;
    assert_eq!(
        (made.records, made.unchanged, made.uploaded_packs),
        (4, 0, 1)
    );
    world.newest_is_whole().await;
}

#[tokio::test]
async fn an_owner_who_links_again_meanwhile_is_backed_up_once() {
    let world = World::with(2).await;
    world.clock.advance(TimeDelta::minutes(1));
    let mut newer = world.record(1).await;
    newer.account.id = account(9);
    world.db.insert(newer.clone());
    assert_eq!(world.back_up().await.records, 2);
    let empty = Arc::default();
    world.restore(&empty, Which::Newest).await.unwrap();
    assert!(empty.all().contains(&newer));
    assert_eq!(empty.all().len(), 2);
}

#[tokio::test]
async fn the_manifest_names_keys_and_carries_the_sealed_secrets() {
    let world = World::with(1).await;
    world.rotate("k2").await;
    world.back_up().await;
    let manifest = read_manifest(&world.place, Which::Newest).await.unwrap();
    assert_eq!(
        manifest.key_versions(),
        world.db.keys.lock().unwrap().clone()
    );
    let sealed = world.db.secrets.lock().unwrap()["tokens"].clone();
    let manifest = manifest.verify(world.vault.as_ref()).unwrap();
    assert_eq!(manifest.secret("tokens"), Some(sealed));
    assert_eq!(manifest.secret("others"), None);
    assert_eq!((manifest.records, manifest.sesame.as_str()), (1, "0.3.0"));
}

#[tokio::test]
async fn the_newest_checkpoint_of_the_audit_is_in_the_backup() {
    let world = World::with(1).await;
    let checkpoint = |number| Checkpoint {
        tenant: "default".parse().unwrap(),
        number,
        at: super::world::noon(),
        heads: vec![StrandHead {
            strand: StrandNo(3),
            seq: 17,
            link: Link([5; 32]),
        }],
        previous: [6; 32],
        mac: [u8::try_from(number).unwrap(); 32],
    };
    *world.db.checkpoints.lock().unwrap() = vec![checkpoint(1), checkpoint(2)];
    let id = world.back_up().await.id;
    let verified = world.verify(Which::This(id)).await.unwrap();
    assert_eq!(verified.checkpoints, [checkpoint(2)]);
    assert_eq!((verified.packs, verified.records), (1, 1));
}

#[tokio::test]
async fn progress_is_told() {
    let world = World::with(450).await;
    let told = Mutex::new(Vec::new());
    let tell = |progress: Progress| told.lock().unwrap().push(progress.done);
    world.backups().make(&actor(), &tell).await.unwrap();
    assert_eq!(*told.lock().unwrap(), [200, 400, 450]);
}

#[tokio::test]
async fn the_audit_keeps_made_and_failed_backups() {
    let world = World::with(1).await;
    let made = world.back_up().await;
    world.store.fail_from(0, Failure::Full);
    world.try_back_up().await.unwrap_err();
    let audit = world.db.audit.lock().unwrap();
    let [done, failed] = &audit[..] else {
        panic!("{audit:?}");
    };
    assert_eq!(
        (&done.action, &done.outcome),
        (&Action::BackupMade, &Outcome::Done)
    );
    assert_eq!(
        (done.subject, &done.reason),
        (made.id.as_uuid(), &AuditReason::Records(1))
    );
    assert_eq!(done.origin, "node 1");
    assert_eq!(
        (&failed.action, &failed.outcome),
        (&Action::BackupMade, &Outcome::Failed)
    );
    assert_eq!(failed.reason, "no room left");
}

#[tokio::test]
async fn backups_are_listed_newest_first_with_their_age() {
    let world = World::with(2).await;
    assert_eq!(world.newest().await, None);
    let first = world.back_up().await;
    world.link(3).await;
    let second = world.back_up().await;
    world.clock.advance(TimeDelta::minutes(5));
    let listed = world.list().await;
    let ids: Vec<_> = listed.iter().map(|it| it.id.unwrap()).collect();
    assert_eq!(ids, [second.id, first.id]);
    assert!(listed.iter().all(|it| it.state == BackupState::Whole));
    let details = listed[0].details.clone().unwrap();
    let minutes = Age::Past(TimeDelta::minutes(5));
    assert_eq!((details.age, details.records), (minutes, 3));
    let newest = world.newest().await.unwrap();
    assert_eq!((newest.newest, newest.instead), (listed[0].clone(), None));
}
