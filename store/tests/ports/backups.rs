//! What goes into a backup and comes back out of it.

use rstest::rstest;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{
    Accounts, BackupSource, Erasure, Erasures, LinkedRecord, People, RestoreTarget, Restored,
    Tombstone,
};
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::Backend;
use crate::make::{at, audited, entry, linked, node, owner, sealed};

fn restored() -> AuditEntry {
    entry(&Owner::instance(), Uuid::nil(), Action::BackupRestored, 90)
}

async fn backup(db: &Database) -> Vec<LinkedRecord> {
    db.backup_source().linked(None, 100).await.unwrap()
}

async fn unlink(db: &Database, record: &LinkedRecord) {
    let account = &record.account;
    let audit = entry(&account.owner, Uuid::nil(), Action::AccountUnlinked, 20);
    let unlinked = db
        .accounts()
        .unlink(&account.owner, account.id, audit, None)
        .await;
    assert!(unlinked.unwrap());
}

#[rstest]
#[tokio::test]
async fn linked_accounts_come_with_their_sessions_page_by_page(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let mut accounts = Vec::new();
    for person in 1..=4 {
        accounts.push(linked(db, &owner(person), person).await);
    }
    db.people()
        .seen(&owner(1), Some("de"), at(3))
        .await
        .unwrap();
    let dead = accounts.remove(3);
    let health = Health::Dead {
        cause: DeathCause::from_name("revoked").unwrap(),
        since: at(5),
    };
    db.accounts()
        .set_health(dead.id, dead.session, health, at(5), None)
        .await
        .unwrap();
    accounts.sort_by_key(|account| account.id);
    let mut records = db.backup_source().linked(None, 2).await.unwrap();
    assert_eq!(records.len(), 2);
    records.extend(
        db.backup_source()
            .linked(Some(records[1].account.id), 2)
            .await
            .unwrap(),
    );
    let expected: Vec<_> = accounts
        .into_iter()
        .map(|account| LinkedRecord {
            language: (account.owner == owner(1)).then(|| "de".into()),
            sealed: sealed("session"),
            session_created_at: account.linked_at,
            account,
        })
        .collect();
    assert_eq!(records, expected);
}

#[rstest]
#[tokio::test]
async fn an_empty_database_is_restored_as_it_was(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let before = backend.store().await;
    for person in 1..=3 {
        linked(&before.db, &owner(person), person).await;
    }
    let records = backup(&before.db).await;
    let store = backend.store().await;
    let db = &store.db;
    let added = [Restored::Added; 3];
    assert_eq!(db.restore_target().foresee(&records).await.unwrap(), added);
    assert_eq!(backup(db).await, []);
    assert_eq!(
        db.restore_target()
            .restore(&records, restored())
            .await
            .unwrap(),
        added
    );
    assert_eq!(backup(db).await, records);

    // Once more adds nothing, and is not audited again.
    let present = [Restored::Present; 3];
    assert_eq!(
        db.restore_target().foresee(&records).await.unwrap(),
        present
    );
    assert_eq!(
        db.restore_target()
            .restore(&records, restored())
            .await
            .unwrap(),
        present
    );
    assert_eq!(audited(db, &Owner::instance()).await, [restored()]);
}

#[rstest]
#[tokio::test]
async fn what_happened_since_the_backup_stays(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    for person in 1..=3 {
        linked(db, &owner(person), 0).await;
    }
    let mut records = backup(db).await;
    records.sort_by_key(|record| record.account.owner.person.0);
    // 1 was written since, 2 leaves, 3 is erased.
    let session = records[0].account.session;
    let claimed = db.accounts().claim_session(session, &node()).await.unwrap();
    db.accounts()
        .save_session(session, claimed.fence, &sealed("changed"))
        .await
        .unwrap();
    for record in &records[1..] {
        unlink(db, record).await;
    }
    let erased = records[2].account.session;
    let entry = |action| entry(&owner(3), Uuid::nil(), action, 21);
    db.accounts()
        .destroy_data_key(erased, entry(Action::DataKeyDestroyed))
        .await
        .unwrap();
    db.accounts()
        .erase_session(erased, entry(Action::SessionEnded))
        .await
        .unwrap();
    let fates = [Restored::Present, Restored::Ended, Restored::Ended];
    assert_eq!(db.restore_target().foresee(&records).await.unwrap(), fates);
    assert_eq!(
        db.restore_target()
            .restore(&records, restored())
            .await
            .unwrap(),
        fates
    );
    let kept = backup(db).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].sealed, sealed("changed"));
}

#[rstest]
#[tokio::test]
async fn an_owner_who_has_another_session_keeps_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let before = backend.store().await;
    linked(&before.db, &owner(1), 0).await;
    let records = backup(&before.db).await;
    let store = backend.store().await;
    linked(&store.db, &owner(1), 30).await;
    let kept = backup(&store.db).await;
    let replaced = [Restored::Replaced];
    assert_eq!(
        store.db.restore_target().foresee(&records).await.unwrap(),
        replaced
    );
    let fates = store
        .db
        .restore_target()
        .restore(&records, restored())
        .await
        .unwrap();
    assert_eq!(fates, replaced);
    assert_eq!(backup(&store.db).await, kept);
}

#[rstest]
#[tokio::test]
async fn buried_sessions_do_not_come_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let before = backend.store().await;
    linked(&before.db, &owner(1), 0).await;
    let records = backup(&before.db).await;
    let store = backend.store().await;
    let db = &store.db;
    let tombstone = Tombstone {
        session: records[0].account.session,
        at: at(50),
    };
    db.restore_target().bury(&[tombstone]).await.unwrap();
    db.restore_target().bury(&[tombstone]).await.unwrap();
    assert_eq!(
        db.backup_source().tombstones(at(0)).await.unwrap(),
        [tombstone]
    );
    let fates = db
        .restore_target()
        .restore(&records, restored())
        .await
        .unwrap();
    assert_eq!(fates, [Restored::Ended]);
    assert_eq!(backup(db).await, []);
}

#[rstest]
#[tokio::test]
async fn whoever_asked_to_be_erased_does_not_come_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let before = backend.store().await;
    linked(&before.db, &owner(1), 0).await;
    let records = backup(&before.db).await;
    let store = backend.store().await;
    let erasure = Erasure {
        id: Uuid::from_u128(1),
        owner: owner(1),
        asked_at: at(40),
        done_at: None,
    };
    let audit = entry(&owner(1), erasure.id, Action::PersonErased, 40);
    store.db.erasures().begin(&erasure, audit).await.unwrap();
    let fates = store
        .db
        .restore_target()
        .restore(&records, restored())
        .await
        .unwrap();
    assert_eq!(fates, [Restored::Ended]);
}
