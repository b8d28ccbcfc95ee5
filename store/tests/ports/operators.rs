//! Operators: links, sessions, and what is confirmed in the chat.

use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::ids::{OperatorSessionId, SignInId, TenantId};
use sesame_domain::operator::{Digest, IDLE, LinkRefusal, OperatorSession, SessionEnd, SignInLink};
use sesame_domain::ports::{
    Admission, AuditLog, Confirmations, Erasure, Erasures, OperatorSessions, Outbox, RefusedLink,
    SignIns,
};
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::confirmations::asked;
use crate::future::TENANT;
use crate::make::{at, entry, notice, owner, tenant};

const LINK: Digest = [1; 32];
const HERE: Digest = [2; 32];
const THERE: Digest = [3; 32];
const SECRET: Digest = [4; 32];

pub(crate) fn audit(seconds: i64) -> AuditEntry {
    entry(&owner(1), Uuid::nil(), Action::OperatorSignedIn, seconds)
}

fn link(number: u128, seconds: i64) -> SignInLink {
    SignInLink {
        id: SignInId::from(Uuid::from_u128(number)),
        owner: owner(1),
        name: "Mara".to_owned(),
        issued_at: at(seconds),
        expires_at: at(seconds + 120),
    }
}

fn session(number: u128, seconds: i64) -> OperatorSession {
    OperatorSession {
        id: OperatorSessionId::from(Uuid::from_u128(number)),
        owner: owner(1),
        name: "Mara".to_owned(),
        browser: "Firefox on Linux".to_owned(),
        network: "203.0.113.0/24".to_owned(),
        began_at: at(seconds),
        seen_at: at(seconds),
        ends_at: at(seconds + 14_400),
    }
}

pub(crate) fn elsewhere() -> TenantId {
    "other".parse().unwrap()
}

async fn issue(db: &Database, number: u128, digest: Digest, seconds: i64) {
    let link = link(number, seconds);
    db.sign_ins()
        .issue(&link, digest, audit(seconds))
        .await
        .unwrap();
}

async fn open(db: &Database, browser: Digest, seconds: i64) -> Result<SignInLink, RefusedLink> {
    db.sign_ins()
        .open(&tenant(), LINK, browser, at(seconds))
        .await
        .unwrap()
}

async fn redeem(db: &Database, browser: Digest, seconds: i64) -> Result<(), RefusedLink> {
    let session = session(9, seconds);
    let told = notice(&owner(1), seconds);
    db.sign_ins()
        .redeem(LINK, browser, &session, SECRET, audit(seconds), told)
        .await
        .unwrap()
}

/// A session that began then.
pub(crate) async fn signed_in(db: &Database, seconds: i64) -> OperatorSession {
    issue(db, 1, LINK, seconds).await;
    open(db, HERE, seconds).await.unwrap();
    redeem(db, HERE, seconds).await.unwrap();
    session(9, seconds)
}

async fn admit(db: &Database, seconds: i64) -> Admission {
    db.operator_sessions()
        .admit(&tenant(), SECRET, at(seconds))
        .await
        .unwrap()
}

fn why<T: std::fmt::Debug>(refused: Result<T, RefusedLink>) -> LinkRefusal {
    refused.unwrap_err().why
}

async fn audited(db: &Database) -> usize {
    let log = db.audit_log();
    log.about(&owner(1), 100).await.unwrap().len()
}

pub(crate) async fn told(db: &Database) -> usize {
    let taken = db.outbox().take(&tenant(), at(9_000), at(9_001), 100).await;
    taken.unwrap().len()
}

#[rstest]
#[tokio::test]
async fn a_link_belongs_to_the_browser_that_opens_it_first_and_works_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, other) = (store.db.clone(), store.other_node().await);
    issue(&db, 1, LINK, 0).await;
    assert_eq!(open(&db, HERE, 1).await.unwrap(), link(1, 0));
    assert_eq!(open(&other, HERE, 2).await.unwrap(), link(1, 0));
    let stolen = open(&other, THERE, 3).await.unwrap_err();
    assert_eq!(stolen.why, LinkRefusal::Elsewhere);
    assert_eq!(stolen.link, Some(link(1, 0)));
    assert_eq!(why(redeem(&db, THERE, 4).await), LinkRefusal::Elsewhere);
    assert_eq!((audited(&db).await, told(&db).await), (1, 0));

    redeem(&other, HERE, 5).await.unwrap();
    assert_eq!((audited(&db).await, told(&db).await), (2, 1));
    assert_eq!(admit(&db, 6).await, Admission::Good(session(9, 5)));
    for again in [
        open(&db, HERE, 7).await.map(|_| ()),
        redeem(&db, HERE, 7).await,
    ] {
        assert_eq!(why(again), LinkRefusal::Ended);
    }
    assert_eq!(audited(&db).await, 2);
}

#[rstest]
#[tokio::test]
async fn of_many_at_the_same_moment_one_browser_gets_the_link_and_one_session_begins(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, other) = (store.db.clone(), store.other_node().await);
    issue(&db, 1, LINK, 0).await;
    let browsers = [[10; 32], [11; 32], [12; 32], [13; 32]];
    let opened = browsers
        .iter()
        .enumerate()
        .map(|(number, browser)| open(if number % 2 == 0 { &db } else { &other }, *browser, 1));
    let opened = join_all(opened).await;
    let winners: Vec<_> = browsers
        .iter()
        .zip(opened)
        .filter_map(|(browser, opened)| opened.ok().map(|_| *browser))
        .collect();
    let [winner] = winners[..] else {
        panic!("{winners:?}")
    };
    let (first, second) = tokio::join!(redeem(&db, winner, 2), redeem(&other, winner, 2));
    assert_eq!([first, second].iter().filter(|it| it.is_ok()).count(), 1);
    assert_eq!(told(&db).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_link_that_is_old_replaced_rejected_or_not_opened_signs_no_one_in(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    assert_eq!(why(open(db, HERE, 0).await), LinkRefusal::Unknown);
    issue(db, 1, LINK, 0).await;
    assert_eq!(why(redeem(db, HERE, 1).await), LinkRefusal::Elsewhere);
    open(db, HERE, 1).await.unwrap();
    assert_eq!(why(redeem(db, HERE, 120).await), LinkRefusal::Expired);
    // Set by a clock that was far ahead.
    assert_eq!(why(redeem(db, HERE, -3_600).await), LinkRefusal::Expired);

    let told_at = notice(&owner(1), 2);
    let rejected = db.sign_ins();
    let rejected = rejected
        .reject(&tenant(), LINK, HERE, audit(2), told_at)
        .await;
    rejected.unwrap().unwrap();
    assert_eq!(why(redeem(db, HERE, 3).await), LinkRefusal::Ended);
    assert_eq!((audited(db).await, told(db).await), (2, 1));

    issue(db, 2, [7; 32], 4).await;
    issue(db, 3, [8; 32], 5).await;
    let replaced = db.sign_ins().open(&tenant(), [7; 32], HERE, at(6)).await;
    assert_eq!(why(replaced.unwrap()), LinkRefusal::Ended);
}

#[rstest]
#[tokio::test]
async fn another_tenant_knows_nothing_of_links_and_sessions(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    issue(db, 2, [7; 32], 0).await;
    let opened = db.sign_ins().open(&elsewhere(), [7; 32], HERE, at(1)).await;
    let refused = opened.unwrap().unwrap_err();
    assert_eq!((refused.why, refused.link), (LinkRefusal::Unknown, None));

    let session = signed_in(db, 10).await;
    let sessions = db.operator_sessions();
    let admitted = sessions.admit(&elsewhere(), SECRET, at(11)).await;
    assert_eq!(admitted.unwrap(), Admission::Unknown);
    assert_eq!(sessions.list(&elsewhere(), at(11)).await.unwrap(), []);
    let how = SessionEnd::Revoked;
    let ended = sessions.end(&elsewhere(), session.id, how, audit(11)).await;
    assert!(!ended.unwrap());
    let none = OperatorSessionId::from(Uuid::nil());
    let ended = sessions.end_others(&elsewhere(), none, audit(11)).await;
    assert_eq!(ended.unwrap(), 0);
    assert!(matches!(admit(db, 12).await, Admission::Good(_)));
}

#[rstest]
#[tokio::test]
async fn a_session_goes_on_while_it_is_used_and_ends_when_it_is_not(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    signed_in(db, 0).await;
    let idle = IDLE.num_seconds();
    for used in [60, idle, 2 * idle, 3 * idle - 60] {
        assert!(
            matches!(admit(db, used).await, Admission::Good(_)),
            "{used}"
        );
    }
    let seen = db.operator_sessions().list(&tenant(), at(3 * idle)).await;
    assert_eq!(seen.unwrap()[0].seen_at, at(3 * idle - 60));
    let late = at(4 * idle) + TimeDelta::seconds(1);
    let sessions = db.operator_sessions();
    for is_first in [true, false] {
        let admitted = sessions.admit(&tenant(), SECRET, late).await.unwrap();
        let Admission::Over {
            is_first: first, ..
        } = admitted
        else {
            panic!("{admitted:?}")
        };
        assert_eq!(first, is_first);
    }
    assert_eq!(sessions.list(&tenant(), late).await.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn a_session_that_was_ended_is_over_at_once_on_every_node(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, other) = (store.db.clone(), store.other_node().await);
    let session = signed_in(&db, 0).await;
    let sessions = other.operator_sessions();
    let how = SessionEnd::SignedOut;
    assert!(
        sessions
            .end(&tenant(), session.id, how, audit(1))
            .await
            .unwrap()
    );
    let entries = audited(&db).await;
    // The second has nothing to end, and nothing to tell.
    assert!(
        !sessions
            .end(&tenant(), session.id, how, audit(2))
            .await
            .unwrap()
    );
    assert_eq!(audited(&db).await, entries);
    assert!(matches!(
        admit(&db, 2).await,
        Admission::Over { is_first: true, .. }
    ));
}

#[rstest]
#[tokio::test]
async fn all_sessions_but_ones_own_are_ended_together(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let kept = signed_in(db, 0).await;
    for number in 20..23 {
        let digest = [u8::try_from(number).unwrap(); 32];
        issue(db, number, digest, 1).await;
        let links = db.sign_ins();
        let opened = links.open(&tenant(), digest, HERE, at(1)).await.unwrap();
        opened.unwrap();
        let told = notice(&owner(1), 1);
        let begun = session(number, 1);
        let redeemed = links.redeem(digest, HERE, &begun, digest, audit(1), told);
        redeemed.await.unwrap().unwrap();
    }
    let sessions = db.operator_sessions();
    let ended = sessions.end_others(&tenant(), kept.id, audit(2)).await;
    assert_eq!(ended.unwrap(), 3);
    let left = sessions.list(&tenant(), at(3)).await.unwrap();
    assert_eq!(left, [kept]);
}

#[rstest]
#[tokio::test]
async fn what_was_over_a_day_ago_is_forgotten_when_the_next_link_is_given_out(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    asked(db).await;
    let tables = ["sign_in_links", "operator_sessions", "confirmations"];
    issue(db, 2, [7; 32], 86_400).await;
    for table in tables {
        assert!(store.count(table).await > 0, "{table}");
    }
    issue(db, 3, [8; 32], 3 * 86_400).await;
    let left = async |table| store.count(table).await;
    assert_eq!(left("sign_in_links").await, 1);
    assert_eq!(left("operator_sessions").await, 0);
    assert_eq!(left("confirmations").await, 0);
}

#[rstest]
#[tokio::test]
async fn whoever_has_everything_erased_is_signed_out(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    asked(db).await;
    let erasure = Erasure {
        id: Uuid::from_u128(1),
        owner: owner(1),
        asked_at: at(5),
        done_at: None,
    };
    db.erasures().begin(&erasure, audit(5)).await.unwrap();
    assert_eq!(admit(db, 6).await, Admission::Unknown);
    for table in ["sign_in_links", "operator_sessions", "confirmations"] {
        assert_eq!(store.count(table).await, 0, "{table}");
    }
}

/// A newer program ends links and sessions in ways of its own, and knows
/// states of questions that this one does not.
pub(crate) async fn beside_the_future(store: &Store) {
    let db = &store.db;
    let question = asked(db).await;
    issue(db, 2, [7; 32], 1).await;
    store
        .future("UPDATE confirmations SET state = 'of_another_time'")
        .await;
    assert!(matches!(admit(db, 2).await, Admission::Good(_)));
    let confirmations = db.confirmations();
    let found = confirmations.find(question.session, question.id, at(2));
    assert!(found.await.is_err(), "it is not understood");
    let ended = "UPDATE sign_in_links SET ended = 'of_another_time' WHERE ended IS NULL";
    store.future(ended).await;
    let opened = db.sign_ins().open(&tenant(), [7; 32], HERE, at(2)).await;
    assert_eq!(why(opened.unwrap()), LinkRefusal::Ended);
    store
        .future(&format!("UPDATE sign_in_links SET tenant = '{TENANT}'"))
        .await;
    issue(db, 3, [8; 32], 3).await;
    let opened = db.sign_ins().open(&tenant(), [8; 32], HERE, at(3)).await;
    opened.unwrap().unwrap();
    store
        .future("UPDATE operator_sessions SET ended = 'of_another_time'")
        .await;
    assert!(matches!(admit(db, 4).await, Admission::Over { .. }));
    let listed = db.operator_sessions().list(&tenant(), at(4)).await;
    assert_eq!(listed.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn a_page_that_watches_keeps_no_session_going_and_is_no_one_who_tries_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    signed_in(db, 0).await;
    let sessions = db.operator_sessions();
    let idle = IDLE.num_seconds();
    for seconds in [60, idle - 60] {
        let watched = sessions.watch(&tenant(), SECRET, at(seconds)).await;
        assert_eq!(watched.unwrap(), Admission::Good(session(9, 0)));
    }
    let unknown = sessions.watch(&elsewhere(), SECRET, at(60)).await;
    assert_eq!(unknown.unwrap(), Admission::Unknown);
    let late = at(idle) + TimeDelta::seconds(1);
    let (session, is_first) = (session(9, 0), false);
    let watched = sessions.watch(&tenant(), SECRET, late).await.unwrap();
    assert_eq!(watched, Admission::Over { session, is_first });
    let admitted = sessions.admit(&tenant(), SECRET, late).await.unwrap();
    assert!(
        matches!(admitted, Admission::Over { is_first: true, .. }),
        "{admitted:?}"
    );
}
