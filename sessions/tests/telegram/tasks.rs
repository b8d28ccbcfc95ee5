//! What a node does by itself: one thing does not wait for another.

use std::sync::Arc;

use sesame_domain::audit::Actor;
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::login::Status;
use sesame_sandbox::world::{NewRpcFault, Person, RpcFault};

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

#[tokio::test]
async fn an_idle_node_asks_for_no_lease_on_logins_that_another_one_drives() {
    let fixture = Fixture::new().await;
    let one = fixture.node();
    for person in [fixture.person(1), fixture.person(1), fixture.person(2)] {
        one.begin_and_show(&owner(&person)).await;
    }
    let mut counted = None;
    let _two = fixture.node_with_ports(|ports| {
        let leases = Arc::new(CountedLeases::over(ports.leases.clone()));
        ports.leases = leases.clone();
        let node = ports.heartbeat.node().clone();
        let heartbeat = Heartbeat::new(leases.clone(), ports.clock.clone(), node);
        ports.heartbeat = Arc::new(heartbeat);
        counted = Some(leases);
    });
    let counted = counted.unwrap();
    // Each look at the logins asks once, about the one node that has them.
    eventually("some looks", || async { counted.nodes_asked() >= 5 }).await;
    assert_eq!(counted.logins_asked(), 0);
}

#[tokio::test]
async fn a_login_that_its_node_cannot_open_is_taken_up_by_another() {
    let fixture = Fixture::new().await;
    let ann = fixture.person(1);
    let first = fixture.node();
    let login = first.begin_and_show(&owner(&ann)).await;
    drop(first);
    let mut keyless = None;
    let _unable = fixture.node_with_ports(|ports| {
        let vault = Arc::new(KeylessVault::over(ports.vault.clone()));
        ports.vault = vault.clone();
        keyless = Some(vault);
    });
    let keyless = keyless.unwrap();
    eventually("a vain try", || async { keyless.refused() > 0 }).await;
    let able = fixture.node();
    fixture.scan(&ann, &login).await;
    able.until_status(&login, Status::Authorized).await;
}
