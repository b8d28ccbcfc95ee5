//! One line of the audit.

use uuid::Uuid;

use crate::ids::{Owner, TenantId};
use crate::time::Timestamp;

use super::{Action, AuditReason, Outcome};

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Someone of a kind that only a newer program knows.
    Other {
        /// The kind.
        kind: String,
        /// What the entry calls them.
        name: Option<String>,
    },
}

impl Actor {
    /// Sesame by itself, in the named part.
    pub fn system(part: &str) -> Self {
        Self::System {
            part: part.to_owned(),
        }
    }

    /// The actor of this kind and name; `None`: this kind has a name, or none.
    pub fn from_parts(kind: &str, name: Option<String>) -> Option<Self> {
        Some(match (kind, name) {
            ("owner", None) => Self::Owner,
            ("system", Some(part)) => Self::System { part },
            ("operator", Some(name)) => Self::Operator { name },
            ("owner" | "system" | "operator", _) => return None,
            (kind, name) => Self::Other {
                kind: kind.to_owned(),
                name,
            },
        })
    }

    /// The kind, in the database and the API; never changed.
    pub fn kind(&self) -> &str {
        match self {
            Self::Owner => "owner",
            Self::System { .. } => "system",
            Self::Operator { .. } => "operator",
            Self::Other { kind, .. } => kind,
        }
    }

    /// The part of Sesame, or the name they go by.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Owner => None,
            Self::System { part } => Some(part),
            Self::Operator { name } => Some(name),
            Self::Other { name, .. } => name.as_deref(),
        }
    }
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
