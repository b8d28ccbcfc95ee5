//! How logins end without an account.

use std::time::Duration;

use sesame_domain::login::{Ending, State, Status};
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::{Begin, Begun, ServiceError};
use sesame_sandbox::world::AuthorizationState;

use crate::fixture::{Fixture, owner};

const SHORT: Duration = Duration::from_secs(5);

/// Cancels while the code is on show, then scans it.
async fn late_scan(fixture: &Fixture, home: i32, password: bool) {
    let node = fixture.node();
    let ann = fixture.person(home);
    if password {
        fixture.set_password(&ann, "correct horse");
    }
    let login = node.begin_and_show(&owner(&ann)).await;
    let link = fixture.link(&login).await;
    let cancelled = node.logins.cancel(&login.owner, login.id).await.unwrap();
    assert_eq!(cancelled.ending(), Some(Ending::Cancelled));
    let accepted = fixture.world.scan(ann.id, &link).unwrap();
    fixture.cleaned_up(login.id).await;
    assert_eq!(accepted.state(), AuthorizationState::Ended);
    assert!(fixture.devices(&ann).is_empty());
    assert!(node.accounts.linked(&owner(&ann)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_scan_after_the_cancel_leaves_nothing_at_telegram() {
    late_scan(&Fixture::with_token_life(SHORT).await, 1, false).await;
}

#[tokio::test]
async fn a_scan_after_the_cancel_leaves_nothing_in_another_data_centre() {
    late_scan(&Fixture::with_token_life(SHORT).await, 2, false).await;
}

#[tokio::test]
async fn a_scan_after_the_cancel_leaves_no_login_that_waits_for_a_password() {
    late_scan(&Fixture::with_token_life(SHORT).await, 2, true).await;
}

#[tokio::test]
async fn cancelling_at_the_password_logs_the_half_login_out() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::PasswordRequired).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
    let cancelled = node.logins.cancel(&login.owner, login.id).await.unwrap();
    assert_eq!(cancelled.ending(), Some(Ending::Cancelled));
    fixture.devices_become(&ann, 0).await;
    let again = node.logins.cancel(&login.owner, login.id).await.unwrap();
    assert_eq!(again.ending(), Some(Ending::Cancelled));
}

#[tokio::test]
async fn a_stranger_cannot_cancel() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let login = node.begin_and_show(&owner(&fixture.person(1))).await;
    let ben = owner(&fixture.person(1));
    let refused = node.logins.cancel(&ben, login.id).await;
    assert!(matches!(refused, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn a_login_that_runs_is_answered_again() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = owner(&fixture.person(1));
    let login = node.begin_and_show(&ann).await;
    let again = node.logins.begin(&ann, Begin::default()).await.unwrap();
    assert!(matches!(again, Begun::Existing(again) if again.id == login.id));
}

#[tokio::test]
async fn a_newer_login_supersedes_the_one_before() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let older = node.begin_and_show(&owner(&ann)).await;
    let anew = Begin {
        anew: true,
        ..Begin::default()
    };
    let newer = node.begin_as(&owner(&ann), anew).await;
    let older = node.logins.find(&older.owner, older.id).await.unwrap();
    assert_eq!(older.ending(), Some(Ending::Superseded));
    let newer = node.until_status(&newer, Status::Pending).await;
    fixture.scan(&ann, &newer).await;
    node.until_status(&newer, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_code_that_no_one_scans_expires() {
    let fixture = Fixture::with_token_life(SHORT).await;
    let node = fixture.node_with_ttl(20);
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    let login = node.until_status(&login, Status::Expired).await;
    let State::Ended { at, .. } = login.state else {
        panic!("it is over");
    };
    assert!(at >= login.scan_until());
    fixture.cleaned_up(login.id).await;
    assert!(matches!(
        fixture.notices().await[..],
        [NoticeKind::LoginExpired]
    ));
}

#[tokio::test]
async fn a_password_that_never_comes_expires_the_login_at_telegram_too() {
    let fixture = Fixture::new().await;
    let node = fixture.node_with_ttl(20);
    let ann = fixture.person(1);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Expired).await;
    fixture.devices_become(&ann, 0).await;
}
