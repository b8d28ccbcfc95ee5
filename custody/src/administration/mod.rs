//! Administering versions: making new ones, wrapping data keys anew, retiring.

mod error;
mod maintenance;
mod retirement;
mod rewrapping;
mod rotation;
mod status;

use std::fmt;
use std::sync::Arc;

use sesame_domain::audit::{Action, Actor, AuditEntry, AuditReason};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{AuditLog, Rewrapping};
use sesame_domain::time::Clock;

pub use error::AdministrationError;
pub use retirement::Retirable;
pub use rewrapping::{RewrapProgress, RewrapReport};
pub use status::{KeyStatus, KeyWarning, VersionStatus};

use crate::names::version_uuid;
use crate::seals::Seals;

/// Administers the versions of the wrapping key. All of it may be done while
/// nodes run, from any of them or from the command line.
#[derive(Clone)]
pub struct KeyAdministration {
    pub(crate) seals: Arc<Seals>,
    pub(crate) rewrapping: Arc<dyn Rewrapping>,
    pub(crate) audit: Arc<dyn AuditLog>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) origin: String,
}

impl KeyAdministration {
    /// The same, done from there as the audit says it.
    #[must_use]
    pub fn acting_from(self, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        Self { origin, ..self }
    }

    /// An entry of the audit about a version.
    fn entry(&self, action: Action, id: &str, actor: Actor, reason: AuditReason) -> AuditEntry {
        let (now, owner) = (self.clock.now(), Owner::instance());
        AuditEntry::new(now, owner, version_uuid(id), actor, action, reason)
            .from(self.origin.clone())
    }
}

impl fmt::Debug for KeyAdministration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyAdministration")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}
