//! Rehearsing restores.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;
use sesame_domain::audit::{AccessPurpose, Action, Outcome};
use sesame_domain::time::{Age, Clock};

use super::damage::data_packs;
use super::database::Memory;
use super::world::{World, account, actor, quietly};
use crate::backup::{BackupError, Rehearsal, Scratch};

async fn rehearse(
    world: &World,
    scratch: &Arc<Memory>,
    sample: usize,
) -> Result<Rehearsal, BackupError> {
    let scratch = Scratch {
        target: scratch.clone(),
        source: scratch.clone(),
    };
    let backups = world.backups();
    backups.rehearse(&scratch, sample, &actor(), &quietly).await
}

#[tokio::test]
async fn a_rehearsal_restores_everything_and_opens_a_sample() {
    let world = World::with(450).await;
    let made = world.back_up().await;
    world.clock.advance(TimeDelta::hours(7));
    let scratch = Arc::default();
    let done = rehearse(&world, &scratch, 20).await.unwrap();
    assert_eq!(
        (done.id, done.age),
        (made.id, Age::Past(TimeDelta::hours(7)))
    );
    assert_eq!((done.records, done.opened), (450, 20));
    assert!(scratch.all() == world.db.all());
    assert_eq!(scratch.keys.lock().unwrap().len(), 1);

    let opened = world.vault.opened.lock().unwrap().clone();
    assert!(
        opened
            .iter()
            .all(|(_, reason)| *reason == AccessPurpose::Rehearsal)
    );
    let subjects: HashSet<_> = opened.iter().map(|(binding, _)| binding.subject).collect();
    assert_eq!(subjects.len(), 20);
    let audit = world.db.audit.lock().unwrap();
    let entry = audit.last().unwrap();
    assert_eq!(
        (entry.action.clone(), entry.outcome.clone()),
        (Action::BackupRehearsed, Outcome::Done)
    );
    assert_eq!(entry.subject, made.id.as_uuid());
    assert_eq!(entry.reason, "450 records, 20 opened");
}

#[tokio::test]
async fn a_small_instance_has_all_of_its_sessions_opened() {
    let world = World::with(3).await;
    world.back_up().await;
    let done = rehearse(&world, &Arc::default(), 20).await.unwrap();
    assert_eq!((done.records, done.opened), (3, 3));
}

#[tokio::test]
async fn what_was_erased_since_the_backup_is_not_expected_back() {
    let world = World::with(3).await;
    world.back_up().await;
    let now = world.clock.now();
    world.db.erase(account(1), now);
    world.back_up().await;
    let done = rehearse(&world, &Arc::default(), 1).await.unwrap();
    assert_eq!((done.records, done.opened), (2, 1));
}

#[tokio::test]
async fn records_that_do_not_come_back_fail_it() {
    let world = World::with(10).await;
    world.back_up().await;
    let scratch: Arc<Memory> = Arc::default();
    *scratch.forgets.lock().unwrap() = 1;
    match rehearse(&world, &scratch, 1).await.unwrap_err() {
        BackupError::Rehearsal { expected, found } => assert_eq!((expected, found), (10, 9)),
        error => panic!("{error:?}"),
    }
    let audit = world.db.audit.lock().unwrap();
    let entry = audit.last().unwrap();
    assert_eq!(
        (entry.action.clone(), entry.outcome.clone()),
        (Action::BackupRehearsed, Outcome::Failed)
    );
    assert_eq!(entry.reason, "records missing");
}

#[tokio::test]
async fn a_session_that_does_not_open_fails_it() {
    let world = World::with(1).await;
    let mut record = world.db.all().remove(0);
    *record.sealed.ciphertext.last_mut().unwrap() ^= 1;
    world.db.insert(record);
    world.back_up().await;
    let error = rehearse(&world, &Arc::default(), 1).await.unwrap_err();
    assert!(matches!(error, BackupError::Vault(_)), "{error:?}");
}

#[tokio::test]
async fn a_key_that_was_lost_or_retired_fails_it() {
    let world = World::with(2).await;
    world.rotate("k2").await;
    world.back_up().await;
    world.vault.retire("k1");
    let error = rehearse(&world, &Arc::default(), 1).await.unwrap_err();
    assert!(matches!(error, BackupError::Vault(_)), "{error:?}");
    world.vault.lose("k2");
    let error = rehearse(&world, &Arc::default(), 1).await.unwrap_err();
    assert!(matches!(error, BackupError::KeysMissing(_)), "{error:?}");
}

#[tokio::test]
async fn a_damaged_pack_fails_it() {
    let world = World::with(2).await;
    world.back_up().await;
    let pack = data_packs(&world).await.remove(0);
    world.store.remove(&pack).await;
    let error = rehearse(&world, &Arc::default(), 1).await.unwrap_err();
    assert!(matches!(error, BackupError::Incomplete(_)), "{error:?}");
}

#[tokio::test]
async fn a_newest_backup_that_cannot_be_read_fails_it() {
    let world = World::with(2).await;
    world.back_up().await;
    world.back_up().await;
    let newest = world.manifests().await.remove(1);
    world.store.write(&newest, b"broken".to_vec()).await;
    let error = rehearse(&world, &Arc::default(), 1).await.unwrap_err();
    assert!(
        matches!(error, BackupError::NewerUnreadable { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn without_a_backup_there_is_nothing_to_rehearse() {
    let world = World::with(2).await;
    let error = rehearse(&world, &Arc::default(), 1).await.unwrap_err();
    assert!(matches!(error, BackupError::NotFound), "{error:?}");
}
