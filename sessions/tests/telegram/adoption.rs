//! Logins whose node dies or stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sesame_domain::login::{Ending, Login, Proving, Question, State, Status};
use sesame_domain::ports::{Intent, Logins as _};
use sesame_sandbox::world::AuthorizationState;
use sesame_sessions::{DataCentres, DataCentresError, DcTable};

use crate::fixture::{Fixture, Node, eventually, owner};
use crate::hindering::Hindering;

/// The node dies: nothing is stored, no lease given back.
fn kill(node: Node) {
    drop(node);
}

fn is_setback(login: &Login) -> bool {
    login.retry.is_some()
}

#[tokio::test]
async fn a_login_goes_on_when_its_node_dies_before_the_first_code() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin(&owner(&ann)).await;
    kill(node);
    let node = fixture.node();
    let login = node.until_status(&login, Status::Pending).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_login_goes_on_when_its_node_dies_while_the_code_is_on_show() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    let login = node.begin_and_show(&owner(&ann)).await;
    kill(node);
    // No one is there to hear of it.
    fixture.scan(&ann, &login).await;
    let node = fixture.node();
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_login_goes_on_when_its_node_dies_after_the_scan() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.fault("auth.exportLoginToken", 500, "INTERNAL", 1_000);
    fixture.scan(&ann, &login).await;
    let is_stuck = |login: &Login| login.state.status() == Status::Scanned && is_setback(login);
    node.until(&login, is_stuck).await;
    kill(node);
    fixture.world.faults().clear();
    let node = fixture.node();
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_login_goes_on_when_its_node_dies_before_the_move() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.fault("auth.importLoginToken", 500, "INTERNAL", 1_000);
    fixture.scan(&ann, &login).await;
    let is_stuck = |login: &Login| login.state.status() == Status::Migrating && is_setback(login);
    node.until(&login, is_stuck).await;
    kill(node);
    fixture.world.faults().clear();
    let node = fixture.node();
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_login_goes_on_when_its_node_dies_at_the_password() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::PasswordRequired).await;
    kill(node);
    let node = fixture.node();
    node.password(&login, "correct horse").await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_password_whose_check_died_with_its_node_is_asked_for_again() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::PasswordRequired).await;
    fixture.fault("auth.checkPassword", 500, "INTERNAL", 1);
    node.password(&login, "correct horse").await;
    node.until(&login, is_setback).await;
    kill(node);
    let node = fixture.node();
    let is_asked = |login: &Login| match &login.state {
        State::Proving(Proving::Required(Question::Password(password))) => {
            password.attempts_left == 5
        }
        _ => false,
    };
    let login = node.until(&login, is_asked).await;
    node.password(&login, "correct horse").await;
    node.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn a_login_goes_on_when_its_node_dies_before_it_knows_whose_account_it_is() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    fixture.fault("users.getUsers", 500, "INTERNAL", 1_000);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    let is_stuck = |login: &Login| login.state.status() == Status::Verifying && is_setback(login);
    node.until(&login, is_stuck).await;
    kill(node);
    fixture.world.faults().clear();
    let node = fixture.node();
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn the_clean_up_of_a_dead_nodes_login_is_done_by_the_next() {
    let fixture = Fixture::with_token_life(Duration::from_secs(5)).await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    let link = fixture.link(&login).await;
    let cancelled = node.logins.cancel(&login.owner, login.id).await.unwrap();
    assert_eq!(cancelled.ending(), Some(Ending::Cancelled));
    let accepted = fixture.world.scan(ann.id, &link).unwrap();
    kill(node);
    let _node = fixture.node();
    fixture.cleaned_up(login.id).await;
    assert_eq!(accepted.state(), AuthorizationState::Ended);
}

#[tokio::test]
async fn a_stop_leaves_logins_for_the_next_start_at_once() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, ben) = (fixture.person(1), fixture.person(2));
    fixture.set_password(&ann, "correct horse");
    let first = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &first).await;
    node.until_status(&first, Status::PasswordRequired).await;
    let second = node.begin_and_show(&owner(&ben)).await;
    let stopping = Instant::now();
    node.sessions.shutdown().await;
    assert!(stopping.elapsed() < Duration::from_secs(5));
    assert_eq!(
        fixture.devices(&ann).len(),
        1,
        "nothing is logged out by a stop"
    );
    let mut settings = fixture.settings();
    // Longer than the test may take: a lease that was kept would show.
    settings.lease_ttl = Duration::from_mins(10);
    let node = fixture.node_with(settings);
    node.password(&first, "correct horse").await;
    node.until_status(&first, Status::Authorized).await;
    fixture
        .world
        .scan(ben.id, &fixture.link(&second).await)
        .unwrap();
    node.until_status(&second, Status::Authorized).await;
}

#[tokio::test]
async fn an_account_that_was_linked_just_before_its_node_died_counts_as_linked() {
    let fixture = Fixture::new().await;
    let linking = Arc::new(Hindering::dying_after_linking(Arc::new(
        fixture.database.logins(),
    )));
    let node = fixture.node_over(linking.clone());
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    eventually("the account to be linked", || async { linking.is_linked() }).await;
    kill(node);
    let node = fixture.node();
    node.until_status(&login, Status::Authorized).await;
    assert!(node.accounts.linked(&owner(&ann)).await.unwrap().is_some());
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_wish_to_cancel_that_comes_after_the_linking_does_not_hide_it() {
    let fixture = Fixture::new().await;
    let linking = Arc::new(Hindering::dying_after_linking(Arc::new(
        fixture.database.logins(),
    )));
    let node = fixture.node_over(linking.clone());
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    eventually("the account to be linked", || async { linking.is_linked() }).await;
    fixture
        .database
        .logins()
        .set_intent(login.id, Intent::Cancel)
        .await
        .unwrap();
    kill(node);
    let node = fixture.node();
    let over = node.until(&login, Login::is_over).await;
    assert!(matches!(over.ending(), Some(Ending::Authorized { .. })));
    assert_eq!(fixture.devices(&ann).len(), 1);
}

/// Panics once, before it says where the data centres are.
struct PanicsOnce {
    panicked: AtomicBool,
    inner: Box<dyn DataCentres>,
}

#[async_trait]
impl DataCentres for PanicsOnce {
    async fn fresh(&self) -> Result<DcTable, DataCentresError> {
        let panicked = self.panicked.swap(true, Ordering::SeqCst);
        assert!(panicked, "as ordered");
        self.inner.fresh().await
    }
}

#[tokio::test]
async fn a_login_goes_on_when_its_driver_panics() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    // Longer than the test may take: a lease that was kept would show.
    settings.lease_ttl = Duration::from_mins(10);
    let data_centres = PanicsOnce {
        panicked: AtomicBool::new(false),
        inner: fixture.data_centres(),
    };
    let node = fixture.node_finding(settings, Arc::new(data_centres));
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}
