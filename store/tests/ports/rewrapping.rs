//! Wrapping data keys anew.

use rstest::rstest;
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::ids::{Owner, SessionId};
use sesame_domain::login::QrAsking;
use sesame_domain::ports::{
    Accounts, HalfSession, InstanceSecrets, Logins, Peers, Rewrapped, Rewrapping, Saved,
    WrappedKey, WrappedPlace,
};
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use sesame_domain::session::SessionClaim;
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::Backend;
use crate::exports;
use crate::make::{
    Starts as _, at, audited, entry, in_state, linked, login, node, owner, saved, sealed, tenant,
    under,
};

const PLACES: [WrappedPlace; 5] = [
    WrappedPlace::Session,
    WrappedPlace::Peers,
    WrappedPlace::LoginSession,
    WrappedPlace::Secret,
    WrappedPlace::Export,
];

fn audit() -> AuditEntry {
    entry(&Owner::instance(), Uuid::nil(), Action::KeysRewrapped, 10)
}

fn anew(before: WrappedKey) -> Rewrapped {
    Rewrapped {
        key_id: "k2".into(),
        wrapped_key: before.wrapped_key.iter().rev().copied().collect(),
        before,
    }
}

/// The sealed value after [`anew`].
fn rewrapped(before: &Sealed) -> Sealed {
    Sealed {
        key_id: "k2".into(),
        wrapped_key: before.wrapped_key.iter().rev().copied().collect(),
        ciphertext: before.ciphertext.clone(),
    }
}

async fn under_others(db: &Database, place: WrappedPlace) -> Vec<WrappedKey> {
    db.rewrapping()
        .wrapped_by_others("k2", place, None, 100)
        .await
        .unwrap()
}

async fn rewrap(db: &Database, keys: Vec<WrappedKey>) -> u64 {
    let batch: Vec<_> = keys.into_iter().map(anew).collect();
    db.rewrapping().rewrap(&batch, audit()).await.unwrap()
}

/// A login with a session under k1.
async fn half_signed_in(db: &Database, owner: &Owner) -> sesame_domain::login::Login {
    let begun = login(owner, 0);
    db.logins().start(&begun).await.unwrap();
    let claimed = db.logins().claim(begun.id, &node()).await.unwrap();
    let begun = in_state(begun, QrAsking::Starting.into());
    let saved = Saved {
        session: HalfSession::Replace(sealed("half")),
        ..saved(&begun, claimed.fence)
    };
    db.logins().save(saved).await.unwrap();
    begun
}

/// A session with peers under k1.
async fn met_someone(db: &Database, session: SessionId) {
    let claimed = db.accounts().claim_session(session, &node()).await.unwrap();
    let claim = SessionClaim {
        session,
        fence: claimed.fence,
    };
    db.peers().save(&claim, &sealed("peers")).await.unwrap();
}

async fn unlink(db: &Database, person: i64, account: sesame_domain::ids::AccountId) {
    let audit = entry(
        &owner(person),
        account.as_uuid(),
        Action::AccountUnlinked,
        5,
    );
    let unlinked = db
        .accounts()
        .unlink(&owner(person), account, audit, None)
        .await;
    assert!(unlinked.unwrap());
}

#[rstest]
#[tokio::test]
async fn keys_are_listed_with_what_they_are_bound_to(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    for place in PLACES {
        assert_eq!(under_others(db, place).await, []);
    }
    let session = linked(db, &owner(1), 0).await.session;
    met_someone(db, session).await;
    let login = half_signed_in(db, &owner(2)).await;
    db.secrets().put("audit", &sealed("secret")).await.unwrap();
    let expected = |place, binding| {
        [WrappedKey {
            place,
            binding,
            key_id: "k1".into(),
            wrapped_key: sealed("").wrapped_key,
        }]
    };
    assert_eq!(
        under_others(db, WrappedPlace::Session).await,
        expected(WrappedPlace::Session, Binding::session(&owner(1), session))
    );
    assert_eq!(
        under_others(db, WrappedPlace::Peers).await,
        expected(WrappedPlace::Peers, Binding::peers(&owner(1), session))
    );
    assert_eq!(
        under_others(db, WrappedPlace::LoginSession).await,
        expected(
            WrappedPlace::LoginSession,
            Binding::login(&owner(2), login.id, Purpose::LoginSession)
        )
    );
    let account = linked(db, &owner(3), 0).await;
    let export = exports::kept(db, &account).await;
    assert_eq!(
        under_others(db, WrappedPlace::Export).await,
        expected(WrappedPlace::Export, Binding::export(&owner(3), export))
    );
    assert_eq!(
        under_others(db, WrappedPlace::Secret).await,
        expected(WrappedPlace::Secret, Binding::secret("audit"))
    );
    for place in PLACES {
        let others = db
            .rewrapping()
            .wrapped_by_others("k1", place, None, 100)
            .await;
        assert_eq!(others.unwrap(), []);
    }
}

#[rstest]
#[tokio::test]
async fn only_the_wrapped_keys_change(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let session = linked(db, &owner(1), 0).await.session;
    let claimed_session = db.accounts().claim_session(session, &node()).await.unwrap();
    let login = half_signed_in(db, &owner(2)).await;
    let claimed_login = db.logins().claim(login.id, &node()).await.unwrap();
    db.secrets().put("audit", &sealed("secret")).await.unwrap();

    let mut all = Vec::new();
    for place in PLACES {
        all.extend(under_others(db, place).await);
    }
    assert_eq!(rewrap(db, all).await, 3);
    for place in PLACES {
        assert_eq!(under_others(db, place).await, []);
    }
    let secret = db.secrets().find("audit").await.unwrap().unwrap();
    assert_eq!(secret, rewrapped(&sealed("secret")));

    // Whoever held a claim has it still.
    db.logins()
        .save(saved(&login, claimed_login.fence))
        .await
        .unwrap();
    let after = db.logins().claim(login.id, &node()).await.unwrap();
    assert_eq!(after.session, Some(rewrapped(&sealed("half"))));
    assert_eq!(after.login, login);
    let after = db.accounts().claim_session(session, &node()).await.unwrap();
    assert_eq!(after.sealed, rewrapped(&claimed_session.sealed));
    assert_eq!(after.fence.0, claimed_session.fence.0 + 1);
    assert_eq!(audited(db, &Owner::instance()).await, [audit()]);
}

#[rstest]
#[tokio::test]
async fn a_row_that_changed_since_is_left_alone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let mut sessions = Vec::new();
    for person in 1..=4 {
        sessions.push(linked(db, &owner(person), 0).await.session);
    }
    let read = under_others(db, WrappedPlace::Session).await;
    // Another version, another data key under the same one, and gone.
    let other_key = Sealed {
        wrapped_key: vec![9],
        ..sealed("changed")
    };
    let changes = [under("k3", "changed"), other_key];
    for (session, change) in sessions.iter().zip(&changes) {
        let claimed = db
            .accounts()
            .claim_session(*session, &node())
            .await
            .unwrap();
        db.accounts()
            .save_session(*session, claimed.fence, change)
            .await
            .unwrap();
    }
    let account = db.accounts().of(&owner(3)).await.unwrap().unwrap();
    unlink(db, 3, account.id).await;
    let destroyed = entry(&owner(3), Uuid::nil(), Action::DataKeyDestroyed, 6);
    db.accounts()
        .destroy_data_key(sessions[2], destroyed)
        .await
        .unwrap();

    assert_eq!(rewrap(db, read).await, 1);
    for (session, change) in sessions.iter().zip(&changes) {
        let stored = db
            .accounts()
            .claim_session(*session, &node())
            .await
            .unwrap();
        assert_eq!(stored.sealed, *change);
    }
    let keyless = db
        .accounts()
        .claim_session(sessions[2], &node())
        .await
        .unwrap();
    assert_eq!(keyless.sealed.key_id, "");
    assert!(keyless.sealed.wrapped_key.is_empty());
    let stored = db
        .accounts()
        .claim_session(sessions[3], &node())
        .await
        .unwrap();
    assert_eq!(stored.sealed.key_id, "k2");
}

#[rstest]
#[tokio::test]
async fn what_comes_too_late_altogether_is_not_audited(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    linked(db, &owner(1), 0).await;
    let read = under_others(db, WrappedPlace::Session).await;
    assert_eq!(rewrap(db, read.clone()).await, 1);
    assert_eq!(rewrap(db, read).await, 0);
    assert_eq!(db.rewrapping().rewrap(&[], audit()).await.unwrap(), 0);
    assert_eq!(audited(db, &Owner::instance()).await, [audit()]);
}

#[rstest]
#[tokio::test]
async fn leaving_sessions_are_rewrapped_unless_their_data_key_is_destroyed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let mut sessions = Vec::new();
    for person in 1..=2 {
        let account = linked(db, &owner(person), 0).await;
        unlink(db, person, account.id).await;
        sessions.push(account.session);
    }
    let destroyed = entry(&owner(1), Uuid::nil(), Action::DataKeyDestroyed, 6);
    db.accounts()
        .destroy_data_key(sessions[0], destroyed)
        .await
        .unwrap();
    let read = under_others(db, WrappedPlace::Session).await;
    let subjects: Vec<_> = read.iter().map(|key| key.binding.subject).collect();
    assert_eq!(subjects, [sessions[1].as_uuid()]);
    assert_eq!(rewrap(db, read).await, 1);
    let leaving = db.accounts().leaving(&tenant(), at(99), 10).await.unwrap();
    assert_eq!(leaving.len(), 2);
}

#[rstest]
#[tokio::test]
async fn batches_go_on_after_an_id_and_miss_none(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let mut sessions = Vec::new();
    // Under three versions, one of which is the one to come.
    let keys = ["k1", "k2", "k3", "k1", "k2", "k3", "k1"];
    for (person, key) in (1..).zip(keys) {
        let session = linked(db, &owner(person), 0).await.session;
        let claimed = db.accounts().claim_session(session, &node()).await.unwrap();
        db.accounts()
            .save_session(session, claimed.fence, &under(key, "any"))
            .await
            .unwrap();
        if key != "k2" {
            sessions.push(session.as_uuid());
        }
    }
    sessions.sort();
    let mut seen: Vec<Uuid> = Vec::new();
    loop {
        let page = db
            .rewrapping()
            .wrapped_by_others("k2", WrappedPlace::Session, seen.last().copied(), 2)
            .await
            .unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 2);
        seen.extend(page.iter().map(|key| key.binding.subject));
        // Those that are rewrapped on the way are not missed either.
        assert_eq!(rewrap(db, page.clone()).await, page.len() as u64);
    }
    assert_eq!(seen, sessions);
    assert_eq!(under_others(db, WrappedPlace::Session).await, []);
}

#[rstest]
#[tokio::test]
async fn a_large_batch_is_written_whole(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    store.sql(&many_sessions(backend, 2_500)).await.unwrap();
    let read = store
        .db
        .rewrapping()
        .wrapped_by_others("k2", WrappedPlace::Session, None, 5_000)
        .await
        .unwrap();
    assert_eq!(read.len(), 2_500);
    assert_eq!(rewrap(&store.db, read).await, 2_500);
    assert_eq!(under_others(&store.db, WrappedPlace::Session).await, []);
}

/// A statement that adds sessions under k1, each of another person.
fn many_sessions(backend: Backend, count: u32) -> String {
    let (id, bytes) = match backend {
        Backend::Sqlite => ("randomblob(16)", "randomblob(60)"),
        Backend::Postgres => (
            "gen_random_uuid()",
            "decode(md5(n::text) || md5(n::text), 'hex')",
        ),
    };
    format!(
        "INSERT INTO sessions (id, tenant, person, key_id, wrapped_key, ciphertext, state, created_at) \
         WITH RECURSIVE persons (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM persons WHERE n < {count}) \
         SELECT {id}, 'main', n, 'k1', {bytes}, {bytes}, 'in_use', '2026-01-01 00:00:00+00:00' FROM persons"
    )
}

/// Prints how long it takes: `cargo test -- --ignored --nocapture`.
#[rstest]
#[ignore = "a measurement, not a test"]
#[tokio::test]
async fn a_hundred_thousand_sessions(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    const COUNT: u32 = 100_000;
    let store = backend.store().await;
    store.sql(&many_sessions(backend, COUNT)).await.unwrap();
    let (mut reading, mut writing) = (std::time::Duration::ZERO, std::time::Duration::ZERO);
    let mut after = None;
    let mut done = 0;
    loop {
        let began = std::time::Instant::now();
        let page = store
            .db
            .rewrapping()
            .wrapped_by_others("k2", WrappedPlace::Session, after, 500)
            .await
            .unwrap();
        reading += began.elapsed();
        let Some(last) = page.last() else {
            break;
        };
        after = Some(last.binding.subject);
        let began = std::time::Instant::now();
        done += rewrap(&store.db, page).await;
        writing += began.elapsed();
    }
    assert_eq!(done, u64::from(COUNT));
    println!("{backend:?}: read in {reading:?}, written in {writing:?}");
}
