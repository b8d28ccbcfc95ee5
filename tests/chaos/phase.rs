//! Where an attempt stands, as finely as the database tells.

use std::fmt;

use sesame_domain::login::{Asking, Finishing, Login, Proving, QrAsking, State};

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Phase {
    Starting,
    Pending,
    Scanned,
    Migrating,
    PasswordRequired,
    Checking,
    Verifying,
    Linking,
    /// Over, and what is left at Telegram is still to be logged out.
    CleanUp,
    /// The account is unlinked, and its session still to be logged out.
    Leaving,
}

impl Phase {
    /// All of them.
    pub(crate) const ALL: [Self; 10] = [
        Self::Starting,
        Self::Pending,
        Self::Scanned,
        Self::Migrating,
        Self::PasswordRequired,
        Self::Checking,
        Self::Verifying,
        Self::Linking,
        Self::CleanUp,
        Self::Leaving,
    ];

    /// Where a login stands; `None`: it is over, and nothing is left of it.
    pub(crate) fn of(login: &Login) -> Option<Self> {
        Some(match &login.state {
            State::Asking(Asking::Qr(asking)) => match asking {
                QrAsking::Starting => Self::Starting,
                QrAsking::Pending(_) => Self::Pending,
                QrAsking::Scanned { .. } => Self::Scanned,
                QrAsking::Migrating { .. } => Self::Migrating,
            },
            State::Proving(Proving::Required(_)) => Self::PasswordRequired,
            State::Proving(Proving::Checking(_)) => Self::Checking,
            State::Finishing(Finishing::Verifying { .. }) => Self::Verifying,
            State::Finishing(Finishing::Linking { .. }) => Self::Linking,
            State::Ended { .. } => {
                login.cleanup_at?;
                Self::CleanUp
            }
        })
    }

    /// The call to Telegram that is under way then, or comes next.
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Starting | Self::Pending | Self::Scanned => "auth.exportLoginToken",
            Self::Migrating => "auth.importLoginToken",
            Self::PasswordRequired => "account.getPassword",
            Self::Checking => "auth.checkPassword",
            Self::Verifying | Self::Linking => "users.getUsers",
            Self::CleanUp | Self::Leaving => "auth.logOut",
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Pending => "pending",
            Self::Scanned => "scanned",
            Self::Migrating => "migrating",
            Self::PasswordRequired => "password",
            Self::Checking => "checking",
            Self::Verifying => "verifying",
            Self::Linking => "linking",
            Self::CleanUp => "clean-up",
            Self::Leaving => "leaving",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
