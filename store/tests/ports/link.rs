//! Linking: one transaction, once for each session id.

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::account::{Account, Health};
use sesame_domain::audit::{Action, Actor};
use sesame_domain::login::{Ending, Login};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::ports::{
    Accounts, EndedLogin, HalfSession, LinkRequest, Logins, Outbox, Saved, StoreError,
};

use crate::backend::Backend;
use crate::make::{
    at, audited, authorized, device, end, entry, linked, linking, node, notice, owner, profile,
    request, saved, sealed, session_id, tenant,
};

#[rstest]
#[tokio::test]
async fn linking_makes_an_account_with_a_session_and_an_audit_entry(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let claimed = linking(&db, &owner(1), 0).await;
    let session = session_id();
    let request = request(&claimed, session, 10);
    let account = db.logins().link(request.clone()).await.unwrap().account;
    let expected = Account {
        id: request.new_account,
        owner: owner(1),
        profile: profile("Ann"),
        session,
        device: device(),
        health: Health::Alive,
        linked_at: at(10),
        checked_at: at(10),
        used_at: at(10),
    };
    assert_eq!(account, expected);
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), Some(expected));

    let stored = db.accounts().claim_session(session, &node()).await.unwrap();
    assert_eq!((stored.id, stored.owner), (session, owner(1)));
    assert_eq!(stored.sealed, sealed("session"));

    let audit = audited(&db, &owner(1)).await;
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0].action, Action::AccountLinked);
    assert_eq!(audit[0].actor, Actor::Owner);
    assert_eq!(audit[0].subject, account.id.as_uuid());
    assert_eq!(audit[0].at, at(10));
}

#[rstest]
#[tokio::test]
async fn linking_ends_the_login_and_erases_the_half_session(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let claimed = linking(&db, &owner(1), 0).await;
    let half = Saved {
        session: HalfSession::Replace(sealed("half")),
        ..saved(&claimed.login, claimed.fence)
    };
    db.logins().save(half).await.unwrap();
    let said = NoticeKind::Linked {
        device: "a telephone".into(),
    };
    let end = |login: &Login, account| EndedLogin {
        notices: vec![Notice {
            kind: said.clone(),
            ..notice(&login.owner, 10)
        }],
        audit: vec![entry(
            &login.owner,
            login.id.as_uuid(),
            Action::LoginEnded,
            10,
        )],
        ..authorized(login, account)
    };
    let request = LinkRequest {
        end: &end,
        ..request(&claimed, session_id(), 10)
    };
    let linked = db.logins().link(request).await.unwrap();
    assert_eq!(
        linked.login,
        authorized(&claimed.login, linked.account.id).login
    );
    let after = db.logins().claim(claimed.login.id, &node()).await.unwrap();
    assert_eq!((after.session, after.login), (None, linked.login));
    let queued = db
        .outbox()
        .take(&tenant(), at(10), at(20), 10)
        .await
        .unwrap();
    let kinds: Vec<_> = queued.into_iter().map(|notice| notice.kind).collect();
    assert_eq!(kinds, [said]);
    let audit = audited(&db, &owner(1)).await;
    let actions: Vec<_> = audit.iter().map(|entry| &entry.action).collect();
    assert_eq!(actions, [&Action::LoginEnded, &Action::AccountLinked]);
}

#[rstest]
#[tokio::test]
async fn linking_the_same_session_twice_is_linking_it_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let mut claimed = linking(&db, &owner(1), 0).await;
    let session = session_id();
    let account = db
        .logins()
        .link(request(&claimed, session, 10))
        .await
        .unwrap()
        .account;
    // A node of an older program died before it saved the login; another one takes
    // over.
    db.logins()
        .save(saved(&claimed.login, claimed.fence))
        .await
        .unwrap();
    claimed.fence = db
        .logins()
        .claim(claimed.login.id, &node())
        .await
        .unwrap()
        .fence;
    let again = LinkRequest {
        sealed: sealed("sealed anew"),
        ..request(&claimed, session, 20)
    };
    assert_eq!(db.logins().link(again).await.unwrap().account, account);
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), Some(account));
    assert_eq!(
        db.accounts().leaving(&tenant(), at(99), 10).await.unwrap(),
        []
    );
    assert_eq!(audited(&db, &owner(1)).await.len(), 1);
    let stored = db.accounts().claim_session(session, &node()).await.unwrap();
    assert_eq!(stored.sealed, sealed("session"));
}

#[rstest]
#[tokio::test]
async fn linking_again_keeps_the_account_and_lets_the_older_session_leave(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let first = linked(&db, &owner(1), 0).await;
    let dead = Health::Frozen { since: at(5) };
    db.accounts()
        .set_health(first.id, first.session, dead, at(5), None)
        .await
        .unwrap();

    let claimed = linking(&db, &owner(1), 10).await;
    let session = session_id();
    let again = LinkRequest {
        profile: profile("Ann B."),
        ..request(&claimed, session, 20)
    };
    let second = db.logins().link(again).await.unwrap().account;
    assert_eq!(second.id, first.id);
    assert_eq!(second.session, session);
    assert_eq!(second.profile, profile("Ann B."));
    assert_eq!(second.health, Health::Alive);
    assert_eq!(second.linked_at, at(20));
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), Some(second));

    assert_eq!(
        db.accounts().leaving(&tenant(), at(19), 10).await.unwrap(),
        []
    );
    let leaving = db.accounts().leaving(&tenant(), at(20), 10).await.unwrap();
    assert_eq!(leaving.len(), 1);
    assert_eq!((leaving[0].id, leaving[0].attempts), (first.session, 0));
    assert_eq!(leaving[0].owner, owner(1));
}

#[rstest]
#[tokio::test]
async fn a_stale_claim_links_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let stale = linking(&db, &owner(1), 0).await;
    db.logins().claim(stale.login.id, &node()).await.unwrap();
    let late = db.logins().link(request(&stale, session_id(), 10)).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))));
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), None);
    assert_eq!(audited(&db, &owner(1)).await, []);
}

#[rstest]
#[tokio::test]
async fn an_unlinked_session_does_not_come_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let claimed = linking(&db, &owner(1), 0).await;
    let session = session_id();
    let account = db
        .logins()
        .link(request(&claimed, session, 10))
        .await
        .unwrap()
        .account;
    let audit = entry(&owner(1), account.id.as_uuid(), Action::AccountUnlinked, 11);
    assert!(
        db.accounts()
            .unlink(&owner(1), account.id, audit, None)
            .await
            .unwrap()
    );
    let again = db.logins().link(request(&claimed, session, 12)).await;
    assert!(matches!(again, Err(StoreError::NotFound(_))));
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn logins_that_link_at_once_leave_one_account_and_one_session_in_use(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    // The logins are over, but their drivers do not know yet.
    let mut claims = Vec::new();
    for begun in 0..3 {
        let claimed = linking(&store.db, &owner(1), begun).await;
        end(&store.db, &claimed, Ending::Superseded, 10).await;
        claims.push(claimed);
    }
    let links = claims.into_iter().map(|claimed| {
        let db = store.db.clone();
        tokio::spawn(async move {
            db.logins()
                .link(request(&claimed, session_id(), 20))
                .await
                .unwrap()
                .account
        })
    });
    let accounts: Vec<_> = join_all(links)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(accounts.iter().all(|account| account.id == accounts[0].id));
    assert_eq!(
        store
            .db
            .accounts()
            .of(&owner(1))
            .await
            .unwrap()
            .iter()
            .count(),
        1
    );
    assert_eq!(
        store
            .db
            .accounts()
            .leaving(&tenant(), at(20), 10)
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(audited(&store.db, &owner(1)).await.len(), 3);
}
