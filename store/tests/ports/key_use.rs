//! What still needs a version of the wrapping key.

use rstest::rstest;
use sesame_domain::audit::Action;
use sesame_domain::keys::KeyUse;
use sesame_domain::login::{Password, Proving, Qr, QrAsking, State};
use sesame_domain::ports::{
    Accounts, HalfSession, InstanceSecrets, KeyRegister, Logins, Peers, Saved, StoreError,
};
use sesame_domain::sealed::Sealed;
use sesame_domain::session::SessionClaim;
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::Backend;
use crate::keys::{audit_of_keys, retire, three};
use crate::make::{
    Starts as _, at, entry, in_state, linked, login, node, owner, saved, sealed, under,
};

#[derive(Clone, Copy, Debug)]
enum Holder {
    Session,
    Peers,
    Leaving,
    HalfSession,
    QrToken,
    PasswordHint,
    Secret,
}

impl Holder {
    async fn hold(self, db: &Database) {
        match self {
            Self::Session => {
                linked(db, &owner(1), 0).await;
            }
            Self::Peers => {
                let account = linked(db, &owner(1), 0).await;
                let claimed = db
                    .accounts()
                    .claim_session(account.session, &node())
                    .await
                    .unwrap();
                let claim = SessionClaim {
                    session: account.session,
                    fence: claimed.fence,
                };
                db.peers().save(&claim, &sealed("peers")).await.unwrap();
                // Only the peers are under the version that is looked at.
                let anew = under("k3", "session");
                db.accounts()
                    .save_session(claim.session, claim.fence, &anew)
                    .await
                    .unwrap();
            }
            Self::Leaving => {
                let account = linked(db, &owner(1), 0).await;
                let audit = entry(&owner(1), Uuid::nil(), Action::AccountUnlinked, 5);
                assert!(
                    db.accounts()
                        .unlink(&owner(1), account.id, audit, None)
                        .await
                        .unwrap()
                );
            }
            Self::HalfSession => {
                begun(
                    db,
                    QrAsking::Starting.into(),
                    HalfSession::Replace(sealed("half")),
                )
                .await;
            }
            Self::QrToken => begun(db, pending(sealed("token")), HalfSession::Keep).await,
            Self::PasswordHint => {
                let password = Password {
                    hint: Some(sealed("hint")),
                    attempts_left: 3,
                    rejected: false,
                };
                begun(
                    db,
                    Proving::password_required(password).into(),
                    HalfSession::Keep,
                )
                .await;
            }
            Self::Secret => {
                db.secrets().put("audit", &sealed("secret")).await.unwrap();
            }
        }
    }

    fn uses(self) -> KeyUse {
        let (sessions, passing, secrets, peers) = match self {
            Self::Session | Self::Leaving | Self::HalfSession => (1, 0, 0, 0),
            Self::Peers => (0, 0, 0, 1),
            Self::QrToken | Self::PasswordHint => (0, 1, 0, 0),
            Self::Secret => (0, 0, 1, 0),
        };
        KeyUse {
            key_id: "k1".into(),
            sessions,
            passing,
            secrets,
            peers,
            exports: 0,
        }
    }
}

fn pending(token: Sealed) -> State {
    let code = Qr {
        token,
        expires_at: at(30),
        renew_at: at(20),
    };
    QrAsking::Pending(code).into()
}

/// A login in that state, with that session.
async fn begun(db: &Database, state: State, session: HalfSession) {
    let begun = login(&owner(1), 0);
    db.logins().start(&begun).await.unwrap();
    let claimed = db.logins().claim(begun.id, &node()).await.unwrap();
    let begun = in_state(begun, state);
    let saved = Saved {
        session,
        ..saved(&begun, claimed.fence)
    };
    db.logins().save(saved).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_version_is_not_retired_while_it_wraps_something(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(
        Holder::Session,
        Holder::Peers,
        Holder::Leaving,
        Holder::HalfSession,
        Holder::QrToken,
        Holder::PasswordHint,
        Holder::Secret
    )]
    holder: Holder,
) {
    let store = backend.store().await;
    let db = &store.db;
    three(db).await;
    assert_eq!(db.keys().in_use().await.unwrap(), []);
    holder.hold(db).await;
    let mut uses = db.keys().in_use().await.unwrap();
    uses.retain(|used| used.key_id == "k1");
    assert_eq!(uses, [holder.uses()]);
    let refused = retire(db, 2).await;
    assert!(matches!(refused, Err(StoreError::Inconsistent(_))));
    assert_eq!(db.keys().minimum().await.unwrap(), 1);
    assert_eq!(
        audit_of_keys(db).await,
        [Action::KeyRotated, Action::KeyRotated]
    );
}

#[rstest]
#[tokio::test]
async fn a_session_without_a_data_key_keeps_no_version_in_use(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    three(db).await;
    let account = linked(db, &owner(1), 0).await;
    let entry = |action| entry(&owner(1), Uuid::nil(), action, 5);
    db.accounts()
        .unlink(&owner(1), account.id, entry(Action::AccountUnlinked), None)
        .await
        .unwrap();
    let destroyed = entry(Action::DataKeyDestroyed);
    db.accounts()
        .destroy_data_key(account.session, destroyed)
        .await
        .unwrap();
    assert_eq!(db.keys().in_use().await.unwrap(), []);
    retire(db, 2).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn what_is_in_use_is_counted_for_each_version(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    three(db).await;
    for person in 2..=4 {
        linked(db, &owner(person), 0).await;
    }
    db.secrets()
        .put("audit", &under("k2", "secret"))
        .await
        .unwrap();
    let half = HalfSession::Replace(under("k2", "half"));
    begun(db, pending(under("k3", "token")), half).await;
    let expected = [
        KeyUse {
            sessions: 3,
            ..Holder::Session.uses()
        },
        KeyUse {
            key_id: "k2".into(),
            sessions: 1,
            passing: 0,
            secrets: 1,
            peers: 0,
            exports: 0,
        },
        KeyUse {
            key_id: "k3".into(),
            ..Holder::QrToken.uses()
        },
    ];
    assert_eq!(db.keys().in_use().await.unwrap(), expected);
    // What a version above wraps is in no one's way; what one below does, is.
    let refused = retire(db, 3).await;
    assert!(matches!(refused, Err(StoreError::Inconsistent(_))));
}

/// The login's node wrote its session, but did not commit yet.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_written_is_waited_for() {
    use sea_orm::{ConnectionTrait, TransactionTrait};

    let store = Backend::Postgres.store().await;
    three(&store.db).await;
    let writer = sea_orm::Database::connect(&store.url).await.unwrap();
    let tx = writer.begin().await.unwrap();
    tx.execute_unprepared(
        "INSERT INTO instance_secrets (name, id, key_id, wrapped_key, ciphertext) \
         VALUES ('late', '00000000-0000-0000-0000-000000000001', 'k1', 'x', 'x')",
    )
    .await
    .unwrap();
    // It does not wait for ever: that would keep others from writing.
    let waited = retire(&store.db, 2).await;
    assert!(matches!(waited, Err(StoreError::Unavailable(_))));
    tx.commit().await.unwrap();
    let refused = retire(&store.db, 2).await;
    assert!(matches!(refused, Err(StoreError::Inconsistent(_))));
}
