//! What a node does by itself: one thing does not wait for another.

use std::sync::Arc;

use sesame_domain::audit::Actor;
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::login::Status;
use sesame_sandbox::world::{NewRpcFault, Person, RpcFault};
use sesame_sessions::Ports;

use crate::fixture::{Fixture, Node, eventually, owner};
use crate::watched::{CountedLeases, KeylessVault};

const MANY: u32 = 1_000;

/// Telegram wants long waits before it logs this person's sessions out. Each
/// is short enough to be waited for, and longer than any test.
fn flood_log_outs(fixture: &Fixture, person: &Person) -> Arc<RpcFault> {
    fixture.world.faults().add(NewRpcFault {
        method: "auth.logOut".to_owned(),
        error_code: 420,
        error_message: "FLOOD_WAIT_90".to_owned(),
        times: MANY,
        person: Some(person.id),
        dc: None,
    })
}

async fn unlink(node: &Node, person: &Person) {
    let owner = owner(person);
    let account = node.accounts.linked(&owner).await.unwrap().unwrap();
    let unlinked = node.accounts.unlink(&owner, account.id, Actor::Owner).await;
    unlinked.unwrap();
}

/// Links and unlinks the person's account; its log-out is under way and waits.
async fn log_out_slowly(fixture: &Fixture, node: &Node, person: &Person) {
    node.link_account(fixture, person).await;
    let flood = flood_log_outs(fixture, person);
    unlink(node, person).await;
    eventually("a log-out to begin", || async { flood.left() < MANY }).await;
}

#[tokio::test]
async fn a_flooded_logout_does_not_delay_the_adoption_of_a_dead_nodes_login() {
    let fixture = Fixture::new().await;
    let (ann, ben) = (fixture.person(1), fixture.person(1));
    let two = fixture.node();
    log_out_slowly(&fixture, &two, &ben).await;
    let one = fixture.node();
    let login = one.begin_and_show(&owner(&ann)).await;
    drop(one);
    fixture.scan(&ann, &login).await;
    two.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ben).len(), 1, "the flood lasts");
}

#[tokio::test]
async fn a_flooded_logout_does_not_delay_those_of_others() {
    let fixture = Fixture::new().await;
    let (ann, ben) = (fixture.person(1), fixture.person(1));
    let node = fixture.node();
    log_out_slowly(&fixture, &node, &ben).await;
    node.link_account(&fixture, &ann).await;
    unlink(&node, &ann).await;
    fixture.devices_become(&ann, 0).await;
    assert_eq!(fixture.devices(&ben).len(), 1, "the flood lasts");
}

/// A node, and what it asks about leases.
fn counting_node(fixture: &Fixture) -> (Node, Arc<CountedLeases>) {
    let mut counted = None;
    let node = fixture.node_with_ports(|ports| counted = Some(count(ports)));
    (node, counted.unwrap())
}

fn count(ports: &mut Ports) -> Arc<CountedLeases> {
    let leases = Arc::new(CountedLeases::over(ports.leases.clone()));
    ports.leases = leases.clone();
    let node = ports.heartbeat.node().clone();
    let heartbeat = Heartbeat::new(leases.clone(), ports.clock.clone(), node);
    ports.heartbeat = Arc::new(heartbeat);
    leases
}

#[tokio::test]
async fn an_idle_node_asks_for_no_lease_on_logins_that_another_one_drives() {
    let fixture = Fixture::new().await;
    let one = fixture.node();
    for person in [fixture.person(1), fixture.person(1), fixture.person(2)] {
        one.begin_and_show(&owner(&person)).await;
    }
    let (_two, counted) = counting_node(&fixture);
    // Each look at the logins asks once, about the one node that has them.
    eventually("some looks", || async { counted.nodes_asked() >= 5 }).await;
    assert_eq!(counted.logins_asked(), 0);
}

#[tokio::test]
async fn an_idle_node_asks_for_no_lease_on_sessions_that_another_one_logs_out() {
    let fixture = Fixture::new().await;
    let one = fixture.node();
    let people = [fixture.person(1), fixture.person(1), fixture.person(2)];
    for person in &people {
        log_out_slowly(&fixture, &one, person).await;
    }
    let (two, counted) = counting_node(&fixture);
    eventually("some looks", || async { counted.nodes_asked() >= 5 }).await;
    assert_eq!(counted.sessions_asked(), 0);
    // The node dies, and the other one takes over.
    drop(one);
    fixture.world.faults().clear();
    for person in &people {
        fixture.devices_become(person, 0).await;
    }
    fixture.nothing_leaves().await;
    drop(two);
}

#[tokio::test]
async fn a_leaving_session_that_its_node_cannot_open_is_logged_out_by_another() {
    let fixture = Fixture::new().await;
    let ann = fixture.person(1);
    let first = fixture.node();
    first.link_account(&fixture, &ann).await;
    drop(first);
    let (unable, keyless) = keyless_node(&fixture);
    unlink(&unable, &ann).await;
    eventually("a vain try", || async { keyless.refused() > 0 }).await;
    let _able = fixture.node();
    // Failures are tried again after a while.
    fixture.clock.set_wall(60);
    fixture.devices_become(&ann, 0).await;
}

/// A node that opens nothing that others sealed.
fn keyless_node(fixture: &Fixture) -> (Node, Arc<KeylessVault>) {
    let mut keyless = None;
    let node = fixture.node_with_ports(|ports| {
        let vault = Arc::new(KeylessVault::over(ports.vault.clone()));
        ports.vault = vault.clone();
        keyless = Some(vault);
    });
    (node, keyless.unwrap())
}

#[tokio::test]
async fn a_login_that_its_node_cannot_open_is_taken_up_by_another() {
    let fixture = Fixture::new().await;
    let ann = fixture.person(1);
    let first = fixture.node();
    let login = first.begin_and_show(&owner(&ann)).await;
    drop(first);
    let (_unable, keyless) = keyless_node(&fixture);
    eventually("a vain try", || async { keyless.refused() > 0 }).await;
    let able = fixture.node();
    fixture.scan(&ann, &login).await;
    able.until_status(&login, Status::Authorized).await;
}

#[tokio::test]
async fn work_of_another_tenant_is_left_to_its_own_nodes() {
    let fixture = Fixture::new().await;
    let (ann, ben) = (fixture.person(1), fixture.person(1));
    let one = fixture.node();
    let login = one.begin_and_show(&owner(&ann)).await;
    log_out_slowly(&fixture, &one, &ben).await;
    drop(one);
    fixture.world.faults().clear();
    let mut counted = None;
    let other = fixture.node_of_another_tenant(|ports| counted = Some(count(ports)));
    let counted = counted.unwrap();
    // It adopts what is its own, and has looked at what there is by then.
    let mut cat = owner(&fixture.person(1));
    cat.tenant = "other".parse().unwrap();
    other.begin_and_show(&cat).await;
    assert_eq!((counted.logins_asked(), counted.sessions_asked()), (1, 0));
    assert!(
        other
            .sessions
            .retention()
            .foresee()
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(fixture.devices(&ben).len(), 1);
    let own = fixture.node();
    fixture.scan(&ann, &login).await;
    own.until_status(&login, Status::Authorized).await;
    fixture.devices_become(&ben, 0).await;
    assert_eq!((counted.logins_asked(), counted.sessions_asked()), (1, 0));
}
