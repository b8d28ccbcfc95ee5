//! One line of the audit.

use uuid::Uuid;

use crate::ids::{Owner, TenantId};
use crate::time::Timestamp;

use super::{Action, Actor, AuditReason, Outcome};

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// The tenant it belongs to, and the person it is about. What concerns no
    /// person is about [`Owner::instance`].
    pub owner: Owner,
    /// The session, account or login it is about.
    pub subject: Uuid,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// Why; never a secret or a message.
    pub reason: AuditReason,
    /// From where: `node 0f3a…`, `command line on db1`, `mini app`, `bot`.
    pub origin: String,
    /// How it went.
    pub outcome: Outcome,
}

impl AuditEntry {
    /// An entry about something that was done; [`Self::refused`] and
    /// [`Self::failed`] are for the rest.
    pub fn new(
        at: Timestamp,
        owner: Owner,
        subject: Uuid,
        actor: Actor,
        action: Action,
        reason: impl Into<AuditReason>,
    ) -> Self {
        let reason = match reason.into() {
            AuditReason::Other(text) => AuditReason::of(&action, &text),
            known => known,
        };
        Self {
            at,
            owner,
            subject,
            actor,
            action,
            reason,
            origin: String::new(),
            outcome: Outcome::Done,
        }
    }

    /// The same, from there.
    #[must_use]
    pub fn from(mut self, origin: impl Into<String>) -> Self {
        self.origin = origin.into();
        self
    }

    /// The same, but it was not allowed.
    #[must_use]
    pub fn refused(mut self) -> Self {
        self.outcome = Outcome::Refused;
        self
    }

    /// The same, but it did not work.
    #[must_use]
    pub fn failed(mut self) -> Self {
        self.outcome = Outcome::Failed;
        self
    }

    /// The tenant whose audit this belongs to.
    pub fn tenant(&self) -> &TenantId {
        &self.owner.tenant
    }
}
