//! Signing in by phone number and code.

use super::*;

fn sent() -> CodeSent {
    CodeSent {
        handle: sealed(),
        shown: sealed(),
        way: CodeWay::App,
        next: Some(CodeWay::Sms),
        again_at: after(60),
    }
}

fn by_phone(events: impl IntoIterator<Item = (i64, Event)>) -> (Login, Vec<Effect>) {
    run_from(login_by(Method::Phone), events)
}

fn submitted(kind: AnswerKind) -> Event {
    Event::AnswerSubmitted(kind)
}

/// A code was sent at second 2 and is asked for.
fn code_asked() -> Vec<(i64, Event)> {
    vec![
        (0, Event::Adopted),
        (1, submitted(AnswerKind::Number)),
        (2, Event::CodeSent(sent())),
    ]
}

fn with(events: impl IntoIterator<Item = (i64, Event)>) -> (Login, Vec<Effect>) {
    by_phone(code_asked().into_iter().chain(events))
}

fn code(login: &Login) -> &Code {
    let question = login.state.question();
    question
        .and_then(Question::code)
        .expect("no code is asked for")
}

fn number(login: &Login) -> &Number {
    match &login.state {
        State::Proving(Proving::Required(Question::Number(number))) => number,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_number_a_code_and_a_password_link_the_account() {
    let (login, effects) = with([(3, submitted(AnswerKind::Code))]);
    assert_eq!(effects, [Effect::CheckAnswer]);
    let steps = [
        (4, Event::PasswordAsked { hint: None }),
        (5, submitted(AnswerKind::Password)),
        (6, Event::SignedIn),
    ];
    let (login, _) = run_from(login, steps);
    assert_eq!(login.scanned_at, Some(after(4)));
    assert_eq!(login.state.status(), Status::Verifying);
    let person = PersonId(OWNER);
    let steps = [
        (7, Event::Identified { person }),
        (8, Event::Linked { account: account() }),
    ];
    let (login, _) = run_from(login, steps);
    let account = account();
    assert_eq!(login.ending(), Some(Ending::Authorized { account }));
    assert_eq!(login.cleanup_at, None);
}

#[test]
fn it_begins_by_asking_for_the_number_and_asks_nothing_of_telegram() {
    let (login, effects) = by_phone([(0, Event::Adopted)]);
    assert_eq!(login.state.status(), Status::NumberRequired);
    assert_eq!(effects, []);
}

#[test]
fn a_number_that_is_not_taken_is_asked_for_again_until_there_were_enough() {
    let mut events = vec![(0, Event::Adopted)];
    for n in 0..i64::from(Policy::default().numbers) {
        let (login, _) = by_phone(events.clone());
        let left = Policy::default().numbers - u8::try_from(n).unwrap();
        assert_eq!(number(&login).attempts_left, left);
        events.push((1, submitted(AnswerKind::Number)));
        events.push((2, Event::AnswerRejected(Rejection::NumberInvalid)));
    }
    let (login, _) = by_phone(events);
    let failure = Failure::NumberAttempts;
    assert_eq!(login.ending(), Some(Ending::Failed(failure)));
}

#[test]
fn a_wrong_code_is_asked_for_again_until_there_were_enough() {
    let mut events = Vec::new();
    for left in (1..Policy::default().code_attempts).rev() {
        events.push((3, submitted(AnswerKind::Code)));
        events.push((4, Event::AnswerRejected(Rejection::CodeInvalid)));
        let (login, effects) = with(events.clone());
        assert_eq!(code(&login).attempts_left, left);
        assert_eq!(code(&login).rejected, Some(Rejection::CodeInvalid));
        assert_eq!(effects, [Effect::ForgetAnswer]);
    }
    events.push((5, submitted(AnswerKind::Code)));
    events.push((6, Event::AnswerRejected(Rejection::CodeInvalid)));
    let (login, effects) = with(events);
    let failure = Failure::CodeAttempts;
    assert_eq!(login.ending(), Some(Ending::Failed(failure)));
    assert!(effects.contains(&Effect::CancelCode(sent())));
}

#[test]
fn after_an_expired_code_only_another_one_leads_on() {
    let expired = [
        (3, submitted(AnswerKind::Code)),
        (4, Event::AnswerRejected(Rejection::CodeExpired)),
    ];
    let (login, _) = with(expired);
    let left = code(&login).attempts_left;
    assert_eq!(left, Policy::default().code_attempts, "it was not wrong");
    let (same, effects) = run_from(login.clone(), [(5, submitted(AnswerKind::Code))]);
    assert_eq!((&same, effects), (&login, vec![]));
    let (login, effects) = run_from(login, [(5, submitted(AnswerKind::AnotherCode))]);
    assert_eq!(effects, [Effect::CheckAnswer]);
    let (login, _) = run_from(login, [(6, Event::CodeSent(sent()))]);
    assert_eq!(code(&login).rejected, None);
}

#[test]
fn another_code_is_asked_for_when_telegram_lets_us() {
    let cases = [
        (59, Some(CodeWay::Sms), false),
        (60, Some(CodeWay::Sms), true),
        (590, None, false),
    ];
    for (second, next, is_taken) in cases {
        let (login, _) = by_phone([
            (0, submitted(AnswerKind::Number)),
            (1, Event::CodeSent(CodeSent { next, ..sent() })),
        ]);
        let (_, effects) = run_from(login, [(second, submitted(AnswerKind::AnotherCode))]);
        assert_eq!(effects == [Effect::CheckAnswer], is_taken, "at {second}");
    }
}

#[test]
fn without_another_way_the_code_that_was_sent_still_counts() {
    let (login, _) = with([
        (60, submitted(AnswerKind::AnotherCode)),
        (61, Event::AnswerRejected(Rejection::NoOtherWay)),
    ]);
    assert_eq!(code(&login).sent.next, None);
    let (login, _) = run_from(
        login,
        [(62, submitted(AnswerKind::Code)), (63, Event::SignedIn)],
    );
    assert_eq!(login.state.status(), Status::Verifying);
}

#[test]
fn another_number_cancels_the_code_and_counts() {
    let (login, effects) = with([(3, submitted(AnswerKind::AnotherNumber))]);
    let left = Policy::default().numbers - 1;
    assert_eq!(number(&login).attempts_left, left);
    assert_eq!(effects, [Effect::ForgetAnswer, Effect::CancelCode(sent())]);
}

#[test]
fn a_number_without_an_account_is_asked_for_again() {
    let (login, _) = with([
        (3, submitted(AnswerKind::Code)),
        (4, Event::AnswerRejected(Rejection::NumberUnoccupied)),
    ]);
    assert_eq!(number(&login).rejected, Some(Rejection::NumberUnoccupied));
}

#[test]
fn a_new_driver_asks_for_the_number_again_and_whether_a_code_went_through() {
    let (login, _) = by_phone([(0, submitted(AnswerKind::Number)), (1, Event::Adopted)]);
    let again = number(&login);
    assert_eq!(again.rejected, Some(Rejection::Unheard));
    assert_eq!(again.attempts_left, Policy::default().numbers);
    let (login, effects) = with([(3, submitted(AnswerKind::Code)), (4, Event::Adopted)]);
    assert_eq!(effects, [Effect::Identify]);
    assert!(login.state.is_checking());
    let unheard = Event::AnswerRejected(Rejection::Unheard);
    let (login, _) = run_from(login, [(5, unheard)]);
    let left = code(&login).attempts_left;
    assert_eq!(left, Policy::default().code_attempts);
}

#[test]
fn a_number_is_sent_again_after_a_failure_while_its_driver_holds_it() {
    let unavailable = || Event::CallFailed(CallFailure::Unavailable);
    let (login, effects) = by_phone([
        (0, submitted(AnswerKind::Number)),
        (1, unavailable()),
        (3, Event::Tick),
    ]);
    assert_eq!(effects, [Effect::CheckAnswer]);
    assert!(login.state.is_checking());
}

#[test]
fn leaving_half_way_cancels_the_code() {
    let flood = CallFailure::Failed(Failure::NumberFlood { until: after(99) });
    for end in [
        Event::CancelAsked,
        Event::NewerBegan,
        Event::CallFailed(flood),
    ] {
        let (login, effects) = with([(3, end)]);
        assert!(login.is_over());
        assert!(effects.contains(&Effect::CancelCode(sent())));
        assert_eq!(login.cleanup_at, Some(after(3)));
    }
}

#[test]
fn an_answer_of_another_question_changes_nothing() {
    let (login, _) = with([]);
    for kind in [AnswerKind::Number, AnswerKind::Password] {
        let (same, effects) = run_from(login.clone(), [(3, submitted(kind))]);
        assert_eq!((&same, effects), (&login, vec![]));
    }
}
