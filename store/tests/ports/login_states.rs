//! Every state of a login comes back as it was written, and rows that cannot
//! be are refused.

use rstest::rstest;
use sesame_domain::ids::AccountId;
use sesame_domain::login::{
    Code, CodeSent, CodeWay, Ending, Failure, Finishing, Number, Password, Proving, Qr, QrAsking,
    Question, Rejection, Retry, State,
};
use sesame_domain::ports::{Logins, StoreError};
use uuid::Uuid;

use crate::backend::Backend;
use crate::make::{Starts as _, at, in_state, login, node, owner, saved, sealed};

fn password(hint: bool, rejected: bool) -> Password {
    Password {
        hint: hint.then(|| sealed("hint")),
        attempts_left: 3,
        rejected,
    }
}

fn number(rejected: Option<Rejection>) -> Question {
    Question::Number(Number {
        attempts_left: 2,
        rejected,
    })
}

fn code(next: Option<CodeWay>, rejected: Option<Rejection>) -> Question {
    Question::Code(Code {
        sent: CodeSent {
            handle: sealed("handle"),
            shown: sealed("shown"),
            way: CodeWay::App,
            next,
            again_at: at(60),
        },
        attempts_left: 4,
        numbers_left: 1,
        rejected,
    })
}

/// Every way of a code and every reason not to take an answer, once.
fn details() -> Vec<State> {
    let ways = CodeWay::ALL.iter().map(|way| code(Some(*way), None));
    let reasons = Rejection::ALL.iter().map(|why| code(None, Some(*why)));
    ways.chain(reasons)
        .map(|question| Proving::Required(question).into())
        .collect()
}

fn states() -> Vec<State> {
    let ended = |ending| State::Ended { ending, at: at(50) };
    let mut states: Vec<State> = vec![
        QrAsking::Starting.into(),
        QrAsking::Pending(Qr {
            token: sealed("token"),
            expires_at: at(30),
            renew_at: at(25),
        })
        .into(),
        QrAsking::Scanned { ask_at: at(31) }.into(),
        QrAsking::Migrating { dc: 4 }.into(),
        Proving::password_required(password(true, false)).into(),
        Proving::password_required(password(false, true)).into(),
        Proving::checking_password(password(true, true)).into(),
        Proving::Required(number(None)).into(),
        Proving::Checking(number(Some(Rejection::NumberInvalid))).into(),
        Proving::Required(code(Some(CodeWay::Sms), None)).into(),
        Proving::Checking(code(None, Some(Rejection::CodeInvalid))).into(),
        Finishing::Verifying { until: at(60) }.into(),
        Finishing::Linking { until: at(61) }.into(),
        ended(Ending::Authorized {
            account: AccountId::from(Uuid::from_u128(7)),
        }),
        ended(Ending::Expired),
        ended(Ending::Cancelled),
        ended(Ending::Superseded),
    ];
    let failures = Failure::every(at(99));
    states.extend(failures.map(|failure| ended(Ending::Failed(failure))));
    states
}

#[rstest]
#[tokio::test]
async fn every_state_is_begun_and_read_as_it_was(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for (person, state) in (1..).zip(states().into_iter().chain(details())) {
        let login = in_state(login(&owner(person), 0), state);
        assert_eq!(store.db.logins().start(&login).await.unwrap(), None);
        let found = store.db.logins().find(login.id).await.unwrap();
        assert_eq!(found, Some(login));
    }
}

/// What other programs, older and newer ones, read and write.
#[rstest]
#[tokio::test]
async fn states_have_the_names_that_they_always_had(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let names = [
        "starting",
        "pending",
        "scanned",
        "migrating",
        "password_required",
        "password_required",
        "checking_password",
        "number_required",
        "sending_code",
        "code_required",
        "checking_code",
        "verifying",
        "linking",
        "authorized",
        "expired",
        "cancelled",
        "superseded",
        "failed",
    ];
    let store = backend.store().await;
    for ((person, state), name) in (1..).zip(states()).zip(names) {
        let begun = in_state(login(&owner(person), 0), state.clone());
        store.db.logins().start(&begun).await.unwrap();
        let written = format!(
            "UPDATE logins SET state = '{name}' WHERE person = {person} AND state = '{name}' AND method = 'qr'"
        );
        assert_eq!(store.sql(&written).await.unwrap(), 1, "{state:?}");
    }
}

#[rstest]
#[tokio::test]
async fn every_state_is_saved_over_every_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let mut login = login(&owner(1), 0);
    store.db.logins().start(&login).await.unwrap();
    let fence = store
        .db
        .logins()
        .claim(login.id, &node())
        .await
        .unwrap()
        .fence;
    for before in states() {
        for after in states() {
            for state in [&before, &after] {
                login = in_state(login, state.clone());
                store.db.logins().save(saved(&login, fence)).await.unwrap();
            }
            let found = store.db.logins().find(login.id).await.unwrap().unwrap();
            assert_eq!(found, login, "after {before:?}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn what_goes_along_with_a_state_is_kept(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let mut login = login(&owner(1), 0);
    login.retry = Some(Retry {
        count: 3,
        retry_at: at(5),
        dc: Some(4),
    });
    login.scanned_at = Some(at(6));
    login.cleanup_at = Some(at(7));
    store.db.logins().start(&login).await.unwrap();
    let found = store.db.logins().find(login.id).await.unwrap().unwrap();
    assert_eq!(found, login);

    let fence = store
        .db
        .logins()
        .claim(login.id, &node())
        .await
        .unwrap()
        .fence;
    login.retry = None;
    login.scanned_at = None;
    login.cleanup_at = None;
    store.db.logins().save(saved(&login, fence)).await.unwrap();
    let found = store.db.logins().find(login.id).await.unwrap().unwrap();
    assert_eq!(found, login);
}

#[rstest]
#[tokio::test]
async fn a_row_that_cannot_be_is_inconsistent(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(
        "state = 'pending'",
        "state = 'scanned'",
        "state = 'migrating'",
        "state = 'password_required'",
        "state = 'verifying'",
        "state = 'linking'",
        "state = 'authorized', ended_at = created_at",
        "state = 'failed', ended_at = created_at",
        "state = 'failed', ended_at = created_at, failure_code = 'flood'",
        "state = 'failed', ended_at = created_at, failure_code = 'new'",
        "state = 'dreaming'",
        "method = 'smoke'",
        "tenant = 'No Tenant'",
        "setback_count = 2",
        "setback_count = -2, setback_retry_at = created_at"
    )]
    change: &str,
) {
    let store = backend.store().await;
    let login = login(&owner(1), 0);
    store.db.logins().start(&login).await.unwrap();
    store
        .sql(&format!("UPDATE logins SET {change}"))
        .await
        .unwrap();
    let found = store.db.logins().find(login.id).await;
    assert!(
        matches!(found, Err(StoreError::Inconsistent(_))),
        "{found:?}"
    );
}

#[rstest]
#[tokio::test]
async fn the_schema_refuses_rows_that_cannot_be(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("ended_at = created_at", "state = 'expired'", "session_key_id = 'k1'")] change: &str,
) {
    let store = backend.store().await;
    store.db.logins().start(&login(&owner(1), 0)).await.unwrap();
    let refused = store.sql(&format!("UPDATE logins SET {change}")).await;
    assert!(refused.is_err());
}
