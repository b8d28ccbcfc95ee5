//! Authorisations: the devices that a person is logged in on.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::device::Device;
use super::entropy;
use super::feed::{Event, Feed};
use super::guarded::Guarded;

/// How far a login has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationState {
    /// Accepted on the phone, not yet fetched by the client.
    Accepted,
    /// The client still owes the cloud password.
    PasswordPending,
    /// Logged in.
    Complete,
    /// Logged out.
    Ended,
}

/// A person's login on one device.
#[derive(Debug)]
pub struct Authorization {
    /// The number that names it among its owner's devices.
    pub hash: i64,
    /// Whose login it is.
    pub person: i64,
    /// What the client said about itself when it logged in.
    pub device: Arc<Device>,
    /// The title of the app.
    pub app_name: String,
    /// When the login began, in seconds.
    pub created_at: i64,
    active_at: AtomicI64,
    seat: Guarded<Seat>,
}

/// Where a login sits, and how far it has come.
#[derive(Clone, Copy, Debug)]
struct Seat {
    state: AuthorizationState,
    dc: i32,
    key: i64,
}

impl Authorization {
    /// A complete login that was kept over a restart.
    pub(crate) fn kept(
        (hash, person): (i64, i64),
        device: Arc<Device>,
        app_name: String,
        created_at: i64,
        (dc, key): (i32, i64),
    ) -> Self {
        Self {
            hash,
            person,
            device,
            app_name,
            created_at,
            active_at: AtomicI64::new(created_at),
            seat: Guarded::new(Seat {
                state: AuthorizationState::Complete,
                dc,
                key,
            }),
        }
    }

    /// How far the login has come.
    pub fn state(&self) -> AuthorizationState {
        self.seat.read().state
    }

    /// The data centre of the key that is logged in.
    pub fn dc(&self) -> i32 {
        self.seat.read().dc
    }

    /// The id of the key that is logged in.
    pub fn key(&self) -> i64 {
        self.seat.read().key
    }

    /// When it was last used, in seconds.
    pub fn active_at(&self) -> i64 {
        self.active_at.load(Ordering::Relaxed)
    }

    /// Notes that it is in use.
    pub fn touch(&self, now: i64) {
        self.active_at.store(now, Ordering::Relaxed);
    }
}

/// The register of authorisations, by person.
#[derive(Debug, Default)]
pub struct Authorizations {
    by_person: Guarded<HashMap<i64, Vec<Arc<Authorization>>>>,
    feed: Feed,
}

impl Authorizations {
    pub(crate) fn new(feed: Feed) -> Self {
        Self {
            by_person: Guarded::default(),
            feed,
        }
    }

    /// Puts back a login that was kept over a restart.
    pub(crate) fn put(&self, login: Authorization) -> Arc<Authorization> {
        let login = Arc::new(login);
        let mut by_person = self.by_person.write();
        let list = by_person.entry(login.person).or_default();
        list.push(Arc::clone(&login));
        login
    }

    /// Makes an authorisation that its client still has to fetch.
    pub(crate) fn accept(
        &self,
        person: i64,
        device: Arc<Device>,
        app_name: String,
        (dc, key): (i32, i64),
        now: i64,
    ) -> Arc<Authorization> {
        let authorization = Arc::new(Authorization {
            hash: entropy::id(),
            person,
            device,
            app_name,
            created_at: now,
            active_at: AtomicI64::new(now),
            seat: Guarded::new(Seat {
                state: AuthorizationState::Accepted,
                dc,
                key,
            }),
        });
        let mut by_person = self.by_person.write();
        let list = by_person.entry(person).or_default();
        list.push(Arc::clone(&authorization));
        authorization
    }

    /// Seats an authorisation on a key; `false` if it was ended meanwhile.
    pub(crate) fn seat(
        &self,
        authorization: &Authorization,
        (dc, key): (i32, i64),
        state: AuthorizationState,
    ) -> bool {
        {
            let mut seat = authorization.seat.write();
            if seat.state == AuthorizationState::Ended {
                return false;
            }
            *seat = Seat { state, dc, key };
        }
        self.feed.publish(Event::AuthorizationChanged {
            person: authorization.person,
            hash: authorization.hash,
        });
        true
    }

    /// A person's devices that are logged in or wait for the password, newest first.
    pub fn of(&self, person: i64) -> Vec<Arc<Authorization>> {
        let by_person = self.by_person.read();
        let Some(list) = by_person.get(&person) else {
            return Vec::new();
        };
        let shown = list.iter().rev().filter(|authorization| {
            matches!(
                authorization.state(),
                AuthorizationState::Complete | AuthorizationState::PasswordPending
            )
        });
        shown.cloned().collect()
    }

    /// All logins that were not ended, also those that their devices have not
    /// fetched yet, by person and oldest first.
    pub fn list(&self) -> Vec<Arc<Authorization>> {
        let by_person = self.by_person.read();
        let mut all: Vec<_> = by_person.values().flatten().cloned().collect();
        all.sort_by_key(|it| (it.person, it.created_at));
        all
    }

    /// Ends one of a person's logins, accepted ones included; `false` if there is none.
    pub fn end(&self, person: i64, hash: i64) -> bool {
        self.end_where(person, |authorization| authorization.hash == hash) > 0
    }

    /// Ends all of a person's logins but one; says how many that were.
    pub fn end_others(&self, person: i64, keep: Option<i64>) -> usize {
        self.end_where(person, |authorization| Some(authorization.hash) != keep)
    }

    /// Drops accepted logins that were never fetched.
    pub(crate) fn sweep(&self, accepted_before: i64) {
        self.by_person.write().retain(|_, list| {
            list.retain(|authorization| {
                authorization.state() != AuthorizationState::Accepted
                    || authorization.created_at >= accepted_before
            });
            !list.is_empty()
        });
    }

    fn end_where(&self, person: i64, matches: impl Fn(&Authorization) -> bool) -> usize {
        let mut ended = Vec::new();
        if let Some(list) = self.by_person.write().get_mut(&person) {
            list.retain(|authorization| {
                let end = matches(authorization);
                if end {
                    authorization.seat.write().state = AuthorizationState::Ended;
                    ended.push(authorization.hash);
                }
                !end
            });
        }
        for &hash in &ended {
            self.feed
                .publish(Event::AuthorizationRemoved { person, hash });
        }
        ended.len()
    }
}
