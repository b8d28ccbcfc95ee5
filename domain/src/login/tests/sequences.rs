//! The machine under random events.

use proptest::prelude::*;

use super::*;

fn any_failure() -> impl Strategy<Value = CallFailure> {
    prop_oneof![
        8 => Just(CallFailure::Unavailable),
        2 => (0i64..900).prop_map(|s| CallFailure::Down { dc: 4, until: after(s) }),
        1 => (0i64..900).prop_map(|s| CallFailure::Failed(Failure::Flood { until: after(s) })),
        1 => Just(CallFailure::Failed(Failure::Frozen)),
        1 => Just(CallFailure::Lost(DeathCause::Revoked)),
        1 => Just(CallFailure::Lost(DeathCause::Banned)),
        1 => Just(CallFailure::Failed(Failure::PasswordRemoved)),
        1 => Just(CallFailure::Failed(Failure::AppRefused)),
        1 => Just(CallFailure::Failed(Failure::Internal)),
    ]
}

fn any_kind() -> impl Strategy<Value = AnswerKind> {
    prop_oneof![
        2 => Just(AnswerKind::Number),
        2 => Just(AnswerKind::Code),
        1 => Just(AnswerKind::AnotherCode),
        1 => Just(AnswerKind::AnotherNumber),
        2 => Just(AnswerKind::Password),
    ]
}

fn any_code() -> impl Strategy<Value = CodeSent> {
    let way = || prop::sample::select(CodeWay::ALL);
    let next = prop::option::of(way());
    (way(), next, 0i64..200).prop_map(|(way, next, again)| CodeSent {
        handle: sealed(),
        shown: sealed(),
        way,
        next,
        again_at: after(again),
    })
}

fn any_event() -> impl Strategy<Value = Event> {
    let token = || MigrationToken(Zeroizing::new(vec![1]));
    prop_oneof![
        6 => Just(Event::Tick),
        2 => Just(Event::Adopted),
        4 => (0i64..700).prop_map(|s| QrEvent::TokenExported {
            token: sealed(),
            expires_at: after(s),
        }.into()),
        2 => Just(QrEvent::TokenAccepted.into()),
        1 => (1i32..6).prop_map(move |dc| QrEvent::MigrationAsked { dc, token: token() }.into()),
        2 => any::<bool>().prop_map(|hint| Event::PasswordAsked { hint: hint.then(sealed) }),
        6 => any_kind().prop_map(Event::AnswerSubmitted),
        4 => prop::sample::select(Rejection::ALL).prop_map(Event::AnswerRejected),
        4 => any_code().prop_map(Event::CodeSent),
        2 => Just(Event::SignedIn),
        2 => (OWNER..=OWNER + 1).prop_map(|id| Event::Identified { person: PersonId(id) }),
        1 => Just(Event::Linked { account: account() }),
        2 => any_failure().prop_map(Event::CallFailed),
        1 => Just(Event::CancelAsked),
        1 => Just(Event::NewerBegan),
    ]
}

/// What must hold of every login after every event.
fn check(before: &Login, after: &Login, effects: &[Effect], now: Timestamp) {
    assert!(after.version >= before.version, "versions only grow");
    let status = |login: &Login| login.state.status();
    assert!(status(before) == status(after) || after.version > before.version);
    if before.is_over() {
        assert_eq!(before, after, "what is over stays over");
        assert!(effects.is_empty());
    }
    assert_eq!(
        after.wake_at().is_none(),
        after.is_over(),
        "what is not over wakes up"
    );
    assert!(
        after.cleanup_at.is_none() || after.is_over(),
        "only what is over is cleaned up"
    );
    let links = effects.contains(&Effect::Link);
    let is_linking =
        |login: &Login| matches!(login.state, State::Finishing(Finishing::Linking { .. }));
    assert!(!links || is_linking(after));
    match after.ending() {
        Some(Ending::Authorized { .. }) => {
            assert!(before.is_over() || is_linking(before));
            assert_eq!(after.cleanup_at, None, "a linked session is not logged out");
        }
        Some(_) if !before.is_over() => assert!(after.cleanup_at.is_some_and(|at| at >= now)),
        Some(_) | None => {}
    }
    let policy = Policy::default();
    match after.state.question() {
        Some(Question::Number(number)) => {
            assert!((1..=policy.numbers).contains(&number.attempts_left));
        }
        Some(Question::Code(code)) => {
            assert!((1..=policy.code_attempts).contains(&code.attempts_left));
            assert!(code.numbers_left < policy.numbers);
        }
        Some(Question::Password(password)) => {
            assert!((1..=policy.password_attempts).contains(&password.attempts_left));
        }
        None => {}
    }
    check_code(before, after, effects);
}

/// A code that is no longer waited for is cancelled, unless it was used, or
/// Telegram says that it is void, or sent another in its place.
fn check_code(before: &Login, after: &Login, effects: &[Effect]) {
    let waits = |login: &Login| login.state.question().and_then(Question::code).is_some();
    let is_cancelled = effects
        .iter()
        .any(|effect| matches!(effect, Effect::CancelCode(_)));
    assert!(!is_cancelled || waits(before), "there is a code to cancel");
    if waits(before) && after.is_over() {
        assert!(is_cancelled, "the end leaves no code waiting");
    }
    assert!(
        !(is_cancelled && waits(after)),
        "a code that is waited for is not cancelled"
    );
}

// `PROPTEST_CASES` sets the number of sequences; the nightly run uses a million.
proptest! {
    #[test]
    fn no_sequence_of_events_panics_or_escapes_the_end(
        method in prop::sample::select(Method::ALL),
        events in prop::collection::vec((0i64..30, any_event()), 0..40)
    ) {
        let policy = Policy::default();
        let mut login = login_by(method);
        let mut now = start();
        for (pause, event) in events {
            now += TimeDelta::seconds(pause);
            let before = login.clone();
            let (next, effects) = login.apply(event, &policy, now);
            check(&before, &next, &effects, now);
            login = next;
        }
        // Left alone, every login ends, by its own clock.
        let mut ticks = 0;
        while let Some(wake_at) = login.wake_at() {
            now = now.max(wake_at);
            (login, _) = login.apply(Event::Tick, &policy, now);
            ticks += 1;
            prop_assert!(ticks < 2_000, "still going: {login:?}");
        }
    }
}
