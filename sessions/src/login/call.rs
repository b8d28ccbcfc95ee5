//! The one call that a login wants next.

use sesame_domain::login::{MigrationToken, State};

/// The one call that a login wants next; a newer intent replaces an older one.
pub(super) enum Call {
    Export,
    Probe { dc: i32 },
    PrepareMove { dc: i32, token: MigrationToken },
    Import { dc: i32, token: MigrationToken },
    LookForPassword,
    CheckPassword,
    Identify,
    Link,
}

impl Call {
    /// Whether the login still wants it: it may have moved on while another
    /// call was under way.
    pub(super) fn fits(&self, state: &State) -> bool {
        match state {
            State::Starting | State::Pending(_) | State::Scanned { .. } => {
                matches!(self, Self::Export)
            }
            State::Migrating { dc: to } => match self {
                Self::Probe { dc } | Self::PrepareMove { dc, .. } | Self::Import { dc, .. } => {
                    dc == to
                }
                Self::Export
                | Self::LookForPassword
                | Self::CheckPassword
                | Self::Identify
                | Self::Link => false,
            },
            State::CheckingPassword(_) => matches!(self, Self::CheckPassword | Self::Identify),
            State::Verifying { .. } => matches!(self, Self::Identify),
            State::Linking { .. } => matches!(self, Self::Identify | Self::Link),
            State::PasswordRequired(_) => matches!(self, Self::LookForPassword),
            State::Ended { .. } => false,
        }
    }
}
