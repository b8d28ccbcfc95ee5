//! The cloud password.

use secrecy::SecretString;
use sesame_domain::audit::{Access, Actor};
use sesame_domain::login::{Ending, Failure, Login, Password, State, Status};
use sesame_domain::ports::DeskError;
use sesame_domain::sealed::{Binding, Purpose};

use crate::harness::{Node, Town, owner};

const RIGHT: &str = "correct horse";

/// A login that asks for the password of a person who lives in this data centre.
async fn asked(town: &Town, node: &Node, dc: i32) -> (sesame_sandbox::world::Person, Login) {
    let ann = town.person(dc);
    town.set_password(&ann, RIGHT);
    let login = node.begin_and_show(&owner(&ann)).await;
    town.scan(&ann, &login).await;
    let login = node.until_status(&login, Status::PasswordRequired).await;
    (ann, login)
}

fn question(login: &Login) -> Option<&Password> {
    match &login.state {
        State::PasswordRequired(password) => Some(password),
        _ => None,
    }
}

#[tokio::test]
async fn a_wrong_password_asks_again_and_the_right_one_links() {
    let town = Town::new().await;
    let node = town.node();
    let (ann, login) = asked(&town, &node, 1).await;
    assert_eq!(question(&login).unwrap().attempts_left, 5);
    let checking = node.password(&login, "wrong horse").await;
    assert!(matches!(checking.state, State::CheckingPassword(_)));
    let login = node
        .until(&login, |login| {
            question(login).is_some_and(|asked| asked.rejected)
        })
        .await;
    assert_eq!(question(&login).unwrap().attempts_left, 4);
    node.password(&login, RIGHT).await;
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(town.devices(&ann).len(), 1);
}

#[tokio::test]
async fn the_password_is_asked_for_where_the_account_lives() {
    let town = Town::new().await;
    let node = town.node();
    let (ann, login) = asked(&town, &node, 2).await;
    node.password(&login, "wrong horse").await;
    let login = node
        .until(&login, |login| {
            question(login).is_some_and(|asked| asked.rejected)
        })
        .await;
    node.password(&login, RIGHT).await;
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(town.devices(&ann)[0].dc(), 2);
}

#[tokio::test]
async fn the_hint_is_kept_sealed() {
    let town = Town::new().await;
    let node = town.node();
    let (_, login) = asked(&town, &node, 1).await;
    let hint = question(&login).unwrap().hint.clone().unwrap();
    let binding = Binding::login(&login.owner, login.id, Purpose::PasswordHint);
    let access = Access {
        actor: Actor::Owner,
        reason: "test",
    };
    let opened = town.vault.open(&binding, &hint, &access).await.unwrap();
    assert_eq!(&**opened, b"the usual");
}

#[tokio::test]
async fn five_wrong_passwords_end_the_login_at_telegram_too() {
    let town = Town::new().await;
    let node = town.node();
    let (ann, mut login) = asked(&town, &node, 1).await;
    assert_eq!(town.devices(&ann).len(), 1);
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
    town.devices_become(&ann, 0).await;
}

#[tokio::test]
async fn parameters_that_went_stale_are_fetched_once_more() {
    let town = Town::new().await;
    let node = town.node();
    let (_, login) = asked(&town, &node, 1).await;
    town.fault("auth.checkPassword", 400, "SRP_ID_INVALID", 1);
    node.password(&login, RIGHT).await;
    let login = node.until_status(&login, Status::Authorized).await;
    assert!(login.is_over());
}

#[tokio::test]
async fn a_check_that_was_cut_off_asks_again_and_does_not_count() {
    let town = Town::new().await;
    let node = town.node();
    let (_, login) = asked(&town, &node, 1).await;
    town.fault("auth.checkPassword", 500, "INTERNAL", 1);
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

#[tokio::test]
async fn a_password_that_no_one_asked_for_is_refused() {
    let town = Town::new().await;
    let node = town.node();
    let ann = town.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    let password = SecretString::from(RIGHT);
    let refused = node
        .logins
        .submit_password(&login.owner, login.id, password)
        .await;
    assert!(matches!(refused, Err(DeskError::WrongState)));
}

#[tokio::test]
async fn a_strangers_login_takes_no_password() {
    let town = Town::new().await;
    let node = town.node();
    let (_, login) = asked(&town, &node, 1).await;
    let ben = owner(&town.person(1));
    let password = SecretString::from(RIGHT);
    let refused = node.logins.submit_password(&ben, login.id, password).await;
    assert!(matches!(refused, Err(DeskError::NotFound)));
}
