//! An audit in memory, and a vault with fresh keys.

use std::io;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::DateTime;
use sesame_domain::audit::{Access, Actor, AuditEntry};
use sesame_domain::ids::{Owner, PersonId};
use sesame_domain::ports::{AuditLog, StoreError};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::{Binding, Purpose};
use sesame_domain::time::{ManualClock, Timestamp};
use uuid::Uuid;

use crate::{KeyRing, LocalVault};

/// Keeps what is appended, or refuses it.
#[derive(Default)]
pub(super) struct FakeAudit {
    pub(super) entries: Mutex<Vec<AuditEntry>>,
    pub(super) broken: bool,
}

#[async_trait]
impl AuditLog for FakeAudit {
    async fn append(&self, entry: AuditEntry) -> Result<(), StoreError> {
        if self.broken {
            return Err(StoreError::unavailable(io::Error::other("disk full")));
        }
        self.entries.lock().unwrap().push(entry);
        Ok(())
    }

    async fn about(&self, owner: &Owner, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let entries = self.entries.lock().unwrap();
        let about = entries.iter().filter(|entry| &entry.owner == owner).rev();
        Ok(about.take(limit as usize).cloned().collect())
    }
}

pub(super) fn noon() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub(super) fn ring() -> KeyRing {
    KeyRing::generate(&SystemEntropy, noon())
}

pub(super) fn vault_with(ring: KeyRing, audit: &Arc<FakeAudit>) -> LocalVault {
    LocalVault::new(
        ring,
        audit.clone(),
        Arc::new(ManualClock::new(noon())),
        Arc::new(SystemEntropy),
    )
}

pub(super) fn vault() -> LocalVault {
    vault_with(ring(), &Arc::default())
}

pub(super) fn binding(purpose: Purpose) -> Binding {
    Binding {
        owner: Owner {
            tenant: "default".parse().unwrap(),
            person: PersonId(777_000_123),
        },
        subject: Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab),
        purpose,
    }
}

pub(super) fn access() -> Access {
    Access {
        actor: Actor::Owner,
        reason: "unlink",
    }
}
