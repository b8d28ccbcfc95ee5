//! Telegram let the session in: whose account it is, is found out, and it is
//! linked.

use super::status::Status;
use crate::time::Timestamp;

/// How far the finishing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finishing {
    /// Signed in; whose account it is, is being found out.
    Verifying {
        /// When it must be done.
        until: Timestamp,
    },
    /// The owner is right; the session is being stored.
    Linking {
        /// When it must be done.
        until: Timestamp,
    },
}

impl Finishing {
    /// When it must be done.
    pub fn until(self) -> Timestamp {
        match self {
            Self::Verifying { until } | Self::Linking { until } => until,
        }
    }

    /// The public name.
    pub fn status(self) -> Status {
        match self {
            Self::Verifying { .. } | Self::Linking { .. } => Status::Verifying,
        }
    }
}
