//! Signing in by phone number and code.

use rstest::rstest;
use sesame_domain::account::Account;
use sesame_domain::audit::{Access, Actor};
use sesame_domain::login::{
    Code, CodeShown, CodeWay, Ending, Failure, Login, Method, Number, Question, Rejection, Status,
};
use sesame_domain::ports::{Answer, Begin, Begun, ServiceError};
use sesame_domain::sealed::{Binding, Purpose};
use sesame_sandbox::world::Person;

use crate::eventually::eventually;
use crate::fixture::{Fixture, Node, owner};

const BY_PHONE: Begin = Begin {
    anew: false,
    relink: false,
    method: Some(Method::Phone),
};

impl Node {
    async fn begin_by_phone(&self, person: &Person) -> Login {
        let login = self.begin_as(&owner(person), BY_PHONE).await;
        assert_eq!(login.state.status(), Status::NumberRequired);
        login
    }

    async fn answer(&self, login: &Login, answer: Answer) -> Login {
        let submitted = self.logins.submit(&login.owner, login.id, answer);
        submitted.await.unwrap()
    }

    async fn number(&self, login: &Login, number: &str) {
        self.answer(login, Answer::Number(number.into())).await;
    }

    async fn code(&self, login: &Login, code: &str) {
        self.answer(login, Answer::Code(code.into())).await;
    }

    /// Waits until the person is asked for the code.
    async fn until_code(&self, login: &Login) -> Login {
        self.until(login, |login| {
            !login.state.is_checking() && code_of(login).is_some()
        })
        .await
    }

    /// Begins a login and has a code sent to the person's number.
    async fn begin_and_send(&self, person: &Person) -> Login {
        let login = self.begin_by_phone(person).await;
        self.number(&login, &format!("+{}", person.phone)).await;
        self.until_code(&login).await
    }

    /// Types the code that came, and waits until the account is linked.
    async fn link_with_code(&self, fixture: &Fixture, person: &Person, login: &Login) {
        self.code(login, &received(fixture, person)).await;
        self.until_status(login, Status::Authorized).await;
    }

    async fn linked(&self, person: &Person) -> Option<Account> {
        self.accounts.linked(&owner(person)).await.unwrap()
    }

    /// Waits until an answer was not taken for this reason.
    async fn until_rejected(&self, login: &Login, why: Rejection) -> Login {
        self.until(login, |login| {
            !login.state.is_checking() && rejection(login) == Some(why)
        })
        .await
    }
}

fn code_of(login: &Login) -> Option<&Code> {
    login.state.question().and_then(Question::code)
}

fn number_of(login: &Login) -> &Number {
    match login.state.question() {
        Some(Question::Number(number)) => number,
        other => panic!("{other:?}"),
    }
}

fn rejection(login: &Login) -> Option<Rejection> {
    match login.state.question()? {
        Question::Number(number) => number.rejected,
        Question::Code(code) => code.rejected,
        Question::Password(_) => None,
    }
}

/// The code that came last to the person.
fn received(fixture: &Fixture, person: &Person) -> String {
    let codes = fixture.world.codes().of(&person.phone);
    codes.first().expect("no code came").code.clone()
}

/// A code that did not come.
fn wrong(fixture: &Fixture, person: &Person) -> String {
    let right = received(fixture, person);
    let first = if right.starts_with('1') { '2' } else { '1' };
    format!("{first}{}", &right[1..])
}

#[rstest]
#[case::at_home(1)]
#[case::in_another_data_centre(2)]
#[tokio::test]
async fn a_number_and_a_code_link_the_account(#[case] home: i32) {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(home);
    let login = node.begin_and_send(&ann).await;
    assert_eq!(code_of(&login).unwrap().sent.way, CodeWay::App);
    node.link_with_code(&fixture, &ann, &login).await;
    assert!(node.linked(&ann).await.is_some());
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn the_password_comes_after_the_code() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_send(&ann).await;
    node.code(&login, &received(&fixture, &ann)).await;
    node.until_status(&login, Status::PasswordRequired).await;
    node.password(&login, "correct horse").await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn what_is_kept_of_the_number_is_sealed_and_its_end_is_shown() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_send(&ann).await;
    let sent = &code_of(&login).unwrap().sent;
    let binding = Binding::login(&login.owner, login.id, Purpose::CodeShown);
    let access = Access {
        actor: Actor::Owner,
        reason: "test".into(),
    };
    let shown = fixture.vault.open(&binding, &sent.shown, &access).await;
    let shown = CodeShown::from_bytes(&shown.unwrap());
    assert!(ann.phone.ends_with(&shown.number_ends));
    assert_eq!(shown.number_ends.len(), 2);
    assert_eq!(shown.digits, Some(5));
    for sealed in [&sent.shown, &sent.handle] {
        let plain = String::from_utf8_lossy(&sealed.ciphertext);
        assert!(!plain.contains(&ann.phone));
    }
}

#[tokio::test]
async fn a_wrong_code_is_asked_for_again_and_the_right_one_leads_on() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_send(&ann).await;
    let before = code_of(&login).unwrap().attempts_left;
    node.code(&login, &wrong(&fixture, &ann)).await;
    let login = node.until_rejected(&login, Rejection::CodeInvalid).await;
    assert_eq!(code_of(&login).unwrap().attempts_left, before - 1);
    node.link_with_code(&fixture, &ann, &login).await;
}

#[tokio::test]
async fn after_an_expired_code_another_one_is_sent() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_send(&ann).await;
    let old = received(&fixture, &ann);
    fixture.fault("auth.signIn", 400, "PHONE_CODE_EXPIRED", 1);
    node.code(&login, &old).await;
    let login = node.until_rejected(&login, Rejection::CodeExpired).await;
    let typed = Answer::Code(old.as_str().into());
    let refused = node.logins.submit(&login.owner, login.id, typed).await;
    assert!(matches!(refused, Err(ServiceError::WrongState)));
    node.answer(&login, Answer::AnotherCode).await;
    let fresh = |login: &Login| !login.state.is_checking() && rejection(login).is_none();
    let login = node.until(&login, fresh).await;
    assert_ne!(received(&fixture, &ann), old);
    node.link_with_code(&fixture, &ann, &login).await;
}

/// What Telegram says of a number, and what the person is told.
#[rstest]
#[case(406, "PHONE_NUMBER_INVALID", Rejection::NumberInvalid)]
#[case(400, "PHONE_NUMBER_INVALID", Rejection::NumberInvalid)]
#[case(400, "PHONE_NUMBER_BANNED", Rejection::NumberBanned)]
#[case(400, "PHONE_NUMBER_UNOCCUPIED", Rejection::NumberUnoccupied)]
#[tokio::test]
async fn a_number_that_is_not_taken_is_asked_for_again(
    #[case] code: i32,
    #[case] name: &str,
    #[case] why: Rejection,
) {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_by_phone(&ann).await;
    let before = number_of(&login).attempts_left;
    fixture.fault("auth.sendCode", code, name, 1);
    node.number(&login, &format!("+{}", ann.phone)).await;
    let login = node.until_rejected(&login, why).await;
    assert_eq!(number_of(&login).attempts_left, before - 1);
    node.number(&login, &format!("+{}", ann.phone)).await;
    let login = node.until_code(&login).await;
    node.link_with_code(&fixture, &ann, &login).await;
}

/// What Telegram says when no code will come, and how the login ends.
#[rstest]
#[case("auth.sendCode", 400, "PHONE_NUMBER_FLOOD", "number_flood")]
#[case("auth.sendCode", 420, "FLOOD_WAIT_3600", "flood")]
#[case("auth.sendCode", 400, "API_ID_INVALID", "app_refused")]
#[case("auth.signIn", 406, "PHONE_PASSWORD_FLOOD", "password_flood")]
#[case("auth.signIn", 420, "FLOOD_WAIT_3600", "flood")]
#[tokio::test]
async fn what_no_one_can_mend_now_ends_the_login(
    #[case] method: &str,
    #[case] code: i32,
    #[case] name: &str,
    #[case] failure: &str,
) {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    fixture.fault(method, code, name, 1);
    let login = node.begin_by_phone(&ann).await;
    node.number(&login, &format!("+{}", ann.phone)).await;
    if method == "auth.signIn" {
        let login = node.until_code(&login).await;
        node.code(&login, &received(&fixture, &ann)).await;
    }
    let over = node.until_status(&login, Status::Failed).await;
    let Some(Ending::Failed(ending)) = over.ending() else {
        panic!("{:?}", over.state);
    };
    assert_eq!(ending.code(), failure);
}

#[tokio::test]
async fn what_telegram_wants_from_the_start_is_done_again_and_no_one_notices() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    fixture.fault("auth.sendCode", 500, "AUTH_RESTART", 2);
    let login = node.begin_and_send(&ann).await;
    node.link_with_code(&fixture, &ann, &login).await;
}

#[tokio::test]
async fn a_number_without_an_account_is_refused_and_none_is_made() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_by_phone(&ann).await;
    node.number(&login, "+99967000000").await;
    let login = node.until_code(&login).await;
    let codes = fixture.world.codes().of("99967000000");
    node.code(&login, &codes[0].code).await;
    let login = node
        .until_rejected(&login, Rejection::NumberUnoccupied)
        .await;
    assert_eq!(login.state.status(), Status::NumberRequired);
    assert_eq!(fixture.calls("auth.signUp"), 0);
}

#[tokio::test]
async fn anothers_account_is_logged_out_again() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, ben) = (fixture.person(1), fixture.person(2));
    let login = node.begin_by_phone(&ann).await;
    node.number(&login, &format!("+{}", ben.phone)).await;
    let login = node.until_code(&login).await;
    node.code(&login, &received(&fixture, &ben)).await;
    let over = node.until_status(&login, Status::Failed).await;
    assert_eq!(over.ending(), Some(Ending::Failed(Failure::WrongAccount)));
    fixture.devices_become(&ben, 0).await;
    assert!(node.linked(&ann).await.is_none());
}

#[tokio::test]
async fn leaving_half_way_makes_the_code_void() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_send(&ann).await;
    node.logins.cancel(&login.owner, login.id).await.unwrap();
    fixture.cleaned_up(login.id).await;
    assert_eq!(fixture.calls("auth.cancelCode"), 1);
    let codes = fixture.world.codes().of(&ann.phone);
    assert_eq!(codes[0].attempts_left, 0);
}

#[tokio::test]
async fn another_number_makes_the_code_void_and_leads_on() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, ben) = (fixture.person(1), fixture.person(2));
    let login = node.begin_by_phone(&ann).await;
    node.number(&login, &format!("+{}", ben.phone)).await;
    let login = node.until_code(&login).await;
    let asked = node.answer(&login, Answer::AnotherNumber).await;
    assert_eq!(asked.state.status(), Status::NumberRequired);
    eventually("the code to be cancelled", || async {
        fixture.world.codes().of(&ben.phone)[0].attempts_left == 0
    })
    .await;
    node.number(&login, &format!("+{}", ann.phone)).await;
    let login = node.until_code(&login).await;
    node.link_with_code(&fixture, &ann, &login).await;
}

#[tokio::test]
async fn leaving_at_the_password_logs_the_half_login_out() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_send(&ann).await;
    node.code(&login, &received(&fixture, &ann)).await;
    node.until_status(&login, Status::PasswordRequired).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
    node.logins.cancel(&login.owner, login.id).await.unwrap();
    fixture.devices_become(&ann, 0).await;
}

#[tokio::test]
async fn a_login_by_another_way_takes_the_place_of_the_one_that_runs() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let by_code = node.begin_and_show(&owner(&ann)).await;
    let by_phone = node.begin_by_phone(&ann).await;
    node.until_status(&by_code, Status::Superseded).await;
    let again = node.logins.begin(&owner(&ann), Begin::default()).await;
    match again.unwrap() {
        Begun::Existing(login) => assert_eq!(login.id, by_phone.id),
        Begun::Created(login) => panic!("another one: {:?}", login.state),
    }
    let by_qr = Begin {
        method: Some(Method::Qr),
        ..Begin::default()
    };
    let login = node.begin_as(&owner(&ann), by_qr).await;
    assert_eq!(login.method, Method::Qr);
    node.until_status(&by_phone, Status::Superseded).await;
}

#[tokio::test]
async fn a_way_that_is_off_is_refused() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    settings.phone_login = false;
    let node = fixture.node_with(settings);
    let ann = fixture.person(1);
    let refused = node.logins.begin(&owner(&ann), BY_PHONE).await;
    assert!(matches!(refused, Err(ServiceError::MethodOff)));
    node.begin_and_show(&owner(&ann)).await;
}

/// The node dies while each of these is waited for.
mod when_the_node_dies {
    use super::*;

    /// Ends a node as a crash does: nothing is given back.
    fn kill(node: Node) {
        drop(node);
    }

    #[tokio::test]
    async fn at_the_number_the_next_one_goes_on() {
        let fixture = Fixture::new().await;
        let node = fixture.node();
        let ann = fixture.person(2);
        let login = node.begin_by_phone(&ann).await;
        kill(node);
        let node = fixture.node();
        node.number(&login, &format!("+{}", ann.phone)).await;
        let login = node.until_code(&login).await;
        node.link_with_code(&fixture, &ann, &login).await;
    }

    #[tokio::test]
    async fn while_a_code_is_sent_the_number_is_asked_for_again() {
        let fixture = Fixture::new().await;
        let node = fixture.node();
        let ann = fixture.person(1);
        let login = node.begin_by_phone(&ann).await;
        fixture.fault("auth.sendCode", -503, "Timeout", 1_000);
        node.number(&login, &format!("+{}", ann.phone)).await;
        kill(node);
        fixture.world.faults().clear();
        let node = fixture.node();
        let login = node.until_rejected(&login, Rejection::Unheard).await;
        node.number(&login, &format!("+{}", ann.phone)).await;
        let login = node.until_code(&login).await;
        node.link_with_code(&fixture, &ann, &login).await;
    }

    #[tokio::test]
    async fn at_the_code_the_one_that_came_still_counts() {
        let fixture = Fixture::new().await;
        let node = fixture.node();
        let ann = fixture.person(2);
        let login = node.begin_and_send(&ann).await;
        let code = received(&fixture, &ann);
        kill(node);
        let node = fixture.node();
        node.code(&login, &code).await;
        node.until_status(&login, Status::Authorized).await;
        assert_eq!(fixture.world.codes().of(&ann.phone).len(), 1);
    }

    #[tokio::test]
    async fn while_a_code_is_checked_it_is_found_out_whether_it_went_through() {
        let fixture = Fixture::new().await;
        let node = fixture.node();
        let ann = fixture.person(1);
        let login = node.begin_and_send(&ann).await;
        fixture.fault("auth.signIn", 500, "INTERNAL", 1);
        fixture.fault("users.getUsers", 500, "INTERNAL", 1_000);
        node.code(&login, &received(&fixture, &ann)).await;
        let is_stuck = |login: &Login| login.state.is_checking() && login.retry.is_some();
        node.until(&login, is_stuck).await;
        kill(node);
        fixture.world.faults().clear();
        let node = fixture.node();
        let login = node.until_rejected(&login, Rejection::Unheard).await;
        let left = code_of(&login).unwrap().attempts_left;
        assert_eq!(left, 5, "no one heard that it was wrong");
        node.link_with_code(&fixture, &ann, &login).await;
    }
}
