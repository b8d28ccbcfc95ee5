//! One line of the audit.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{Owner, TenantId};
use crate::time::Timestamp;

use super::{Action, Outcome};

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Actor {
    /// The owner of the account.
    Owner,
    /// Sesame by itself, in the named part.
    System {
        /// The part, for example `login` or `validation`.
        part: String,
    },
    /// Someone at the command line.
    Operator {
        /// The name they go by.
        name: String,
    },
}

impl Actor {
    /// Sesame by itself, in the named part.
    pub fn system(part: &str) -> Self {
        Self::System {
            part: part.to_owned(),
        }
    }
}

/// Why a session is sealed or opened: goes into the audit before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Who wants it.
    pub actor: Actor,
    /// For what, in a word or two: `validation`, `unlink`.
    pub reason: &'static str,
}

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
    /// Why, in a word or two; never a secret or a message.
    pub reason: String,
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
        reason: impl Into<String>,
    ) -> Self {
        Self {
            at,
            owner,
            subject,
            actor,
            action,
            reason: reason.into(),
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
