//! The machine under chosen events; [`sequences`]: under random ones.

use chrono::{DateTime, TimeDelta};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::*;
use crate::account::DeathCause;
use crate::device::Device;
use crate::ids::{AccountId, LoginId, Owner, PersonId};
use crate::notice::NoticeKind;
use crate::sealed::Sealed;
use crate::time::Timestamp;

mod phone;
mod sequences;

const OWNER: i64 = 7;

fn start() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn after(seconds: i64) -> Timestamp {
    start() + TimeDelta::seconds(seconds)
}

fn login() -> Login {
    login_by(Method::Qr)
}

fn login_by(method: Method) -> Login {
    let owner = Owner {
        tenant: "default".parse().unwrap(),
        person: PersonId(OWNER),
    };
    let device = Device {
        model: "Sesame".into(),
        system_version: "1".into(),
        app_version: "1".into(),
        app_name: "App".into(),
    };
    Login::begin(
        LoginId::from(Uuid::nil()),
        owner,
        method,
        device,
        &Policy::default(),
        start(),
    )
}

fn sealed() -> Sealed {
    Sealed {
        key_id: "1".into(),
        wrapped_key: vec![1],
        ciphertext: vec![2],
    }
}

fn exported(seconds: i64) -> Event {
    let exported = QrEvent::TokenExported {
        token: sealed(),
        expires_at: after(seconds + 30),
    };
    exported.into()
}

fn account() -> AccountId {
    AccountId::from(Uuid::from_u128(5))
}

/// Applies events, each at its second, and returns the last effects.
fn run(events: impl IntoIterator<Item = (i64, Event)>) -> (Login, Vec<Effect>) {
    run_from(login(), events)
}

fn run_from(
    mut login: Login,
    events: impl IntoIterator<Item = (i64, Event)>,
) -> (Login, Vec<Effect>) {
    let mut effects = Vec::new();
    for (second, event) in events {
        (login, effects) = login.apply(event, &Policy::default(), after(second));
    }
    (login, effects)
}

/// The password that the person is to type.
fn required(login: &Login) -> &Password {
    match &login.state {
        State::Proving(Proving::Required(Question::Password(password))) => password,
        other => panic!("{other:?}"),
    }
}

fn password_asked() -> Vec<(i64, Event)> {
    vec![
        (0, Event::Adopted),
        (1, exported(1)),
        (2, QrEvent::TokenAccepted.into()),
        (3, Event::PasswordAsked { hint: None }),
    ]
}

#[test]
fn a_scan_without_a_password_links_the_account() {
    let (login, effects) = run([
        (0, Event::Adopted),
        (1, exported(1)),
        (2, QrEvent::TokenAccepted.into()),
        (3, Event::SignedIn),
        (
            4,
            Event::Identified {
                person: PersonId(OWNER),
            },
        ),
        (5, Event::Linked { account: account() }),
    ]);
    assert_eq!(
        login.ending(),
        Some(Ending::Authorized { account: account() })
    );
    assert_eq!(login.cleanup_at, None);
    assert!(matches!(
        effects[..],
        [
            Effect::Notify(NoticeKind::Linked { .. }),
            Effect::Disconnect
        ]
    ));
}

#[test]
fn a_token_is_renewed_before_it_dies() {
    let (login, _) = run([(0, Event::Adopted), (0, exported(0))]);
    let Some(QrAsking::Pending(qr)) = login.state.asking().and_then(Asking::qr) else {
        panic!("{login:?}")
    };
    assert!(qr.renew_at < qr.expires_at);
    let renew_at = qr.renew_at;
    let (login, effects) = login.apply(Event::Tick, &Policy::default(), renew_at);
    assert_eq!(effects, [QrEffect::ExportToken.into()]);
    assert!(login.wake_at().unwrap() > renew_at);
}

#[test]
fn a_token_of_five_seconds_is_renewed_in_time() {
    let token = QrEvent::TokenExported {
        token: sealed(),
        expires_at: after(5),
    };
    let (login, _) = run([(0, token.into())]);
    let wake_at = login.wake_at().unwrap();
    assert!(wake_at > after(2) && wake_at < after(5));
}

#[test]
fn the_wait_for_the_scan_ends_ten_seconds_before_the_login() {
    let (login, _) = run([(0, exported(0)), (589, Event::Tick)]);
    assert_eq!(login.ending(), None);
    let (login, effects) = login.apply(Event::Tick, &Policy::default(), after(590));
    assert_eq!(login.ending(), Some(Ending::Expired));
    assert!(effects.contains(&Effect::Notify(NoticeKind::LoginExpired)));
}

#[test]
fn a_login_of_a_clock_that_was_ahead_does_not_live_as_long() {
    let (login, _) = run([(0, exported(30))]);
    let year = TimeDelta::days(365);
    assert!(login.is_dated_ahead(start() - year));
    let (ended, _) = login.apply(Event::Tick, &Policy::default(), start() - year);
    assert_eq!(ended.ending(), Some(Ending::Expired));
    assert!(!ended.is_dated_ahead(start() - year));
    // Nor does its token, after which it is cleaned up.
    let dead_at = start() - year + Policy::TOKEN_LIFE_MAX;
    assert_eq!(ended.cleanup_at, Some(dead_at));
}

#[test]
fn a_wrong_password_asks_again_and_counts_down() {
    let mut events = password_asked();
    events.extend([
        (4, Event::AnswerSubmitted(AnswerKind::Password)),
        (5, Event::AnswerRejected(Rejection::PasswordWrong)),
    ]);
    let (login, _) = run(events);
    let password = required(&login);
    assert_eq!((password.attempts_left, password.rejected), (4, true));
}

#[test]
fn the_last_wrong_password_ends_the_login_and_logs_it_out() {
    let mut events = password_asked();
    for n in 0..5 {
        events.push((4 + n, Event::AnswerSubmitted(AnswerKind::Password)));
        events.push((4 + n, Event::AnswerRejected(Rejection::PasswordWrong)));
    }
    let (login, _) = run(events);
    assert_eq!(
        login.ending(),
        Some(Ending::Failed(Failure::PasswordAttempts))
    );
    assert_eq!(login.cleanup_at, Some(after(8)));
}

#[test]
fn a_password_check_that_was_cut_off_is_never_repeated() {
    let mut events = password_asked();
    events.extend([
        (4, Event::AnswerSubmitted(AnswerKind::Password)),
        (5, Event::Adopted),
    ]);
    let (login, effects) = run(events);
    assert_eq!(effects, [Effect::Identify]);
    let asked = Event::PasswordAsked { hint: None };
    let (login, _) = login.apply(asked, &Policy::default(), after(6));
    let password = required(&login);
    assert_eq!((password.attempts_left, password.rejected), (5, false));
}

#[test]
fn another_persons_account_is_refused_recorded_and_logged_out() {
    let (login, effects) = run([
        (1, exported(1)),
        (3, Event::SignedIn),
        (
            4,
            Event::Identified {
                person: PersonId(8),
            },
        ),
    ]);
    assert_eq!(login.ending(), Some(Ending::Failed(Failure::WrongAccount)));
    assert_eq!(login.cleanup_at, Some(after(4)));
    assert_eq!(effects[0], Effect::RecordRefusal);
}

#[test]
fn a_cancelled_code_is_cleaned_up_when_it_can_no_longer_be_scanned() {
    let (login, _) = run([(1, exported(1)), (2, Event::CancelAsked)]);
    assert_eq!(login.ending(), Some(Ending::Cancelled));
    assert_eq!(login.cleanup_at, Some(after(31)));
}

#[test]
fn a_data_centre_that_is_left_alone_is_waited_for_while_there_is_time() {
    let down = |until| {
        Event::CallFailed(CallFailure::Down {
            dc: 4,
            until: after(until),
        })
    };
    // Any number of times: no one asked.
    let events = (0..30).map(|nth| (nth * 5, down(nth * 5 + 5)));
    let (login, _) = run(events);
    assert!(!login.is_over());
    let waits = login.retry.map(|retry| (retry.retry_at, retry.dc));
    assert_eq!(waits, Some((after(150), Some(4))));
    // Once it is asked again, nothing is known of it.
    let (tried, _) = login
        .clone()
        .apply(Event::Tick, &Policy::default(), after(150));
    assert_eq!(tried.retry.map(|retry| retry.dc), Some(None));
    assert_eq!(login.wake_at(), Some(after(150)));
    let (login, _) = run([(0, down(10_000))]);
    let until = Some(after(10_000));
    let failed = Ending::Failed(Failure::TelegramUnavailable { until });
    assert_eq!(login.ending(), Some(failed));
}

#[test]
fn connection_troubles_are_retried_ten_times() {
    let mut events = vec![(0, Event::Adopted)];
    events.extend((0..10).map(|n| (n, Event::CallFailed(CallFailure::Unavailable))));
    let (login, _) = run(events);
    assert_eq!(login.ending(), None);
    let failed = Event::CallFailed(CallFailure::Unavailable);
    let (login, _) = login.apply(failed, &Policy::default(), after(30));
    assert_eq!(
        login.ending(),
        Some(Ending::Failed(Failure::TelegramUnavailable { until: None }))
    );
}

#[test]
fn a_session_that_ends_under_a_login_says_why() {
    for (cause, failure) in [
        (DeathCause::Revoked, Failure::Revoked),
        (DeathCause::Banned, Failure::Banned),
        (DeathCause::Deleted, Failure::Deleted),
        (DeathCause::Duplicated, Failure::Internal),
        (DeathCause::Unreadable, Failure::Internal),
    ] {
        let lost = Event::CallFailed(CallFailure::Lost(cause));
        let (login, _) = run([(0, Event::Adopted), (1, exported(1)), (2, lost)]);
        assert_eq!(login.ending(), Some(Ending::Failed(failure)));
    }
}

#[test]
fn a_move_that_is_refused_again_and_again_is_given_up() {
    let policy = Policy::default();
    let (mut login, _) = run([
        (0, Event::Adopted),
        (1, exported(1)),
        (2, QrEvent::TokenAccepted.into()),
    ]);
    let mut refusals = 0;
    let mut second = 3;
    while !login.is_over() {
        let token = MigrationToken(Zeroizing::new(vec![9]));
        let asked = QrEvent::MigrationAsked { dc: 4, token };
        (login, _) = login.apply(asked.into(), &policy, after(second));
        let refused = Event::CallFailed(CallFailure::Unavailable);
        (login, _) = login.apply(refused, &policy, after(second));
        refusals += 1;
        second += 2;
        (login, _) = login.apply(Event::Tick, &policy, after(second));
    }
    assert_eq!(refusals, Policy::RETRIES + 1);
    let ending = Ending::Failed(Failure::TelegramUnavailable { until: None });
    assert_eq!(login.ending(), Some(ending));
}

#[test]
fn a_move_that_works_at_last_ends_the_setback() {
    let token = || MigrationToken(Zeroizing::new(vec![9]));
    let (login, _) = run([
        (0, Event::Adopted),
        (1, exported(1)),
        (2, QrEvent::TokenAccepted.into()),
        (
            3,
            QrEvent::MigrationAsked {
                dc: 4,
                token: token(),
            }
            .into(),
        ),
        (4, Event::CallFailed(CallFailure::Unavailable)),
        (6, Event::Tick),
        (
            7,
            QrEvent::MigrationAsked {
                dc: 4,
                token: token(),
            }
            .into(),
        ),
    ]);
    assert_eq!(login.retry.map(|retry| retry.count), Some(1));
    // The answer is waited for.
    let (waiting, effects) = login.apply(Event::Tick, &Policy::default(), after(60));
    assert_eq!(
        (waiting.state.status(), effects),
        (Status::Migrating, vec![])
    );
    let (login, _) = waiting.apply(Event::SignedIn, &Policy::default(), after(61));
    assert_eq!(login.retry, None);
}

#[test]
fn a_token_after_troubles_ends_the_run_of_troubles() {
    let (login, _) = run([
        (0, Event::CallFailed(CallFailure::Unavailable)),
        (3, exported(3)),
    ]);
    assert_eq!(login.retry, None);
}

#[test]
fn a_move_that_was_cut_off_begins_with_another_token() {
    let token = MigrationToken(Zeroizing::new(vec![1]));
    let (_, effects) = run([
        (1, exported(1)),
        (2, QrEvent::MigrationAsked { dc: 2, token }.into()),
        (3, Event::Adopted),
    ]);
    assert_eq!(effects, [QrEffect::ExportToken.into()]);
}

#[test]
fn a_hint_that_changed_is_shown_and_the_tries_still_count() {
    let other = Sealed {
        ciphertext: vec![3],
        ..sealed()
    };
    let hint = Some(other.clone());
    let (login, _) = run([
        (1, exported(1)),
        (
            2,
            Event::PasswordAsked {
                hint: Some(sealed()),
            },
        ),
        (3, Event::AnswerSubmitted(AnswerKind::Password)),
        (4, Event::AnswerRejected(Rejection::PasswordWrong)),
        (5, Event::PasswordAsked { hint }),
    ]);
    let password = required(&login);
    assert_eq!(password.hint, Some(other));
    assert_eq!((password.attempts_left, password.rejected), (4, true));
}

#[test]
fn a_password_that_is_gone_goes_on_or_fails_by_name() {
    let asked = [(1, exported(1)), (2, Event::PasswordAsked { hint: None })];
    let (login, effects) = run(asked.clone().into_iter().chain([(3, Event::SignedIn)]));
    assert!(matches!(
        login.state,
        State::Finishing(Finishing::Verifying { .. })
    ));
    assert_eq!(effects, [Effect::Identify]);
    let removed = Event::CallFailed(CallFailure::Failed(Failure::PasswordRemoved));
    let (login, _) = run(asked.into_iter().chain([(3, removed)]));
    let failure = Failure::PasswordRemoved;
    assert_eq!(login.ending(), Some(Ending::Failed(failure)));
    assert_eq!(login.cleanup_at, Some(after(3)));
}
