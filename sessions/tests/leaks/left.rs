//! What must not be left.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use sesame_domain::ids::{LoginId, NodeId, SessionId};
use sesame_domain::ports::{Accounts as _, LeaseKey, Logins as _, StoreError};
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::{Clock as _, SystemClock};

use crate::PATIENCE;
use crate::cluster::{Cluster, lock};
use crate::eventually::eventually_within;
use crate::fixture::tenant;

/// More than there can be of anything.
const ALL: u32 = 1_000_000;

/// Waits until no login is to be driven or cleaned up, and no session to be logged
/// out; nodes that run see to it.
pub(crate) async fn nothing_is_under_way(cluster: &Cluster) {
    let far = SystemClock.now() + TimeDelta::days(30);
    let database = &cluster.fixture.database;
    eventually_within(PATIENCE, "clean-ups", || async {
        let logins = database.logins().unattended(&tenant(), far, ALL).await;
        let leaving = database.accounts().leaving(&tenant(), far, ALL).await;
        logins.unwrap().is_empty() && leaving.unwrap().is_empty()
    })
    .await;
}

/// Asserts that nothing is left of attempts, now that no node runs.
pub(crate) async fn nothing_is_left(cluster: &Cluster) {
    nothing_at_telegram(cluster).await;
    assert_eq!(cluster.listeners.load(Ordering::Relaxed), 0, "listeners");
    let begun = std::mem::take(&mut *lock(&cluster.begun));
    assert!(!begun.is_empty());
    for login in &begun {
        no_lease(cluster, LeaseKey::Login(*login)).await;
        no_lease(cluster, LeaseKey::Session(session_of(*login))).await;
        no_secret(cluster, *login).await;
    }
    let later = SystemClock.now() + TimeDelta::days(1);
    cluster
        .fixture
        .database
        .logins()
        .prune(later)
        .await
        .unwrap();
    for login in &begun {
        let found = cluster.fixture.database.logins().find(*login).await;
        assert_eq!(found.unwrap(), None, "a login that is over stays");
    }
}

async fn nothing_at_telegram(cluster: &Cluster) {
    let fixture = &cluster.fixture;
    eventually_within(PATIENCE, "connections to be closed", || async {
        let open = fixture.dcs.stats().connections;
        open.iter().all(|(_, count)| *count == 0)
    })
    .await;
    // What was scanned too late lapses there by itself.
    eventually_within(PATIENCE, "logins at Telegram to be gone", || async {
        fixture.world.authorizations().list().is_empty()
    })
    .await;
    let keys = fixture.world.keys().list();
    let used = keys.iter().filter(|key| key.login().is_some()).count();
    assert_eq!(used, 0, "keys with a login at Telegram");
}

/// The session that a login led to, if it did.
fn session_of(login: LoginId) -> SessionId {
    SessionId::from(login.as_uuid())
}

/// Those of nodes that died lapse.
async fn no_lease(cluster: &Cluster, key: LeaseKey) {
    let leases = cluster.fixture.leases();
    eventually_within(PATIENCE, "a lease to be given back", || async {
        !leases.is_held(&key).await.unwrap()
    })
    .await;
}

/// Neither a half-login nor a session is stored.
async fn no_secret(cluster: &Cluster, login: LoginId) {
    let reader = NodeId::generate(&SystemEntropy);
    let database = &cluster.fixture.database;
    match database.logins().claim(login, &reader).await {
        Ok(claimed) => {
            assert!(claimed.session.is_none(), "{login}: a half-login is stored");
            assert!(claimed.login.is_over(), "{:?}", claimed.login);
            assert_eq!(claimed.login.cleanup_at, None);
        }
        // Its owner had everything erased.
        Err(StoreError::NotFound(_)) => {}
        Err(error) => panic!("{error}"),
    }
    let accounts = database.accounts();
    let found = accounts.claim_session(session_of(login), &reader).await;
    assert!(matches!(found, Err(StoreError::NotFound(_))), "{found:?}");
}
