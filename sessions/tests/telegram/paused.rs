//! Leases that lapse while someone is at work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sesame_domain::ids::NodeId;
use sesame_domain::login::Status;
use sesame_domain::ports::{Lease, LeaseKey, Leases, StoreError};
use sesame_test_doubles::ShiftedClock;

use crate::fixture::{Fixture, Node, eventually, owner};
use crate::hindering::Hindering;

const AN_HOUR: u64 = 3_600;

/// Leases that can be lost, or out of reach.
struct FaultyLeases {
    leases: Arc<dyn Leases>,
    fault: AtomicU8,
}

const LOST: u8 = 1;
const AWAY: u8 = 2;

impl FaultyLeases {
    fn renewals(&self, fault: u8) {
        self.fault.store(fault, Ordering::SeqCst);
    }
}

#[async_trait]
impl Leases for FaultyLeases {
    async fn acquire(
        &self,
        key: LeaseKey,
        node: &NodeId,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        match self.fault.load(Ordering::SeqCst) {
            0 => self.leases.acquire(key, node, ttl).await,
            _ => Ok(None),
        }
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        match self.fault.load(Ordering::SeqCst) {
            LOST => Ok(false),
            AWAY => Err(StoreError::Unavailable("as ordered".into())),
            _ => self.leases.renew(lease, ttl).await,
        }
    }

    async fn restore(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        match self.fault.load(Ordering::SeqCst) {
            0 => self.leases.restore(lease, ttl).await,
            _ => Ok(false),
        }
    }

    async fn is_held(&self, key: &LeaseKey) -> Result<bool, StoreError> {
        self.leases.is_held(key).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        match self.fault.load(Ordering::SeqCst) {
            AWAY => Err(StoreError::Unavailable("as ordered".into())),
            _ => self.leases.release(lease).await,
        }
    }
}

/// A node whose leases can be made to fail.
fn faulty_node(fixture: &Fixture) -> (Node, Arc<FaultyLeases>) {
    let mut faulty = None;
    let node = fixture.node_with_ports(|ports| {
        let leases = Arc::new(FaultyLeases {
            leases: ports.leases.clone(),
            fault: AtomicU8::new(0),
        });
        ports.leases = leases.clone();
        faulty = Some(leases);
    });
    (node, faulty.unwrap())
}

/// How many connections to Telegram are open.
fn open(fixture: &Fixture) -> usize {
    let centres = fixture.dcs.stats().connections;
    centres.iter().map(|(_, open)| open).sum()
}

#[tokio::test]
async fn a_node_that_slept_for_longer_than_its_lease_closes_its_connections_and_asks_again() {
    let fixture = Fixture::new().await;
    let clock = Arc::new(ShiftedClock::default());
    let node = fixture.node_with_ports(|ports| ports.clock = clock.clone());
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    assert_eq!(open(&fixture), 1);
    clock.sleep(AN_HOUR);
    // What Telegram tells meanwhile is not even acknowledged on the old one.
    fixture.scan(&ann, &login).await;
    eventually("the end of the connection", || async {
        open(&fixture) == 0
    })
    .await;
    // No one else took the lease, so the node goes on with it.
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_login_whose_lease_was_taken_is_left_at_once_and_goes_on_elsewhere() {
    let fixture = Fixture::new().await;
    let (one, leases) = faulty_node(&fixture);
    let ann = fixture.person(1);
    let login = one.begin_and_show(&owner(&ann)).await;
    leases.renewals(LOST);
    let two = fixture.node();
    fixture.scan(&ann, &login).await;
    two.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn what_cannot_be_renewed_is_left_before_another_can_have_it() {
    let fixture = Fixture::new().await;
    let (one, leases) = faulty_node(&fixture);
    let (ann, ben) = (fixture.person(1), fixture.person(2));
    one.link_account(&fixture, &ben).await;
    let login = one.begin_and_show(&owner(&ann)).await;
    eventually("a session that is open, and a login", || async {
        open(&fixture) >= 1
    })
    .await;
    leases.renewals(AWAY);
    eventually("the end of all connections", || async {
        open(&fixture) == 0
    })
    .await;
    let two = fixture.node();
    let login = two.until_status(&login, Status::Pending).await;
    fixture.scan(&ann, &login).await;
    two.until_status(&login, Status::Authorized).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_store_that_is_slower_than_a_lease_costs_no_driver_its_login() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    settings.lease_ttl = Duration::from_secs(1);
    let logins = Arc::new(fixture.database.logins());
    let logins = Arc::new(Hindering::slow(logins, Duration::from_millis(1_500)));
    let node = fixture.node_as(settings, |ports| ports.logins = logins.clone());
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
    assert_eq!(logins.claims(), 1);
}
