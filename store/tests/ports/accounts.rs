//! Accounts and their sessions.

use rstest::rstest;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::audit::Action;
use sesame_domain::ids::AccountId;
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::{Accounts, AuditLog, BackupSource, Outbox, StoreError, Tombstone};
use sesame_domain::random::SystemEntropy;

use crate::backend::Backend;
use crate::make::{at, audited, entry, linked, node, notice, owner, sealed, session_id, tenant};

#[rstest]
#[tokio::test]
async fn an_account_is_found_by_its_owner_only(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let account = linked(&db, &owner(1), 0).await;
    linked(&db, &owner(2), 0).await;
    let mine = db.accounts().find(&owner(1), account.id).await.unwrap();
    assert_eq!(mine, Some(account.clone()));
    let theirs = db.accounts().find(&owner(2), account.id).await.unwrap();
    assert_eq!(theirs, None);
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), Some(account));
    assert_eq!(db.accounts().of(&owner(3)).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn pages_show_every_account_once_by_id(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let mut ids = Vec::new();
    for person in 1..=5 {
        ids.push(linked(&db, &owner(person), 100 - person).await.id);
    }
    ids.sort();
    let mut seen: Vec<AccountId> = Vec::new();
    loop {
        let page = db.accounts().page(seen.last().copied(), 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 2);
        seen.extend(page.iter().map(|account| account.id));
    }
    assert_eq!(seen, ids);
}

#[rstest]
#[tokio::test]
async fn only_the_last_claim_writes_a_session(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let session = linked(&db, &owner(1), 0).await.session;
    let stale = db.accounts().claim_session(session, &node()).await.unwrap();
    let claimed = db.accounts().claim_session(session, &node()).await.unwrap();
    assert!(claimed.fence > stale.fence);
    let late = db
        .accounts()
        .save_session(session, stale.fence, &sealed("late"))
        .await;
    assert!(matches!(late, Err(StoreError::Fenced(_))));
    db.accounts()
        .save_session(session, claimed.fence, &sealed("changed"))
        .await
        .unwrap();
    let again = db.accounts().claim_session(session, &node()).await.unwrap();
    assert_eq!(again.sealed, sealed("changed"));
    let missing = db.accounts().claim_session(session_id(), &node()).await;
    assert!(matches!(missing, Err(StoreError::NotFound(_))));
}

#[rstest]
#[tokio::test]
async fn health_is_recorded_with_its_notice(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(
        Health::Frozen { since: at(9) },
        Health::Dead { cause: DeathCause::Revoked, since: at(8) },
        Health::Dead { cause: DeathCause::Unreadable, since: at(7) }
    )]
    health: Health,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let account = linked(&db, &owner(1), 0).await;
    let mut notice = notice(&owner(1), 10);
    notice.kind = NoticeKind::session_died(DeathCause::Revoked);
    db.accounts()
        .set_health(
            account.id,
            account.session,
            health,
            at(10),
            Some(notice.clone()),
        )
        .await
        .unwrap();
    let found = db
        .accounts()
        .find(&owner(1), account.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.health, health);
    assert_eq!(found.checked_at, at(10));
    assert_eq!(found.linked_at, account.linked_at);
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(20), at(30), 10)
            .await
            .unwrap(),
        [notice]
    );
}

#[rstest]
#[tokio::test]
async fn a_change_of_health_is_told_once_and_a_death_is_for_good(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let account = linked(&db, &owner(1), 0).await;
    let dead = |seconds| Health::Dead {
        cause: DeathCause::Revoked,
        since: at(seconds),
    };
    let steps = [
        (Health::Alive, Health::Alive, false),
        (
            Health::Frozen { since: at(2) },
            Health::Frozen { since: at(2) },
            true,
        ),
        // Another node found it out at the same time.
        (
            Health::Frozen { since: at(3) },
            Health::Frozen { since: at(2) },
            false,
        ),
        (Health::Alive, Health::Alive, true),
        (dead(5), dead(5), true),
        (dead(6), dead(5), false),
        (Health::Alive, dead(5), false),
    ];
    let (accounts, outbox) = (db.accounts(), db.outbox());
    for (step, (health, stands, is_told)) in (1..).zip(steps) {
        let notice = notice(&owner(1), 10);
        let told = is_told.then(|| notice.clone());
        let now = at(step);
        accounts
            .set_health(account.id, account.session, health, now, Some(notice))
            .await
            .unwrap();
        let found = accounts.find(&owner(1), account.id).await.unwrap();
        let found = found.unwrap();
        assert_eq!((found.health, found.checked_at), (stands, now), "{step}");
        let sent = outbox.take(&tenant(), at(20), at(30), 10).await.unwrap();
        assert_eq!(sent.first(), told.as_ref(), "{step}");
        for notice in sent {
            outbox.done(notice.id).await.unwrap();
        }
    }
}

#[rstest]
#[tokio::test]
async fn the_health_of_an_older_session_is_not_the_accounts(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let old = linked(&db, &owner(1), 0).await;
    let new = linked(&db, &owner(1), 10).await;
    assert_eq!(old.id, new.id);
    let dead = Health::Dead {
        cause: DeathCause::Revoked,
        since: at(20),
    };
    let late = db
        .accounts()
        .set_health(
            old.id,
            old.session,
            dead,
            at(20),
            Some(notice(&owner(1), 20)),
        )
        .await;
    assert!(matches!(late, Err(StoreError::NotFound(_))));
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), Some(new));
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(30), at(40), 10)
            .await
            .unwrap(),
        []
    );
}

#[rstest]
#[tokio::test]
async fn an_impossible_health_is_inconsistent(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(
        "health = 'frozen'",
        "health = 'dead', health_since = linked_at",
        "health_cause = 'revoked'"
    )]
    change: &str,
) {
    let store = backend.store().await;
    linked(&store.db, &owner(1), 0).await;
    store
        .sql(&format!("UPDATE accounts SET {change}"))
        .await
        .unwrap();
    let found = store.db.accounts().of(&owner(1)).await;
    assert!(matches!(found, Err(StoreError::Inconsistent(_))));
}

#[rstest]
#[tokio::test]
async fn unlinking_is_done_once_and_by_the_owner_only(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let account = linked(&db, &owner(1), 0).await;
    let audit = |by| {
        entry(
            &owner(by),
            account.id.as_uuid(),
            Action::AccountUnlinked,
            10,
        )
    };
    let notice = notice(&owner(1), 10);
    let theirs = db
        .accounts()
        .unlink(&owner(2), account.id, audit(2), None)
        .await;
    assert!(!theirs.unwrap());
    let done = db
        .accounts()
        .unlink(&owner(1), account.id, audit(1), Some(notice.clone()))
        .await;
    assert!(done.unwrap());
    let again = db
        .accounts()
        .unlink(&owner(1), account.id, audit(1), Some(notice.clone()))
        .await;
    assert!(!again.unwrap());

    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), None);
    let leaving = db.accounts().leaving(&tenant(), at(10), 10).await.unwrap();
    assert_eq!(leaving.len(), 1);
    assert_eq!(leaving[0].id, account.session);
    assert_eq!(
        db.audit_log().about(&owner(1), 1).await.unwrap(),
        [audit(1)]
    );
    assert_eq!(db.audit_log().about(&owner(2), 1).await.unwrap(), []);
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(20), at(30), 10)
            .await
            .unwrap(),
        [notice]
    );
    // Logging out takes the session once more.
    db.accounts()
        .claim_session(account.session, &node())
        .await
        .unwrap();
}

#[rstest]
#[tokio::test]
async fn a_leaving_session_is_tried_again_later_and_then_erased(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let account = linked(&db, &owner(1), 0).await;
    let session = account.session;
    let ended = || entry(&owner(1), session.as_uuid(), Action::SessionEnded, 40);
    let destroyed = || entry(&owner(1), session.as_uuid(), Action::DataKeyDestroyed, 35);

    // In use: neither later nor erased.
    let claim = db
        .accounts()
        .claim_session(session, &node())
        .await
        .unwrap()
        .claim();
    let in_use = db.accounts().leave_later(claim, at(30)).await;
    assert!(matches!(in_use, Err(StoreError::Fenced(_))));
    let in_use = db.accounts().erase_session(session, ended()).await;
    assert!(matches!(in_use, Err(StoreError::NotFound(_))));

    let unlinked = entry(&owner(1), account.id.as_uuid(), Action::AccountUnlinked, 10);
    db.accounts()
        .unlink(&owner(1), account.id, unlinked, None)
        .await
        .unwrap();
    let taker = node();
    let newer = db
        .accounts()
        .claim_session(session, &taker)
        .await
        .unwrap()
        .claim();
    let stale = db.accounts().leave_later(claim, at(20)).await;
    assert!(matches!(stale, Err(StoreError::Fenced(_))));
    db.accounts().release_session(claim).await.unwrap();
    assert_eq!(
        db.accounts().leaving(&tenant(), at(10), 10).await.unwrap()[0].node,
        Some(taker)
    );
    db.accounts().leave_later(newer, at(30)).await.unwrap();
    assert_eq!(
        db.accounts().leaving(&tenant(), at(29), 10).await.unwrap(),
        []
    );
    let waits = db
        .accounts()
        .leaving(&tenant(), at(30), 10)
        .await
        .unwrap()
        .remove(0);
    assert_eq!((waits.attempts, waits.node), (1, None));

    // Its data key goes first.
    let early = db.accounts().erase_session(session, ended()).await;
    assert!(matches!(early, Err(StoreError::Inconsistent(_))));
    db.accounts()
        .destroy_data_key(session, destroyed())
        .await
        .unwrap();
    db.accounts()
        .destroy_data_key(session, destroyed())
        .await
        .unwrap();
    db.accounts().erase_session(session, ended()).await.unwrap();
    db.accounts().erase_session(session, ended()).await.unwrap();
    db.accounts()
        .destroy_data_key(session, destroyed())
        .await
        .unwrap();
    assert_eq!(
        db.accounts().leaving(&tenant(), at(99), 10).await.unwrap(),
        []
    );
    let gone = db.accounts().claim_session(session, &node()).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
    let audit = audited(&db, &owner(1)).await;
    let actions: Vec<_> = audit.iter().map(|entry| entry.action.clone()).collect();
    assert_eq!(
        actions,
        [
            Action::SessionEnded,
            Action::DataKeyDestroyed,
            Action::AccountUnlinked,
            Action::AccountLinked
        ]
    );
    let tombstone = Tombstone {
        session,
        at: at(40),
    };
    assert_eq!(
        db.backup_source().tombstones(at(40)).await.unwrap(),
        [tombstone]
    );
    assert_eq!(db.backup_source().tombstones(at(41)).await.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn a_session_without_a_data_key_gets_none_anew(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let account = linked(&db, &owner(1), 0).await;
    let session = account.session;
    let entry = |action| entry(&owner(1), session.as_uuid(), action, 10);
    let in_use = db
        .accounts()
        .destroy_data_key(session, entry(Action::DataKeyDestroyed))
        .await;
    assert!(matches!(in_use, Err(StoreError::NotFound(_))));

    db.accounts()
        .unlink(&owner(1), account.id, entry(Action::AccountUnlinked), None)
        .await
        .unwrap();
    let claimed = db.accounts().claim_session(session, &node()).await.unwrap();
    db.accounts()
        .destroy_data_key(session, entry(Action::DataKeyDestroyed))
        .await
        .unwrap();
    let late = db
        .accounts()
        .save_session(session, claimed.fence, &sealed("late"))
        .await;
    assert!(matches!(late, Err(StoreError::Fenced(_))));
    let keyless = db.accounts().claim_session(session, &node()).await.unwrap();
    assert_eq!(keyless.sealed.key_id, "");
    assert!(keyless.sealed.wrapped_key.is_empty());
}

#[rstest]
#[tokio::test]
async fn leaving_sessions_come_in_order_and_no_more_than_asked_for(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let mut sessions = Vec::new();
    for person in 1..=3 {
        let account = linked(&db, &owner(person), 0).await;
        let audit = entry(
            &owner(person),
            account.id.as_uuid(),
            Action::AccountUnlinked,
            20 - person,
        );
        db.accounts()
            .unlink(&owner(person), account.id, audit, None)
            .await
            .unwrap();
        sessions.insert(0, account.session);
    }
    let leaving = db.accounts().leaving(&tenant(), at(50), 2).await.unwrap();
    let ids: Vec<_> = leaving.iter().map(|session| session.id).collect();
    assert_eq!(ids, sessions[..2]);
}

#[rstest]
#[tokio::test]
async fn unlinking_what_never_was_changes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let id = AccountId::generate(&SystemEntropy, at(0));
    let audit = entry(&owner(1), id.as_uuid(), Action::AccountUnlinked, 10);
    assert!(
        !db.accounts()
            .unlink(&owner(1), id, audit, None)
            .await
            .unwrap()
    );
    assert_eq!(db.audit_log().about(&owner(1), 10).await.unwrap(), []);
}
