//! What belongs to a session beside its credentials: cursors and peers.

use rstest::rstest;
use sesame_domain::account::Account;
use sesame_domain::audit::Action;
use sesame_domain::ids::{Fence, SessionId};
use sesame_domain::ports::{
    Accounts, BackupSource as _, Cursors, Erasure, Erasures, KeyRegister as _, LinkRequest, Logins,
    Peers, RestoreTarget as _, StoreError,
};
use sesame_domain::session::SessionClaim;
use sesame_domain::session::cursor::{AccountCursor, CursorAdvance, SessionCursors};
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::make::{at, entry, linked, linking, node, owner, request, sealed, session_id, under};

const CURSOR: AccountCursor = AccountCursor {
    pts: 5,
    qts: -1,
    date: 1_800_000_000,
    seq: 3,
};

async fn claim(db: &Database, session: SessionId) -> SessionClaim {
    let claimed = db.accounts().claim_session(session, &node()).await.unwrap();
    SessionClaim {
        session,
        fence: claimed.fence,
    }
}

fn moves(claim: SessionClaim, channels: &[(i64, i32)]) -> CursorAdvance {
    CursorAdvance {
        claim,
        account: Some(CURSOR),
        channels: channels.iter().copied().collect(),
    }
}

/// An account whose session has read something and met someone.
async fn well_read(db: &Database, person: i64) -> (Account, SessionClaim) {
    let account = linked(db, &owner(person), 0).await;
    let claim = claim(db, account.session).await;
    db.cursors()
        .advance(&moves(claim, &[(8, 2), (9, 1)]))
        .await
        .unwrap();
    db.peers().save(&claim, &sealed("peers")).await.unwrap();
    (account, claim)
}

/// What holds of a session's parts beside those of a newer program's session:
/// sealed in another way, and with more channels than there are now.
pub(crate) async fn beside_the_future(store: &Store) {
    let db = &store.db;
    let (known, _) = well_read(db, 1).await;
    well_read(db, 2).await;
    for future in [
        "UPDATE session_peers SET key_id = 'key of the future', wrapped_key = ciphertext WHERE person = 2",
        "UPDATE session_cursors SET pts = -1, qts = -9 WHERE session_id = \
         (SELECT session_id FROM accounts WHERE person = 2)",
        "UPDATE channel_cursors SET channel = -channel WHERE session_id = \
         (SELECT session_id FROM accounts WHERE person = 2)",
    ] {
        store.future(future).await;
    }
    assert_eq!(
        db.peers().of(known.session).await.unwrap(),
        Some(sealed("peers"))
    );
    let cursors = db.cursors().of(known.session).await.unwrap();
    assert_eq!(cursors.channels, [(8, 2), (9, 1)].into());
    // The key that is not known is named among those that are in use.
    let in_use = db.keys().in_use().await.unwrap();
    assert!(in_use.iter().any(|it| it.key_id == "key of the future"));
}

/// Nothing is left of what a session read and met.
async fn assert_forgotten(store: &Store, session: SessionId) {
    assert!(store.db.cursors().of(session).await.unwrap().is_empty());
    assert_eq!(store.db.peers().of(session).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn cursors_stand_where_they_were_moved_to(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let account = linked(db, &owner(1), 0).await;
    let other = linked(db, &owner(2), 0).await;
    assert!(db.cursors().of(account.session).await.unwrap().is_empty());
    let claim = claim(db, account.session).await;
    db.cursors()
        .advance(&moves(claim, &[(7, 1), (i64::MAX, 2)]))
        .await
        .unwrap();
    // What is not mentioned stays; back is a move like any other.
    let back = CursorAdvance::of_channel(claim, 7, 1);
    for pts in [9, 4] {
        let advance = CursorAdvance::of_channel(claim, 7, pts);
        db.cursors().advance(&advance).await.unwrap();
        db.cursors().advance(&advance).await.unwrap();
    }
    let expected = SessionCursors {
        account: Some(CURSOR),
        channels: [(7, 4), (i64::MAX, 2)].into(),
    };
    assert_eq!(db.cursors().of(account.session).await.unwrap(), expected);
    db.cursors().advance(&back).await.unwrap();
    let later = AccountCursor { pts: 6, ..CURSOR };
    db.cursors()
        .advance(&CursorAdvance::of_account(claim, later))
        .await
        .unwrap();
    let there = db.cursors().of(account.session).await.unwrap();
    assert_eq!((there.account, there.channels[&7]), (Some(later), 1));
    assert!(db.cursors().of(other.session).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn thousands_of_channels_move_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let account = linked(db, &owner(1), 0).await;
    let claim = claim(db, account.session).await;
    let channels: Vec<_> = (1..=2_500).map(|id| (id, 1)).collect();
    db.cursors()
        .advance(&moves(claim, &channels))
        .await
        .unwrap();
    let there = db.cursors().of(account.session).await.unwrap();
    assert_eq!(there.channels.len(), 2_500);
}

#[rstest]
#[tokio::test]
async fn peers_take_the_place_of_those_before(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let account = linked(db, &owner(1), 0).await;
    assert_eq!(db.peers().of(account.session).await.unwrap(), None);
    let claim = claim(db, account.session).await;
    for peers in [sealed("one"), under("k2", "two")] {
        db.peers().save(&claim, &peers).await.unwrap();
        assert_eq!(db.peers().of(account.session).await.unwrap(), Some(peers));
    }
}

#[rstest]
#[tokio::test]
async fn only_who_claimed_the_session_last_moves_cursors_and_writes_peers(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let (account, before) = well_read(db, 1).await;
    claim(db, account.session).await;
    let late = db.cursors().advance(&moves(before, &[(8, 99)])).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))), "{late:?}");
    let late = db.peers().save(&before, &sealed("late")).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))), "{late:?}");
    assert_eq!(
        db.cursors().of(account.session).await.unwrap().channels[&8],
        2
    );
    let peers = db.peers().of(account.session).await.unwrap();
    assert_eq!(peers, Some(sealed("peers")));
    let never = SessionClaim {
        session: session_id(),
        fence: Fence(0),
    };
    let lost = db.cursors().advance(&moves(never, &[])).await;
    assert!(matches!(lost, Err(StoreError::Fenced(_))), "{lost:?}");
}

#[rstest]
#[tokio::test]
async fn what_a_session_read_and_met_goes_when_it_is_unlinked_and_does_not_come_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let (account, claim) = well_read(db, 1).await;
    let (other, _) = well_read(db, 2).await;
    let audit = entry(&owner(1), account.id.as_uuid(), Action::AccountUnlinked, 9);
    assert!(
        db.accounts()
            .unlink(&owner(1), account.id, audit, None)
            .await
            .unwrap()
    );
    assert_forgotten(&store, account.session).await;
    // Its node still has it open.
    let late = db.cursors().advance(&moves(claim, &[(8, 3)])).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))), "{late:?}");
    let late = db.peers().save(&claim, &sealed("late")).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))), "{late:?}");
    assert_forgotten(&store, account.session).await;
    assert!(!db.cursors().of(other.session).await.unwrap().is_empty());
    assert!(db.peers().of(other.session).await.unwrap().is_some());
}

#[rstest]
#[tokio::test]
async fn what_a_session_read_and_met_goes_when_another_takes_its_place(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let (account, _) = well_read(db, 1).await;
    let claimed = linking(db, &owner(1), 10).await;
    let session = session_id();
    let with_cursor = LinkRequest {
        cursor: Some(CURSOR),
        ..request(&claimed, session, 20)
    };
    db.logins().link(with_cursor).await.unwrap();
    assert_forgotten(&store, account.session).await;
    // The new one begins where it was linked.
    let there = db.cursors().of(session).await.unwrap();
    assert_eq!((there.account, there.channels.len()), (Some(CURSOR), 0));
}

#[rstest]
#[tokio::test]
async fn what_a_session_read_and_met_goes_when_its_owner_has_everything_erased(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let (account, _) = well_read(db, 1).await;
    let erasure = Erasure {
        id: Uuid::from_u128(7),
        owner: owner(1),
        asked_at: at(30),
        done_at: None,
    };
    let audit = entry(&owner(1), erasure.id, Action::PersonErased, 30);
    db.erasures().begin(&erasure, audit).await.unwrap();
    assert_forgotten(&store, account.session).await;
}

/// An older program lets a session leave without knowing of its parts.
#[rstest]
#[tokio::test]
async fn what_an_older_program_let_leave_is_forgotten_with_its_data_key_or_its_row(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let (first, _) = well_read(db, 1).await;
    let (second, _) = well_read(db, 2).await;
    store.sql("DELETE FROM accounts").await.unwrap();
    let leave = "UPDATE sessions SET state = 'leaving', leave_at = created_at";
    assert_eq!(store.sql(leave).await.unwrap(), 2);
    assert!(db.peers().of(first.session).await.unwrap().is_some());
    let audit = |action| entry(&owner(1), first.session.as_uuid(), action, 9);
    db.accounts()
        .destroy_data_key(first.session, audit(Action::DataKeyDestroyed))
        .await
        .unwrap();
    assert_forgotten(&store, first.session).await;
    assert!(db.peers().of(second.session).await.unwrap().is_some());
    // As it erases a row: without a word about other tables.
    store.sql("DELETE FROM sessions").await.unwrap();
    assert_forgotten(&store, second.session).await;
    for table in ["session_cursors", "channel_cursors", "session_peers"] {
        let left = store.sql(&format!("DELETE FROM {table}")).await.unwrap();
        assert_eq!(left, 0, "{table}");
    }
}

#[rstest]
#[tokio::test]
async fn a_session_that_comes_out_of_a_backup_reads_anew_and_knows_no_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (account, _) = well_read(&store.db, 1).await;
    let records = store.db.backup_source().linked(None, 10).await.unwrap();
    let other = backend.store().await;
    let audit = entry(&owner(1), Uuid::nil(), Action::BackupRestored, 50);
    other
        .db
        .restore_target()
        .restore(&records, audit)
        .await
        .unwrap();
    assert_forgotten(&other, account.session).await;
    // And can read and meet.
    let claim = claim(&other.db, account.session).await;
    other
        .db
        .cursors()
        .advance(&moves(claim, &[]))
        .await
        .unwrap();
    other
        .db
        .peers()
        .save(&claim, &sealed("anew"))
        .await
        .unwrap();
}
