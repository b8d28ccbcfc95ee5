//! The cloud password.

use sesame_domain::audit::{Access, Actor};
use sesame_domain::login::{Ending, Failure, Login, Password, Proving, Question, State, Status};
use sesame_domain::ports::{Answer, ServiceError};
use sesame_domain::sealed::{Binding, Purpose};
use sesame_sandbox::world::CloudPassword;

use crate::fixture::{Fixture, Node, owner};

const RIGHT: &str = "correct horse";

/// A login that asks for the password of a person who lives in this data centre.
async fn asked(fixture: &Fixture, node: &Node, dc: i32) -> (sesame_sandbox::world::Person, Login) {
    let ann = fixture.person(dc);
    fixture.set_password(&ann, RIGHT);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    let login = node.until_status(&login, Status::PasswordRequired).await;
    (ann, login)
}

fn question(login: &Login) -> Option<&Password> {
    match &login.state {
        State::Proving(Proving::Required(Question::Password(password))) => Some(password),
        _ => None,
    }
}

#[tokio::test]
async fn a_wrong_password_asks_again_and_the_right_one_links() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, login) = asked(&fixture, &node, 1).await;
    assert_eq!(question(&login).unwrap().attempts_left, 5);
    let checking = node.password(&login, "wrong horse").await;
    assert!(checking.state.is_checking());
    let login = node
        .until(&login, |login| {
            question(login).is_some_and(|asked| asked.rejected)
        })
        .await;
    assert_eq!(question(&login).unwrap().attempts_left, 4);
    node.password(&login, RIGHT).await;
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn the_password_is_asked_for_where_the_account_lives() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, login) = asked(&fixture, &node, 2).await;
    node.password(&login, "wrong horse").await;
    let login = node
        .until(&login, |login| {
            question(login).is_some_and(|asked| asked.rejected)
        })
        .await;
    node.password(&login, RIGHT).await;
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann)[0].dc(), 2);
}

#[tokio::test]
async fn the_hint_is_kept_sealed() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (_, login) = asked(&fixture, &node, 1).await;
    let hint = question(&login).unwrap().hint.clone().unwrap();
    let binding = Binding::login(&login.owner, login.id, Purpose::PasswordHint);
    let access = Access {
        actor: Actor::Owner,
        reason: "test".into(),
    };
    let opened = fixture.vault.open(&binding, &hint, &access).await.unwrap();
    assert_eq!(&**opened, b"the usual");
}

#[tokio::test]
async fn five_wrong_passwords_end_the_login_at_telegram_too() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, mut login) = asked(&fixture, &node, 1).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
    for left in (1..5).rev() {
        node.password(&login, "wrong horse").await;
        login = node
            .until(&login, |login| {
                question(login).is_some_and(|asked| asked.attempts_left == left)
            })
            .await;
    }
    node.password(&login, "wrong horse").await;
    let login = node.until_status(&login, Status::Failed).await;
    let failure = Failure::PasswordAttempts;
    assert_eq!(login.ending(), Some(Ending::Failed(failure)));
    fixture.devices_become(&ann, 0).await;
}

#[tokio::test]
async fn parameters_that_went_stale_are_fetched_once_more() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (_, login) = asked(&fixture, &node, 1).await;
    fixture.fault("auth.checkPassword", 400, "SRP_ID_INVALID", 1);
    node.password(&login, RIGHT).await;
    let login = node.until_status(&login, Status::Authorized).await;
    assert!(login.is_over());
}

#[tokio::test]
async fn a_check_that_was_cut_off_asks_again_and_does_not_count() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (_, login) = asked(&fixture, &node, 1).await;
    fixture.fault("auth.checkPassword", 500, "INTERNAL", 1);
    let checking = node.password(&login, RIGHT).await;
    let again = node
        .until(&login, |login| {
            question(login).is_some() && login.version > checking.version
        })
        .await;
    assert_eq!(question(&again).unwrap().attempts_left, 5);
    assert!(!question(&again).unwrap().rejected);
    node.password(&again, RIGHT).await;
    node.until_status(&again, Status::Authorized).await;
}

fn remove_password(fixture: &Fixture, person: &sesame_sandbox::world::Person) {
    fixture.world.set_password(person.id, None).unwrap();
}

async fn failed(node: &Node, login: &Login) -> Failure {
    let login = node.until_status(login, Status::Failed).await;
    match login.ending() {
        Some(Ending::Failed(failure)) => failure,
        other => panic!("not failed: {other:?}"),
    }
}

#[tokio::test]
async fn a_login_goes_on_by_itself_when_the_password_is_removed() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    // At home where it began, and in another data centre.
    for dc in [1, 2] {
        let (ann, login) = asked(&fixture, &node, dc).await;
        remove_password(&fixture, &ann);
        node.until_status(&login, Status::Authorized).await;
        assert_eq!(fixture.devices(&ann).len(), 1);
    }
}

#[tokio::test]
async fn whatever_is_typed_after_the_password_was_removed_goes_on() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, login) = asked(&fixture, &node, 2).await;
    remove_password(&fixture, &ann);
    node.password(&login, "wrong horse").await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_login_that_may_not_go_on_without_the_password_ends_by_name() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    for word in ["SESSION_PASSWORD_NEEDED", "AUTH_TOKEN_EXCEPTION"] {
        let (ann, login) = asked(&fixture, &node, 1).await;
        let code = if word == "AUTH_TOKEN_EXCEPTION" {
            400
        } else {
            401
        };
        fixture.fault("auth.exportLoginToken", code, word, 1);
        remove_password(&fixture, &ann);
        node.password(&login, RIGHT).await;
        assert_eq!(failed(&node, &login).await, Failure::PasswordRemoved);
        fixture.devices_become(&ann, 0).await;
        fixture.world.faults().clear();
    }
}

#[tokio::test]
async fn a_password_that_is_removed_during_the_check_is_noticed() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, login) = asked(&fixture, &node, 1).await;
    // Telegram may call it wrong, or tell that it changed.
    fixture.fault("auth.checkPassword", 400, "SRP_PASSWORD_CHANGED", 1);
    remove_password(&fixture, &ann);
    node.password(&login, RIGHT).await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_check_whose_answer_was_lost_is_not_made_twice() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, login) = asked(&fixture, &node, 2).await;
    fixture.world.faults().lose_answers("auth.checkPassword", 1);
    node.password(&login, RIGHT).await;
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.calls("auth.checkPassword"), 1);
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_password_that_was_changed_shows_its_new_hint() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, login) = asked(&fixture, &node, 1).await;
    let new = CloudPassword::derive("new horse", Some("the other".to_owned()));
    fixture.world.set_password(ann.id, Some(new)).unwrap();
    let checking = node.password(&login, RIGHT).await;
    let is_told = |login: &Login| {
        login.version > checking.version + 1
            && question(login).is_some_and(|asked| asked.rejected && asked.attempts_left == 4)
    };
    let told = node.until(&login, is_told).await;
    let hint = question(&told).unwrap().hint.clone().unwrap();
    let binding = Binding::login(&login.owner, login.id, Purpose::PasswordHint);
    let access = Access {
        actor: Actor::Owner,
        reason: "test".into(),
    };
    let opened = fixture.vault.open(&binding, &hint, &access).await.unwrap();
    assert_eq!(&**opened, b"the other");
    node.password(&told, "new horse").await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_password_that_was_set_between_the_scan_and_the_move_is_asked_for() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.fault("auth.importLoginToken", 500, "INTERNAL", 1_000);
    fixture.scan(&ann, &login).await;
    node.until(&login, |login| login.retry.is_some()).await;
    fixture.set_password(&ann, RIGHT);
    fixture.world.faults().clear();
    node.until_status(&login, Status::PasswordRequired).await;
    node.password(&login, RIGHT).await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_password_that_no_one_asked_for_is_refused() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    let answer = Answer::Password(RIGHT.into());
    let refused = node.logins.submit(&login.owner, login.id, answer).await;
    assert!(matches!(refused, Err(ServiceError::WrongState)));
}

#[tokio::test]
async fn a_strangers_login_takes_no_password() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (_, login) = asked(&fixture, &node, 1).await;
    let ben = owner(&fixture.person(1));
    let answer = Answer::Password(RIGHT.into());
    let refused = node.logins.submit(&ben, login.id, answer).await;
    assert!(matches!(refused, Err(ServiceError::NotFound)));
}
