//! Logins: begin, claim, save, intent, and who needs a driver.

use std::collections::HashSet;
use std::slice;

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::ids::{Fence, LoginId};
use sesame_domain::login::{Ending, QrAsking};
use sesame_domain::ports::{HalfSession, Intent, Logins, Outbox, Saved, StoreError};
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::Timestamp;

use crate::backend::Backend;
use crate::make::{
    Starts as _, at, end, in_state, login, node, notice, over, owner, saved, sealed, tenant,
};

fn missing() -> LoginId {
    LoginId::generate(&SystemEntropy, at(0))
}

#[rstest]
#[tokio::test]
async fn a_second_login_is_answered_with_the_one_that_runs(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let first = login(&owner(1), 0);
    let second = login(&owner(1), 1);
    assert_eq!(store.db.logins().start(&first).await.unwrap(), None);
    assert_eq!(
        store.db.logins().start(&second).await.unwrap(),
        Some(first.clone())
    );
    assert_eq!(store.db.logins().find(second.id).await.unwrap(), None);
    assert_eq!(
        store.db.logins().running(&owner(1)).await.unwrap(),
        Some(first)
    );
    assert_eq!(store.db.logins().running(&owner(2)).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn another_tenant_or_person_has_logins_of_their_own(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let mut other = owner(1);
    other.tenant = "other".parse().unwrap();
    for owner in [owner(1), owner(2), other] {
        assert_eq!(
            store.db.logins().start(&login(&owner, 0)).await.unwrap(),
            None
        );
    }
}

#[rstest]
#[tokio::test]
async fn a_login_that_is_over_makes_room_for_the_next(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let first = login(&owner(1), 0);
    store.db.logins().start(&first).await.unwrap();
    let claimed = store.db.logins().claim(first.id, &node()).await.unwrap();
    end(&store.db, &claimed, Ending::Expired, 10).await;
    assert_eq!(store.db.logins().running(&owner(1)).await.unwrap(), None);
    assert_eq!(
        store
            .db
            .logins()
            .start(&login(&owner(1), 11))
            .await
            .unwrap(),
        None
    );
}

#[rstest]
#[tokio::test]
async fn a_login_that_is_born_over_is_stored_beside_one_that_runs(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let running = login(&owner(1), 0);
    store.db.logins().start(&running).await.unwrap();
    let over = login(&owner(1), 1).ended(Ending::Cancelled);
    assert_eq!(store.db.logins().start(&over).await.unwrap(), None);
    assert_eq!(store.db.logins().find(over.id).await.unwrap(), Some(over));
    assert_eq!(
        store.db.logins().running(&owner(1)).await.unwrap(),
        Some(running)
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_logins_begun_at_once_one_is_stored(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let other = store.other_node().await;
    let begins = (0..20).map(|n| {
        let db = if n % 2 == 0 { &store.db } else { &other }.clone();
        tokio::spawn(async move {
            let login = login(&owner(1), n);
            let running = db.logins().start(&login).await.unwrap();
            (
                running.is_none(),
                running.map_or(login.id, |login| login.id),
            )
        })
    });
    let begun: Vec<_> = join_all(begins)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(begun.iter().filter(|(stored, _)| *stored).count(), 1);
    let ids: HashSet<_> = begun.iter().map(|(_, id)| *id).collect();
    assert_eq!(ids.len(), 1);
}

#[rstest]
#[tokio::test]
async fn what_is_missing_is_not_found(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    assert_eq!(db.logins().find(missing()).await.unwrap(), None);
    let claimed = db.logins().claim(missing(), &node()).await;
    assert!(matches!(claimed, Err(StoreError::NotFound(_))));
    assert!(matches!(
        db.logins().intent(missing()).await,
        Err(StoreError::NotFound(_))
    ));
    let login = login(&owner(1), 0);
    let unsaved = db.logins().save(saved(&login, Fence(1))).await;
    assert!(matches!(unsaved, Err(StoreError::Fenced(_))));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_claims_only_the_last_may_write(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let other = store.other_node().await;
    let first = login(&owner(1), 0);
    store.db.logins().start(&first).await.unwrap();
    let claims = (0..12).map(|n| {
        let db = if n % 2 == 0 { &store.db } else { &other }.clone();
        let id = first.id;
        tokio::spawn(async move { db.logins().claim(id, &node()).await.unwrap().fence })
    });
    let fences: Vec<_> = join_all(claims)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let distinct: HashSet<_> = fences.iter().collect();
    assert_eq!(distinct.len(), fences.len());
    let last = *fences.iter().max().unwrap();

    let changed = in_state(first.clone(), QrAsking::Migrating { dc: 2 }.into());
    for fence in fences.into_iter().filter(|fence| *fence != last) {
        let late = store.db.logins().save(saved(&changed, fence)).await;
        assert!(matches!(late, Err(StoreError::Fenced(_))));
    }
    assert_eq!(store.db.logins().find(first.id).await.unwrap(), Some(first));
    store.db.logins().save(saved(&changed, last)).await.unwrap();
    assert_eq!(
        store.db.logins().find(changed.id).await.unwrap(),
        Some(changed)
    );
}

#[rstest]
#[tokio::test]
async fn a_half_session_is_kept_replaced_and_erased(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let login = login(&owner(1), 0);
    db.logins().start(&login).await.unwrap();
    let mut held = db.logins().claim(login.id, &node()).await.unwrap();
    assert_eq!(held.session, None);
    let steps = [
        (HalfSession::Replace(sealed("one")), Some(sealed("one"))),
        (HalfSession::Keep, Some(sealed("one"))),
        (HalfSession::Replace(sealed("two")), Some(sealed("two"))),
        (HalfSession::Erase, None),
        (HalfSession::Keep, None),
    ];
    for (session, expected) in steps {
        let saved = Saved {
            session,
            ..saved(&login, held.fence)
        };
        db.logins().save(saved).await.unwrap();
        held = db.logins().claim(login.id, &node()).await.unwrap();
        assert_eq!(held.session, expected);
        assert_eq!(held.login, login);
    }
}

#[rstest]
#[tokio::test]
async fn notices_are_queued_with_the_login_or_not_at_all(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let begun = login(&owner(1), 0);
    db.logins().start(&begun).await.unwrap();
    let stale = db.logins().claim(begun.id, &node()).await.unwrap().fence;
    let fence = db.logins().claim(begun.id, &node()).await.unwrap().fence;
    let expired = over(begun, Ending::Expired, 10);
    let notice = notice(&owner(1), 10);
    let with_notice = |fence| Saved {
        notices: vec![notice.clone()],
        ..saved(&expired, fence)
    };

    let late = db.logins().save(with_notice(stale)).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))));
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(20), at(30), 10)
            .await
            .unwrap(),
        []
    );

    // Saved again, for example because the answer was lost.
    db.logins().save(with_notice(fence)).await.unwrap();
    db.logins().save(with_notice(fence)).await.unwrap();
    let taken = db
        .outbox()
        .take(&tenant(), at(20), at(30), 10)
        .await
        .unwrap();
    assert_eq!(taken, slice::from_ref(&notice));
}

#[rstest]
#[tokio::test]
async fn a_later_wish_replaces_an_earlier_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let login = login(&owner(1), 0);
    db.logins().start(&login).await.unwrap();
    assert_eq!(db.logins().intent(login.id).await.unwrap(), None);
    for intent in [Intent::Cancel, Intent::Supersede] {
        db.logins().set_intent(login.id, intent).await.unwrap();
        assert_eq!(db.logins().intent(login.id).await.unwrap(), Some(intent));
        let claimed = db.logins().claim(login.id, &node()).await.unwrap();
        assert_eq!(claimed.intent, Some(intent));
    }
}

#[rstest]
#[tokio::test]
async fn nothing_is_wanted_of_a_login_that_is_over(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let over = login(&owner(1), 0).ended(Ending::Expired);
    db.logins().start(&over).await.unwrap();
    db.logins()
        .set_intent(over.id, Intent::Cancel)
        .await
        .unwrap();
    assert_eq!(db.logins().intent(over.id).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn unattended_are_those_that_run_and_those_with_a_due_clean_up(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let running_late = login(&owner(1), 5);
    let running = login(&owner(2), 1);
    let mut due = login(&owner(3), 2).ended(Ending::Expired);
    due.cleanup_at = Some(at(100));
    let mut not_due = login(&owner(4), 0).ended(Ending::Expired);
    not_due.cleanup_at = Some(at(101));
    let clean = login(&owner(5), 0).ended(Ending::Cancelled);
    for login in [&running_late, &running, &due, &not_due, &clean] {
        db.logins().start(login).await.unwrap();
    }
    let ids = unattended(&db.logins(), at(100), 10).await;
    assert_eq!(ids, [running.id, due.id, running_late.id]);
    let ids = unattended(&db.logins(), at(100), 2).await;
    assert_eq!(ids, [running.id, due.id]);
}

async fn unattended(db: &dyn Logins, now: Timestamp, limit: u32) -> Vec<LoginId> {
    let found = db.unattended(&tenant(), now, limit).await.unwrap();
    found.into_iter().map(|found| found.login).collect()
}

#[rstest]
#[tokio::test]
async fn a_login_says_which_node_has_it_until_that_gives_it_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let begun = login(&owner(1), 0);
    db.logins().start(&begun).await.unwrap();
    let holder = || async {
        let found = db.logins().unattended(&tenant(), at(1), 1).await.unwrap();
        found.into_iter().next().unwrap().node
    };
    assert_eq!(holder().await, None);
    let (one, two) = (node(), node());
    let old = db.logins().claim(begun.id, &one).await.unwrap();
    assert_eq!(holder().await, Some(one));
    let new = db.logins().claim(begun.id, &two).await.unwrap();
    // Who lost it cannot give it back.
    db.logins().release(begun.id, old.fence).await.unwrap();
    assert_eq!(holder().await, Some(two));
    db.logins().release(begun.id, new.fence).await.unwrap();
    assert_eq!(holder().await, None);
}

#[rstest]
#[tokio::test]
async fn pruning_takes_only_what_is_over_and_clean(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let running = login(&owner(1), 0);
    let old = over(login(&owner(2), 0), Ending::Expired, 10);
    let young = over(login(&owner(3), 0), Ending::Expired, 20);
    let mut unclean = over(login(&owner(4), 0), Ending::Expired, 10);
    unclean.cleanup_at = Some(at(11));
    for login in [&running, &old, &young, &unclean] {
        db.logins().start(login).await.unwrap();
    }
    assert_eq!(db.logins().prune(at(20)).await.unwrap(), 1);
    assert_eq!(db.logins().prune(at(20)).await.unwrap(), 0);
    for (login, kept) in [
        (&running, true),
        (&old, false),
        (&young, true),
        (&unclean, true),
    ] {
        let found = db.logins().find(login.id).await.unwrap();
        assert_eq!(found.is_some(), kept);
    }
}
