//! How a login ended, as the audit says it.

use crate::login::{Ending, Failure};

/// How a login ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginEnd {
    /// With an account.
    Authorized,
    /// The time was up.
    Expired,
    /// The person cancelled it.
    Cancelled,
    /// The person began again.
    Superseded,
    /// It failed; the code of the failure ([`Failure::code`]).
    Failed(String),
}

impl LoginEnd {
    /// The text in the audit; never changed.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Authorized => "authorized",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
            Self::Failed(code) => code,
        }
    }

    pub(super) fn of(text: &str) -> Self {
        [
            Self::Authorized,
            Self::Expired,
            Self::Cancelled,
            Self::Superseded,
        ]
        .into_iter()
        .find(|end| end.text() == text)
        .unwrap_or_else(|| Self::Failed(text.to_owned()))
    }

    /// Whether another account than the person's own was scanned.
    pub fn is_wrong_account(&self) -> bool {
        matches!(self, Self::Failed(code) if code == Failure::WrongAccount.code())
    }
}

impl From<Ending> for LoginEnd {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Authorized { .. } => Self::Authorized,
            Ending::Expired => Self::Expired,
            Ending::Cancelled => Self::Cancelled,
            Ending::Superseded => Self::Superseded,
            Ending::Failed(failure) => Self::Failed(failure.code().to_owned()),
        }
    }
}
