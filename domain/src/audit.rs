//! What the audit records.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{Owner, TenantId};
use crate::time::Timestamp;

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

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A sealed session was opened.
    SessionOpened,
    /// An account was linked.
    AccountLinked,
    /// An account was unlinked by its owner or an operator.
    AccountUnlinked,
    /// A session ended for another reason: replaced, dead, erased.
    SessionEnded,
    /// A login was refused because another account was scanned.
    WrongAccountRefused,
}

impl Action {
    /// The name in the database and in exports; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SessionOpened => "session_opened",
            Self::AccountLinked => "account_linked",
            Self::AccountUnlinked => "account_unlinked",
            Self::SessionEnded => "session_ended",
            Self::WrongAccountRefused => "wrong_account_refused",
        }
    }
}

/// Why a session is opened: goes into the audit before the plaintext is handed out.
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
    /// The tenant it belongs to, and the person it is about.
    pub owner: Owner,
    /// The session, account or login it is about.
    pub subject: Uuid,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// Why, in a word or two; never a secret or a message.
    pub reason: String,
}

impl AuditEntry {
    /// The tenant whose audit this belongs to.
    pub fn tenant(&self) -> &TenantId {
        &self.owner.tenant
    }
}
