//! Authorisation keys: who the data centres can talk to.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use sha1::{Digest, Sha1};

use super::authorization::{Authorization, AuthorizationState};
use super::device::Device;
use super::guarded::Guarded;
use super::parallel_use::ParallelUse;

/// An authorisation key of one data centre and what is bound to it.
pub struct AuthKey {
    /// The key's id, as it opens every encrypted packet.
    pub id: i64,
    /// The data centre that the key belongs to.
    pub dc: i32,
    /// The salt that both sides computed in the key exchange; none for minted keys.
    pub first_salt: Option<i64>,
    /// When the key was made, in seconds.
    pub created_at: i64,
    data: [u8; 256],
    used_at: AtomicI64,
    connections: AtomicUsize,
    most_connections: AtomicUsize,
    state: Guarded<KeyState>,
}

/// What changes about an [`AuthKey`].
#[derive(Default)]
struct KeyState {
    layer: Option<i32>,
    device: Arc<Device>,
    login: Option<Arc<Authorization>>,
    /// An accepted login token that the client has not fetched yet.
    claim: Option<Claim>,
    parallel: ParallelUse,
    /// Whether its login was ended because of parallel use.
    dropped: bool,
}

/// A login that was accepted on a phone and waits for its client to fetch it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What the client will get.
    pub authorization: Arc<Authorization>,
    /// Until when it can be fetched.
    pub expires_at: i64,
}

impl AuthKey {
    /// A key from its 256 bytes.
    pub fn new(dc: i32, data: [u8; 256], first_salt: Option<i64>, now: i64) -> Self {
        Self {
            id: key_id(&data),
            dc,
            first_salt,
            created_at: now,
            data,
            used_at: AtomicI64::new(now),
            connections: AtomicUsize::new(0),
            most_connections: AtomicUsize::new(0),
            state: Guarded::default(),
        }
    }

    /// The 256 bytes.
    pub fn data(&self) -> &[u8; 256] {
        &self.data
    }

    /// The layer of the schema that the client speaks.
    pub fn layer(&self) -> Option<i32> {
        self.state.read().layer
    }

    /// Remembers the layer that the client speaks.
    pub fn set_layer(&self, layer: i32) {
        if self.layer() != Some(layer) {
            self.state.write().layer = Some(layer);
        }
    }

    /// What the client said about itself.
    pub fn device(&self) -> Arc<Device> {
        Arc::clone(&self.state.read().device)
    }

    /// Remembers what the client said about itself.
    pub fn set_device(&self, device: Device) {
        let mut state = self.state.write();
        if *state.device != device {
            state.device = Arc::new(device);
        }
    }

    /// The login on this key, also an incomplete or an ended one.
    pub fn login(&self) -> Option<Arc<Authorization>> {
        self.state.read().login.clone()
    }

    /// Binds a login to this key.
    pub fn log_in(&self, authorization: Arc<Authorization>) {
        let mut state = self.state.write();
        state.claim = None;
        state.login = Some(authorization);
    }

    /// Frees the key of its login.
    pub fn log_out(&self) -> Option<Arc<Authorization>> {
        let mut state = self.state.write();
        state.claim = None;
        state.login.take()
    }

    /// The accepted login that waits to be fetched.
    pub fn claim(&self, now: i64) -> Option<Claim> {
        let state = self.state.read();
        state.claim.clone().filter(|claim| {
            claim.expires_at > now && claim.authorization.state() != AuthorizationState::Ended
        })
    }

    /// Lays an accepted login ready.
    pub fn set_claim(&self, claim: Claim) {
        self.state.write().claim = Some(claim);
    }

    pub(crate) fn connected(&self) {
        let open = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_connections.fetch_max(open, Ordering::Relaxed);
    }

    pub(crate) fn disconnected(&self, connection: u64, now: i64) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
        self.used_at.store(now, Ordering::Relaxed);
        self.state.write().parallel.forget(connection);
    }

    /// Notes a call of a logged-in client; whether it shows that the key is
    /// used from two connections at once.
    pub(crate) fn called(&self, connection: u64, msg_id: i64) -> bool {
        self.state.write().parallel.note(connection, msg_id)
    }

    /// Whether its login was ended because it was used from two connections at
    /// once: the key is good for nothing any more.
    pub fn is_dropped(&self) -> bool {
        self.state.read().dropped
    }

    pub(crate) fn drop_for_good(&self) {
        self.state.write().dropped = true;
    }

    /// How many connections speak with it now.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// The most connections that ever spoke with it at the same time.
    pub fn most_connections(&self) -> usize {
        self.most_connections.load(Ordering::Relaxed)
    }

    /// Whether a client is connected with it now.
    pub fn is_connected(&self) -> bool {
        self.connections() > 0
    }

    /// Whether forgetting the key would hurt no one.
    fn is_idle(&self, since: i64) -> bool {
        !self.is_connected()
            && self.used_at.load(Ordering::Relaxed) < since
            && self
                .login()
                .is_none_or(|login| login.state() != AuthorizationState::Complete)
    }
}

impl fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthKey")
            .field("id", &self.id)
            .field("dc", &self.dc)
            .finish_non_exhaustive()
    }
}

/// The id of a key: the lower 64 bits of its SHA-1
/// (<https://core.telegram.org/mtproto/description#authorization-key>).
fn key_id(data: &[u8; 256]) -> i64 {
    let sha: [u8; 20] = Sha1::digest(data).into();
    let mut id = [0; 8];
    id.copy_from_slice(&sha[12..]);
    i64::from_le_bytes(id)
}

/// The register of authorisation keys.
#[derive(Debug, Default)]
pub struct AuthKeys(Guarded<HashMap<i64, Arc<AuthKey>>>);

impl AuthKeys {
    /// Registers a key; `None` if another key has its id.
    pub fn add(&self, key: AuthKey) -> Option<Arc<AuthKey>> {
        let mut keys = self.0.write();
        if keys.contains_key(&key.id) {
            return None;
        }
        let key = Arc::new(key);
        keys.insert(key.id, Arc::clone(&key));
        Some(key)
    }

    /// The key with this id.
    pub fn get(&self, id: i64) -> Option<Arc<AuthKey>> {
        self.0.read().get(&id).cloned()
    }

    /// All keys.
    pub fn list(&self) -> Vec<Arc<AuthKey>> {
        self.0.read().values().cloned().collect()
    }

    /// Forgets a key.
    pub fn remove(&self, id: i64) -> Option<Arc<AuthKey>> {
        self.0.write().remove(&id)
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.0.read().len()
    }

    /// Forgets the keys without a login that no one has used since then;
    /// gives back the half-finished logins that were on them.
    pub(crate) fn sweep(&self, unused_since: i64) -> Vec<Arc<Authorization>> {
        let mut abandoned = Vec::new();
        self.0.write().retain(|_, key| {
            let idle = key.is_idle(unused_since);
            if idle {
                abandoned.extend(key.login());
            }
            !idle
        });
        abandoned
    }
}
