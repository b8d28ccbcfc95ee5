//! Accounts whose session's key was refused once: they are looked at again, so
//! that it becomes clear what is true, though no one asks.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::ids::SessionId;
use sesame_domain::time::Timestamp;

/// When a doubtful account is looked at again.
const AGAIN: TimeDelta = TimeDelta::seconds(30);

/// Accounts in doubt, each with the time of the next look.
#[derive(Default)]
pub(super) struct Doubts(Mutex<HashMap<SessionId, (Account, Timestamp)>>);

impl Doubts {
    /// An account is to be looked at again in a while.
    pub(super) fn note(&self, account: &Account, now: Timestamp) {
        self.all()
            .insert(account.session, (account.clone(), now + AGAIN));
    }

    /// An account is to be looked at as soon as possible: someone asks.
    pub(super) fn note_due(&self, account: &Account, now: Timestamp) {
        self.all().insert(account.session, (account.clone(), now));
    }

    /// Takes out those that are due. So are those of a clock that was ahead.
    pub(super) fn take_due(&self, now: Timestamp) -> Vec<Account> {
        let mut due = Vec::new();
        self.all().retain(|_, (account, at)| {
            let waits = now < *at && *at <= now + AGAIN;
            if !waits {
                due.push(account.clone());
            }
            waits
        });
        due
    }

    fn all(&self) -> MutexGuard<'_, HashMap<SessionId, (Account, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
