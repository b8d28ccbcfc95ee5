//! What Telegram may answer instead.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use sesame_domain::login::{Ending, Failure, Login, Status};
use sesame_domain::ports::ServiceError;
use sesame_domain::time::{Clock as _, SystemClock};

use tokio::sync::{Mutex, Notify};

use crate::fixture::{Fixture, Node, owner};
use crate::hindering::{Hindering, SlowFloods};

async fn failure(node: &Node, login: &Login) -> Failure {
    let login = node.until_status(login, Status::Failed).await;
    match login.ending() {
        Some(Ending::Failed(failure)) => failure,
        other => panic!("not failed: {other:?}"),
    }
}

#[tokio::test]
async fn a_long_flood_ends_the_login_and_says_until_when() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    fixture.fault("auth.exportLoginToken", 420, "FLOOD_WAIT_3600", 1);
    let login = node.begin(&owner(&fixture.person(1))).await;
    let Failure::Flood { until } = failure(&node, &login).await else {
        panic!("not a flood");
    };
    let left = until - SystemClock.now();
    // A tenth more than Telegram said.
    assert!(left > TimeDelta::hours(1) && left <= TimeDelta::minutes(66));
}

#[tokio::test]
async fn a_short_flood_is_slept_through() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let begun = Instant::now();
    fixture.fault("auth.exportLoginToken", 420, "FLOOD_WAIT_2", 1);
    let login = node.begin_and_show(&owner(&fixture.person(1))).await;
    assert!(begun.elapsed() >= Duration::from_millis(2_200));
    assert_eq!(login.retry, None);
}

#[tokio::test]
async fn a_flood_of_one_login_keeps_its_person_waiting_and_no_one_else() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = owner(&fixture.person(1));
    fixture.fault("auth.exportLoginToken", 420, "FLOOD_WAIT_3600", 1);
    let login = node.begin(&ann).await;
    let first = failure(&node, &login).await;
    let asked = fixture.calls("auth.exportLoginToken");
    let login = node.begin(&ann).await;
    assert_eq!(failure(&node, &login).await, first);
    assert_eq!(fixture.calls("auth.exportLoginToken"), asked);
    node.begin_and_show(&owner(&fixture.person(1))).await;
    // When it is over, they are let in again.
    fixture.clock.set_wall(3_600 * 11 / 10 + 1);
    node.begin_and_show(&ann).await;
}

#[tokio::test]
async fn what_floods_two_people_is_asked_into_by_no_one_at_any_node() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    fixture.fault("auth.exportLoginToken", 420, "FLOOD_WAIT_3600", 2);
    for node in [&one, &two] {
        let login = node.begin(&owner(&fixture.person(1))).await;
        failure(node, &login).await;
    }
    let asked = fixture.calls("auth.exportLoginToken");
    let third = fixture.node();
    let login = third.begin(&owner(&fixture.person(1))).await;
    let refused = failure(&third, &login).await;
    assert!(matches!(refused, Failure::Flood { .. }), "{refused:?}");
    assert_eq!(fixture.calls("auth.exportLoginToken"), asked);
    fixture.clock.set_wall(3_600 * 11 / 10 + 1);
    third.begin_and_show(&owner(&fixture.person(1))).await;
}

#[tokio::test]
async fn a_flood_of_one_account_is_none_of_another() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, ben) = (fixture.person(1), fixture.person(1));
    for person in [&ann, &ben] {
        node.link_account(&fixture, person).await;
    }
    fixture.fault("users.getUsers", 420, "FLOOD_WAIT_3600", 1);
    let check = async |person| {
        let account = node.accounts.linked(&owner(person)).await.unwrap().unwrap();
        node.accounts.check(&account.owner, account.id).await
    };
    assert!(matches!(check(&ann).await, Err(ServiceError::Busy)));
    let asked = fixture.calls("users.getUsers");
    assert!(matches!(check(&ann).await, Err(ServiceError::Busy)));
    assert_eq!(fixture.calls("users.getUsers"), asked);
    check(&ben).await.unwrap();
    assert_eq!(fixture.calls("users.getUsers"), asked + 1);
}

#[tokio::test]
async fn a_login_is_cancelled_in_the_midst_of_a_flood() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    fixture.fault("auth.exportLoginToken", 420, "FLOOD_WAIT_50", 1);
    let login = node.begin(&owner(&fixture.person(1))).await;
    let begun = Instant::now();
    let login = node.logins.cancel(&login.owner, login.id).await.unwrap();
    assert_eq!(login.ending(), Some(Ending::Cancelled));
    assert!(begun.elapsed() < Duration::from_secs(4));
}

/// The one connection may be what a call under way has, just as its driver asks
/// for it: whoever does several things at once leaves none of them alone in the
/// middle of a query.
#[tokio::test]
async fn a_driver_that_waits_for_the_connection_of_its_own_call_gets_it() {
    let fixture = Fixture::new().await;
    let (connection, is_noting) = (Arc::<Mutex<()>>::default(), Arc::new(Notify::new()));
    let logins = Arc::new(fixture.database.logins());
    let logins = Hindering::with_one_connection(logins, connection.clone());
    let floods = SlowFloods {
        floods: Arc::new(fixture.database.application_floods()),
        connection,
        is_noting: is_noting.clone(),
    };
    let node = fixture.node_with_ports(|ports| {
        ports.logins = Arc::new(logins);
        ports.application_floods = Arc::new(floods);
    });
    fixture.fault("auth.exportLoginToken", 420, "FLOOD_WAIT_50", 1);
    let login = node.begin(&owner(&fixture.person(1))).await;
    is_noting.notified().await;
    let login = node.logins.cancel(&login.owner, login.id).await.unwrap();
    assert_eq!(login.ending(), Some(Ending::Cancelled));
}

#[tokio::test]
async fn a_frozen_account_is_not_a_flood() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    fixture.fault("auth.exportLoginToken", 420, "FROZEN_METHOD_INVALID", 1);
    let login = node.begin(&owner(&fixture.person(1))).await;
    assert_eq!(failure(&node, &login).await, Failure::Frozen);
}

#[tokio::test]
async fn a_banned_account_is_told_so() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.fault("users.getUsers", 401, "USER_DEACTIVATED_BAN", 1);
    fixture.scan(&ann, &login).await;
    assert_eq!(failure(&node, &login).await, Failure::Banned);
    fixture.devices_become(&ann, 0).await;
}

#[tokio::test]
async fn data_centres_that_do_not_agree_yet_are_waited_for() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.fault("auth.importLoginToken", 401, "AUTH_KEY_UNREGISTERED", 2);
    fixture.fault("users.getUsers", 401, "AUTH_KEY_UNREGISTERED", 2);
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_token_that_died_on_the_move_is_asked_for_again() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.fault("auth.importLoginToken", 400, "AUTH_TOKEN_EXPIRED", 12);
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_move_whose_answer_was_lost_was_made_all_the_same() {
    for word in ["AUTH_TOKEN_ALREADY_ACCEPTED", "AUTH_TOKEN_EXPIRED", ""] {
        let fixture = Fixture::new().await;
        let node = fixture.node();
        let ann = fixture.person(2);
        let login = node.begin_and_show(&owner(&ann)).await;
        fixture
            .world
            .faults()
            .lose_answers("auth.importLoginToken", 1);
        fixture.scan(&ann, &login).await;
        node.until(&login, |login| login.retry.is_some()).await;
        if !word.is_empty() {
            // A token is good for one move.
            fixture.fault("auth.importLoginToken", 400, word, 1_000);
        }
        node.until_status(&login, Status::Authorized).await;
        assert_eq!(fixture.devices(&ann).len(), 1);
    }
}

#[tokio::test]
async fn a_move_to_a_password_whose_answer_was_lost_asks_for_it() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture
        .world
        .faults()
        .lose_answers("auth.importLoginToken", 1);
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::PasswordRequired).await;
    assert_eq!(fixture.calls("auth.importLoginToken"), 1);
    node.password(&login, "correct horse").await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_token_whose_answer_was_lost_is_asked_for_again() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    fixture
        .world
        .faults()
        .lose_answers("auth.exportLoginToken", 1);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn telegram_that_is_silent_for_a_while_is_waited_for() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    settings.call_limit = Duration::from_millis(500);
    let node = fixture.node_with(settings);
    fixture.world.faults().silence(1);
    let ann = fixture.person(1);
    let login = node.begin(&owner(&ann)).await;
    node.until(&login, |login| login.retry.is_some()).await;
    fixture.world.faults().clear();
    let login = node.until_status(&login, Status::Pending).await;
    assert_eq!(login.retry, None);
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
}
