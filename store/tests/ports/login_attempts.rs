//! Which logins count against the day's budget.

use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use sesame_domain::audit::Action;
use sesame_domain::ids::{LoginId, Owner, PersonId};
use sesame_domain::login::Ending;
use sesame_domain::login_budget::LoginBudget;
use sesame_domain::ports::{Erasure, Erasures, LoginAttempts, Logins, Saved};
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::Timestamp;
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::future::TENANT;
use crate::make::{Starts as _, at, entry, linked, login, node, over, owner, saved};

const BUDGET: LoginBudget = LoginBudget {
    logins: 3,
    scans: 2,
};
const DAY: i64 = 86_400;

fn id() -> LoginId {
    LoginId::generate(&SystemEntropy, at(0))
}

async fn take(db: &Database, owner: &Owner, seconds: i64) -> Option<Timestamp> {
    let attempts = db.login_attempts();
    attempts
        .take(id(), owner, BUDGET, at(seconds))
        .await
        .unwrap()
}

/// Begins a login that counts, and has it scanned at that moment.
async fn scanned(db: &Database, owner: &Owner, seconds: i64) -> LoginId {
    scanned_by(db, owner, seconds, None).await
}

/// The same, once it is known with which account.
async fn scanned_by(
    db: &Database,
    owner: &Owner,
    seconds: i64,
    account: Option<PersonId>,
) -> LoginId {
    let mut begun = login(owner, seconds);
    let attempts = db.login_attempts();
    let taken = attempts.take(begun.id, owner, BUDGET, at(seconds)).await;
    assert_eq!(taken.unwrap(), None);
    db.logins().start(&begun).await.unwrap();
    let claimed = db.logins().claim(begun.id, &node()).await.unwrap();
    begun.scanned_at = Some(at(seconds));
    let ended = over(begun, Ending::Cancelled, seconds);
    for _ in 0..2 {
        let saved = Saved {
            identified: account,
            ..saved(&ended, claimed.fence)
        };
        db.logins().save(saved).await.unwrap();
    }
    ended.id
}

#[rstest]
#[tokio::test]
async fn as_many_logins_count_as_were_begun_and_each_for_a_day(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, ann) = (&store.db, owner(1));
    for seconds in [0, 10, 20] {
        assert_eq!(take(db, &ann, seconds).await, None);
    }
    assert_eq!(take(db, &ann, 30).await, Some(at(DAY)));
    let spent = db.login_attempts().spent_until(&ann, BUDGET, at(30)).await;
    assert_eq!(spent.unwrap(), Some(at(DAY)));
    // Neither another person nor the same one with another bot is in the way.
    let mut elsewhere = ann.clone();
    elsewhere.tenant = "other".parse().unwrap();
    for other in [owner(2), elsewhere] {
        assert_eq!(take(db, &other, 30).await, None);
    }
    assert_eq!(take(db, &ann, DAY).await, None);
    assert_eq!(take(db, &ann, DAY).await, Some(at(DAY + 10)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn those_who_begin_together_get_no_more_than_there_is(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (one, two) = (store.db.clone(), store.other_node().await);
    let takes = (0..12).map(|nth| {
        let db = if nth % 2 == 0 {
            one.clone()
        } else {
            two.clone()
        };
        async move { take(&db, &owner(1), 0).await }
    });
    let taken = join_all(takes).await;
    let granted = taken.iter().filter(|taken| taken.is_none()).count();
    assert_eq!(granted, 3, "{taken:?}");
}

#[rstest]
#[tokio::test]
async fn what_was_never_begun_counts_no_longer_unless_it_was_scanned(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, ann) = (&store.db, owner(1));
    let attempts = db.login_attempts();
    for _ in 0..5 {
        let id = id();
        assert_eq!(attempts.take(id, &ann, BUDGET, at(0)).await.unwrap(), None);
        attempts.give_back(id).await.unwrap();
    }
    for seconds in [0, 1] {
        let id = scanned(db, &ann, seconds).await;
        attempts.give_back(id).await.unwrap();
    }
    assert_eq!(take(db, &ann, 2).await, Some(at(DAY)));
}

#[rstest]
#[tokio::test]
async fn a_scan_counts_with_the_account_that_scanned(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, ben) = (&store.db, owner(2));
    // Ben scans two codes of others, one of them with another bot.
    let mut elsewhere = owner(3);
    elsewhere.tenant = "other".parse().unwrap();
    for (nth, whose) in (0..).zip([owner(1), elsewhere]) {
        assert_eq!(take(db, &ben, nth).await, None);
        scanned_by(db, &whose, nth, Some(ben.person)).await;
    }
    assert_eq!(take(db, &ben, 10).await, Some(at(DAY)));
    // One's own is not counted twice.
    let ann = owner(4);
    scanned_by(db, &ann, 0, Some(ann.person)).await;
    assert_eq!(take(db, &ann, 1).await, None);
}

#[rstest]
#[tokio::test]
async fn neither_erasing_nor_forgetting_logins_frees_any(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, ann) = (&store.db, owner(1));
    for seconds in [0, 1] {
        scanned(db, &ann, seconds).await;
    }
    let erasure = Erasure {
        id: Uuid::from_u128(7),
        owner: ann.clone(),
        asked_at: at(5),
        done_at: None,
    };
    let audit = entry(&ann, erasure.id, Action::PersonErased, 5);
    db.erasures().begin(&erasure, audit.clone()).await.unwrap();
    assert!(db.erasures().finish(erasure.id, audit).await.unwrap());
    db.logins().prune(at(1_000)).await.unwrap();
    assert_eq!(take(db, &ann, 10).await, Some(at(DAY)));
    let attempts = db.login_attempts();
    // The day is over, and so is what is known of it.
    let gone = at(2) + LoginBudget::REMEMBERED;
    assert_eq!(
        attempts
            .forget(gone - LoginBudget::REMEMBERED)
            .await
            .unwrap(),
        2
    );
    assert_eq!(attempts.forget(gone).await.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn a_scan_counts_though_another_program_began_the_login(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, ann) = (&store.db, owner(1));
    for seconds in [0, 1] {
        linked(db, &ann, seconds).await;
    }
    assert_eq!(take(db, &ann, 2).await, None, "no one scanned");
    for seconds in [3, 4] {
        let mut begun = login(&ann, seconds);
        db.logins().start(&begun).await.unwrap();
        let claimed = db.logins().claim(begun.id, &node()).await.unwrap();
        begun.scanned_at = Some(at(seconds));
        let ended = over(begun, Ending::Expired, seconds);
        db.logins()
            .save(saved(&ended, claimed.fence))
            .await
            .unwrap();
    }
    let free = at(3) + TimeDelta::days(1);
    assert_eq!(take(db, &ann, 5).await, Some(free));
}

/// A row of a tenant that this program does not know counts nothing but for the
/// account that scanned.
pub(crate) async fn beside_the_future(store: &Store) {
    let (db, ann) = (&store.db, owner(1));
    let attempts = db.login_attempts();
    let other = id();
    let taken = attempts.take(other, &owner(2), BUDGET, at(0)).await;
    assert_eq!(taken.unwrap(), None);
    let account = ann.person;
    let newer = format!("UPDATE login_attempts SET tenant = '{TENANT}', account = {account}");
    store.future(&newer).await;
    for _ in 0..3 {
        assert_eq!(take(db, &ann, 1).await, None);
    }
    assert!(take(db, &ann, 1).await.is_some());
    let later = at(2) + LoginBudget::REMEMBERED;
    assert_eq!(attempts.forget(later).await.unwrap(), 4);
}
