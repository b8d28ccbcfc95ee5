//! How logins end without an account.

use std::time::Duration;

use sesame_domain::login::{Ending, State, Status};
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::{Begin, Begun, ServiceError};
use sesame_sandbox::world::AuthorizationState;

use crate::harness::{Town, owner};

const SHORT: Duration = Duration::from_secs(5);

/// Cancels while the code is on show, then scans it.
async fn late_scan(town: &Town, home: i32, password: bool) {
    let node = town.node();
    let ann = town.person(home);
    if password {
        town.set_password(&ann, "correct horse");
    }
    let login = node.begin_and_show(&owner(&ann)).await;
    let link = town.link(&login).await;
    let cancelled = node.logins.cancel(&login.owner, login.id).await.unwrap();
    assert_eq!(cancelled.ending(), Some(Ending::Cancelled));
    let accepted = town.world.scan(ann.id, &link).unwrap();
    town.cleaned_up(login.id).await;
    assert_eq!(accepted.state(), AuthorizationState::Ended);
    assert!(town.devices(&ann).is_empty());
    assert!(node.accounts.linked(&owner(&ann)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_scan_after_the_cancel_leaves_nothing_at_telegram() {
    late_scan(&Town::with_token_life(SHORT).await, 1, false).await;
}

#[tokio::test]
async fn a_scan_after_the_cancel_leaves_nothing_in_another_data_centre() {
    late_scan(&Town::with_token_life(SHORT).await, 2, false).await;
}

#[tokio::test]
async fn a_scan_after_the_cancel_leaves_no_login_that_waits_for_a_password() {
    late_scan(&Town::with_token_life(SHORT).await, 2, true).await;
}

#[tokio::test]
async fn cancelling_at_the_password_logs_the_half_login_out() {
    let town = Town::new().await;
    let node = town.node();
    let ann = town.person(2);
    town.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    town.scan(&ann, &login).await;
    node.until_status(&login, Status::PasswordRequired).await;
    assert_eq!(town.devices(&ann).len(), 1);
    let cancelled = node.logins.cancel(&login.owner, login.id).await.unwrap();
    assert_eq!(cancelled.ending(), Some(Ending::Cancelled));
    town.devices_become(&ann, 0).await;
    let again = node.logins.cancel(&login.owner, login.id).await.unwrap();
    assert_eq!(again.ending(), Some(Ending::Cancelled));
}

#[tokio::test]
async fn a_stranger_cannot_cancel() {
    let town = Town::new().await;
    let node = town.node();
    let login = node.begin_and_show(&owner(&town.person(1))).await;
    let ben = owner(&town.person(1));
    let refused = node.logins.cancel(&ben, login.id).await;
    assert!(matches!(refused, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn a_login_that_runs_is_answered_again() {
    let town = Town::new().await;
    let node = town.node();
    let ann = owner(&town.person(1));
    let login = node.begin_and_show(&ann).await;
    let again = node.logins.begin(&ann, Begin::default()).await.unwrap();
    assert!(matches!(again, Begun::Existing(again) if again.id == login.id));
}

#[tokio::test]
async fn a_newer_login_supersedes_the_one_before() {
    let town = Town::new().await;
    let node = town.node();
    let ann = town.person(1);
    let older = node.begin_and_show(&owner(&ann)).await;
    let anew = Begin {
        anew: true,
        ..Begin::default()
    };
    let newer = node.begin_as(&owner(&ann), anew).await;
    let older = node.logins.find(&older.owner, older.id).await.unwrap();
    assert_eq!(older.ending(), Some(Ending::Superseded));
    let newer = node.until_status(&newer, Status::Pending).await;
    town.scan(&ann, &newer).await;
    node.until_status(&newer, Status::Authorized).await;
    assert_eq!(town.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_code_that_no_one_scans_expires() {
    let town = Town::with_token_life(SHORT).await;
    let node = town.node_with_ttl(20);
    let ann = town.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    let login = node.until_status(&login, Status::Expired).await;
    let State::Ended { at, .. } = login.state else {
        panic!("it is over");
    };
    assert!(at >= login.scan_until());
    town.cleaned_up(login.id).await;
    assert!(matches!(
        town.notices().await[..],
        [NoticeKind::LoginExpired]
    ));
}

#[tokio::test]
async fn a_password_that_never_comes_expires_the_login_at_telegram_too() {
    let town = Town::new().await;
    let node = town.node_with_ttl(20);
    let ann = town.person(1);
    town.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    town.scan(&ann, &login).await;
    node.until_status(&login, Status::Expired).await;
    town.devices_become(&ann, 0).await;
}
