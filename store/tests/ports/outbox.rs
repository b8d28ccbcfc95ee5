//! Notices that wait.

use std::collections::HashSet;
use std::slice;

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::login::Failure;
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::ports::{Logins, Outbox, Saved};
use sesame_store::Database;

use crate::backend::Backend;
use crate::make::{Starts as _, at, login, node, notice, owner, saved, tenant};

async fn queue(db: &Database, notices: Vec<Notice>) {
    let login = login(&owner(9), 0);
    db.logins().start(&login).await.unwrap();
    let fence = db.logins().claim(login.id, &node()).await.unwrap().fence;
    let with_notices = Saved {
        notices,
        ..saved(&login, fence)
    };
    db.logins().save(with_notices).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn every_kind_of_notice_comes_back_as_it_was(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let kinds = [
        NoticeKind::Linked {
            device: "Phöne".into(),
        },
        NoticeKind::LoginFailed {
            failure: Failure::Flood { until: at(77) },
        },
        NoticeKind::LoginFailed {
            failure: Failure::WrongAccount,
        },
        NoticeKind::LoginExpired,
        NoticeKind::SessionDied {
            cause: "revoked".into(),
        },
        NoticeKind::Unlinked,
    ];
    let notices: Vec<_> = (0..)
        .zip(kinds)
        .map(|(seconds, kind)| Notice {
            kind,
            ..notice(&owner(1), seconds)
        })
        .collect();
    queue(&db, notices.clone()).await;
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(60), at(90), 10)
            .await
            .unwrap(),
        notices
    );
}

#[rstest]
#[tokio::test]
async fn notices_are_taken_oldest_first_and_held(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let [third, first, second, future] = [30, 10, 20, 99].map(|created| notice(&owner(1), created));
    queue(
        &db,
        vec![third.clone(), first.clone(), second.clone(), future],
    )
    .await;
    let taken = db
        .outbox()
        .take(&tenant(), at(50), at(60), 2)
        .await
        .unwrap();
    assert_eq!(taken, [first.clone(), second.clone()]);
    let taken = db
        .outbox()
        .take(&tenant(), at(50), at(60), 10)
        .await
        .unwrap();
    assert_eq!(taken, slice::from_ref(&third));
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(59), at(70), 10)
            .await
            .unwrap(),
        []
    );
    // The sender died: the hold is over.
    let taken = db
        .outbox()
        .take(&tenant(), at(60), at(70), 10)
        .await
        .unwrap();
    assert_eq!(taken, [first, second, third]);
}

#[rstest]
#[tokio::test]
async fn a_failed_notice_waits_and_a_sent_one_is_gone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let [failing, sent] = [10, 20].map(|created| notice(&owner(1), created));
    queue(&db, vec![failing.clone(), sent.clone()]).await;
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(50), at(60), 10)
            .await
            .unwrap()
            .len(),
        2
    );
    db.outbox().later(failing.id, at(80)).await.unwrap();
    db.outbox().done(sent.id).await.unwrap();
    db.outbox().done(sent.id).await.unwrap();
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(79), at(90), 10)
            .await
            .unwrap(),
        []
    );
    let again = Notice {
        attempts: 1,
        ..failing
    };
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(80), at(90), 10)
            .await
            .unwrap(),
        [again]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senders_that_take_at_once_never_get_the_same_notice(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let notices: Vec<_> = (0..40).map(|n| notice(&owner(1), n)).collect();
    queue(&store.db, notices).await;
    let other = store.other_node().await;
    let takes = (0..8).map(|n| {
        let db = if n % 2 == 0 { &store.db } else { &other }.clone();
        tokio::spawn(async move {
            db.outbox()
                .take(&tenant(), at(50), at(60), 10)
                .await
                .unwrap()
        })
    });
    let taken: Vec<_> = join_all(takes)
        .await
        .into_iter()
        .flat_map(Result::unwrap)
        .collect();
    let distinct: HashSet<_> = taken.iter().map(|notice| notice.id).collect();
    assert_eq!(distinct.len(), taken.len());
}

/// As many as are taken at a time, and older than what is understood.
#[rstest]
#[tokio::test]
async fn notices_of_a_newer_program_hold_up_no_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let newer: Vec<_> = (0..25).map(|n| notice(&owner(1), n)).collect();
    queue(&db, newer).await;
    store
        .sql("UPDATE outbox SET notice = '{\"kind\":\"of_a_newer_program\",\"x\":1}'")
        .await
        .unwrap();
    let known = notice(&owner(2), 40);
    let second = login(&owner(8), 0);
    db.logins().start(&second).await.unwrap();
    let fence = db.logins().claim(second.id, &node()).await.unwrap().fence;
    let with_notice = Saved {
        notices: vec![known.clone()],
        ..saved(&second, fence)
    };
    db.logins().save(with_notice).await.unwrap();

    assert_eq!(
        db.outbox()
            .take(&tenant(), at(50), at(60), 10)
            .await
            .unwrap(),
        [known]
    );
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(50), at(60), 10)
            .await
            .unwrap(),
        []
    );
    // They are not even held: whoever understands them can have them at once.
    let due = "UPDATE outbox SET notice = '{\"kind\":\"login_expired\"}' WHERE due_at = created_at";
    assert_eq!(store.sql(due).await.unwrap(), 25);
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(50), at(60), 100)
            .await
            .unwrap()
            .len(),
        25
    );
}
