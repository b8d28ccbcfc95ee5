//! How linking an account ended, as people read it.

use sesame_domain::audit::{AuditReason, LoginEnd};

/// How linking ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkingEnd {
    /// With an account.
    Linked,
    /// The time was up.
    Expired,
    /// The person cancelled it.
    Cancelled,
    /// The person began again.
    Superseded,
    /// Another account was scanned.
    WrongAccount,
    /// It failed.
    Failed,
}

impl LinkingEnd {
    pub(crate) fn of(reason: &AuditReason) -> Self {
        let AuditReason::LoginEnded(end) = reason else {
            return Self::Failed;
        };
        match end {
            LoginEnd::Authorized => Self::Linked,
            LoginEnd::Expired => Self::Expired,
            LoginEnd::Cancelled => Self::Cancelled,
            LoginEnd::Superseded => Self::Superseded,
            LoginEnd::Failed(_) if end.is_wrong_account() => Self::WrongAccount,
            LoginEnd::Failed(_) => Self::Failed,
        }
    }
}
